package io.lacewing.node.connection;

import io.lacewing.router.Subscription;
import io.lacewing.router.SubscriptionTrie;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of all transient sessions of this node. Read by every event loop without locks, as an immutable trie;
 * changed by the loop of the session, each change making a new root. Any thread.
 */
public final class LocalSubscriptions {
    private final AtomicReference<SubscriptionTrie<TransientSession, Subscription>> plain =
            new AtomicReference<>(SubscriptionTrie.empty());
    private final ConcurrentHashMap<TopicFilter, Group> groups = new ConcurrentHashMap<>();

    /** The members of one share group on this node; immutable but for whose turn it is. */
    private record Group(List<Member> members, AtomicInteger turn) {}

    /** One member of a share group and its subscription. */
    record Member(TransientSession session, Subscription subscription) {}

    /** The present root: while it is the same object, the same topics match the same targets. */
    SubscriptionTrie<TransientSession, Subscription> root() {
        return plain.get();
    }

    /** How many subscriptions there are, without the shared ones. */
    public int size() {
        return plain.get().size();
    }

    void add(TransientSession session, Subscription subscription) {
        TopicFilter filter = subscription.filter();
        if (filter.isShared()) {
            groups.compute(filter, (f, old) -> {
                List<Member> members = without(old, session);
                members.add(new Member(session, subscription));
                return new Group(List.copyOf(members), old == null ? new AtomicInteger() : old.turn);
            });
        } else {
            plain.updateAndGet(trie -> trie.with(filter, session, subscription));
        }
    }

    void remove(TransientSession session, TopicFilter filter) {
        if (filter.isShared()) {
            groups.computeIfPresent(filter, (f, old) -> {
                List<Member> members = without(old, session);
                return members.isEmpty() ? null : new Group(List.copyOf(members), old.turn);
            });
        } else {
            plain.updateAndGet(trie -> trie.without(filter, session));
        }
    }

    private static List<Member> without(@Nullable Group group, TransientSession session) {
        List<Member> members = new ArrayList<>(group == null ? List.of() : group.members);
        members.removeIf(member -> member.session().equals(session));
        return members;
    }

    /**
     * The member of a share group whose turn it is, or null if none is left here. Members whose queues fill are passed over
     * while there are others.
     */
    @Nullable
    Member pick(TopicFilter filter) {
        Group group = groups.get(filter);
        if (group == null) {
            return null;
        }
        int size = group.members.size();
        int first = Math.floorMod(group.turn.getAndIncrement(), size);
        for (int i = 0; i < size; i++) {
            Member member = group.members.get((first + i) % size);
            if (!member.session.isPressed()) {
                return member;
            }
        }
        return group.members.get(first);
    }

    /** A member of the first of these share groups whose members here are all {@link TransientSession#isPressed}. */
    @Nullable
    TransientSession pressed(List<TopicFilter> filters) {
        for (TopicFilter filter : filters) {
            Group group = groups.get(filter);
            if (group != null && group.members.stream().allMatch(member -> member.session.isPressed())) {
                return group.members.getFirst().session;
            }
        }
        return null;
    }

    /** The sessions that {@code topic} matches, each once. */
    Target[] match(TopicName topic) {
        SubscriptionTrie<TransientSession, Subscription> trie = plain.get();
        if (trie.isEmpty()) {
            return NOBODY;
        }
        Map<TransientSession, Target> found = new LinkedHashMap<>();
        trie.match(
                topic,
                (session, subscription) ->
                        found.merge(session, Target.of(session, subscription), (old, fresh) -> old.with(subscription)));
        return found.isEmpty() ? NOBODY : found.values().toArray(new Target[0]);
    }

    private static final Target[] NOBODY = {};
}
