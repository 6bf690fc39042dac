package io.lacewing.node.auth;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule of what a client may do. It says nothing of whom it is for: that is decided before a client gets its rules, be it
 * by the rules file or by whoever has found out who the client is ({@link Identity#rules}). Of a client's rules the first
 * that matches decides. Immutable.
 */
public final class Rule {
    private static final Set<Qos> ANY = Set.of(Qos.values());

    private final boolean allows;
    private final Set<Action> actions;
    private final List<TopicPattern> topics;
    private final Set<Qos> qos;
    private final @Nullable Boolean retain;

    /** What it is for every client; null if it has placeholders, so that it is another for each. */
    private final @Nullable RuleLine shared;

    /**
     * Copies the collections.
     *
     * @param allows true: what matches is allowed; false: it is denied
     * @param actions what it is about; not empty
     * @param topics the topics that it is about; one of them has to match; not empty
     * @param qos the levels that it is about: of a message that is published, or asked for by a subscription; not empty
     * @param retain only messages that are published with, or without, the RETAIN flag; null: both. Plays no part when a
     *     client subscribes
     * @throws IllegalArgumentException if a collection is empty: such a rule would never match
     */
    public Rule(
            boolean allows, Set<Action> actions, List<TopicPattern> topics, Set<Qos> qos, @Nullable Boolean retain) {
        if (actions.isEmpty() || topics.isEmpty() || qos.isEmpty()) {
            throw new IllegalArgumentException("a rule without actions, topics or levels");
        }
        this.allows = allows;
        this.actions = Set.copyOf(actions);
        this.topics = List.copyOf(topics);
        this.qos = Set.copyOf(qos);
        this.retain = retain;
        List<TopicFilter> fixed = TopicPattern.fixed(this.topics);
        this.shared = fixed == null ? null : line(fixed);
    }

    /** Allows these actions on these topics, at every level. */
    public static Rule allow(Set<Action> actions, List<TopicPattern> topics) {
        return new Rule(true, actions, topics, ANY, null);
    }

    /** Denies these actions on these topics, at every level. */
    public static Rule deny(Set<Action> actions, List<TopicPattern> topics) {
        return new Rule(false, actions, topics, ANY, null);
    }

    /** True if what matches is allowed; false if it is denied. */
    public boolean allows() {
        return allows;
    }

    /** The topics that it is about. */
    public List<TopicPattern> topics() {
        return topics;
    }

    /**
     * What it is for a client. Of a rule without placeholders that is the same object for all.
     *
     * @return null if it has no topics for this client
     */
    @Nullable
    RuleLine line(Identity identity, ClientDetails client) {
        if (shared != null) {
            return shared;
        }
        List<TopicFilter> filters = new ArrayList<>(topics.size());
        for (TopicPattern pattern : topics) {
            TopicFilter filter = pattern.filter(allows, identity, client);
            if (filter != null) {
                filters.add(filter);
            }
        }
        return filters.isEmpty() ? null : line(filters);
    }

    private RuleLine line(List<TopicFilter> filters) {
        return new RuleLine(allows, actions, qos, retain, filters.toArray(new TopicFilter[0]));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rule rule
                && rule.allows == allows
                && rule.actions.equals(actions)
                && rule.topics.equals(topics)
                && rule.qos.equals(qos)
                && Objects.equals(rule.retain, retain);
    }

    @Override
    public int hashCode() {
        return Objects.hash(allows, actions, topics, qos, retain);
    }

    /** For people who look for a fault. */
    @Override
    public String toString() {
        return (allows ? "allow " : "deny ") + actions + " of " + topics + " at " + qos + ", RETAIN " + retain;
    }
}
