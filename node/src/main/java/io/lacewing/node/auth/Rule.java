package io.lacewing.node.auth;

import io.lacewing.router.Qos;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule of what a client may do. It says nothing of whom it is for: that is decided before a client gets its rules, be it
 * by the rules file or by whoever has found out who the client is ({@link Identity#rules}). Of a client's rules the first
 * that matches decides. Immutable.
 *
 * @param allows true: what matches is allowed; false: it is denied
 * @param actions what it is about; not empty
 * @param topics the topics that it is about; one of them has to match; not empty
 * @param qos the levels that it is about: of a message that is published, or asked for by a subscription; not empty
 * @param retain only messages that are published with, or without, the RETAIN flag; null: both. Plays no part when a client
 *     subscribes
 */
public record Rule(
        boolean allows,
        Set<Action> actions,
        List<TopicPattern> topics,
        Set<Qos> qos,
        @Nullable Boolean retain) {
    private static final Set<Qos> ANY = Set.of(Qos.values());

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if one of them is empty: such a rule would never match
     */
    public Rule {
        if (actions.isEmpty() || topics.isEmpty() || qos.isEmpty()) {
            throw new IllegalArgumentException("a rule without actions, topics or levels");
        }
        actions = Set.copyOf(actions);
        topics = List.copyOf(topics);
        qos = Set.copyOf(qos);
    }

    /** Allows these actions on these topics, at every level. */
    public static Rule allow(Set<Action> actions, List<TopicPattern> topics) {
        return new Rule(true, actions, topics, ANY, null);
    }

    /** Denies these actions on these topics, at every level. */
    public static Rule deny(Set<Action> actions, List<TopicPattern> topics) {
        return new Rule(false, actions, topics, ANY, null);
    }
}
