package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.Session;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a shard knows of one client id. Its states and how it changes between them:
 *
 * <pre>
 *   (none)     -> transient, connected     attach, expiry 0
 *   (none)     -> persistent, connected    attach, expiry above 0
 *   transient, connected  -> (none)        detach; the will is published unless discarded
 *   transient, connected  -> as from (none)  attach: the session has ended with its connection
 *   persistent, connected -> persistent, offline    detach with an expiry above 0; will and expiry become deadlines
 *   persistent, connected -> (none)        detach with expiry 0; the session ends
 *   persistent, connected -> persistent, connected  attach without clean start: taken over
 *   persistent, connected -> as from (none)  attach with clean start, or the expiry was 0
 *   persistent, offline   -> persistent, connected  attach without clean start: resumed, even with expiry 0
 *   persistent, offline   -> as from (none)  attach with clean start
 *   persistent, offline   -> (none)        the expiry has passed
 * </pre>
 */
final class ClientRecord implements Comparable<ClientRecord> {
    private static final int OVERHEAD = 480;
    private static final long SUBSCRIPTION_OVERHEAD = 160L;

    final String clientId;
    /** Grows with every record of the shard: the order in which sessions get what goes to several. */
    final long ordinal;

    // Valid for the session.
    @Nullable
    Session session;

    /** As the session last said: {@link ShardState#followQueue}. */
    long sweepAt = Deadlines.NEVER;

    Map<TopicFilter, Subscription> subscriptions = Map.of();
    long expirySeconds;
    long expiresAt = Deadlines.NEVER;

    @Nullable
    Will will;

    long willAt = Deadlines.NEVER;

    // Valid for the connection.
    @Nullable
    ConnectionId connection;

    long epoch;

    @Nullable
    RetainedNotes notes;

    // By what it is sorted in Room, or 0.
    int rank;

    // The place in the heap of Deadlines, or -1.
    int heapIndex = -1;

    // What the fan-out of one message gathers here: null between two messages.
    @Nullable
    Qos matched;

    boolean matchedRetain;
    List<Integer> matchedIdentifiers = List.of();

    ClientRecord(String clientId, long ordinal) {
        this.clientId = clientId;
        this.ordinal = ordinal;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** The time of the next thing that happens by itself. */
    long deadline() {
        return Math.min(sweepAt, Math.min(willAt, expiresAt));
    }

    /** Adds or replaces a subscription; true if the filter was there. */
    boolean put(Subscription subscription) {
        if (subscriptions.isEmpty()) {
            subscriptions = new LinkedHashMap<>(4);
        }
        return subscriptions.put(subscription.filter(), subscription) != null;
    }

    boolean remove(TopicFilter filter) {
        if (!subscriptions.containsKey(filter)) {
            return false;
        }
        subscriptions.remove(filter);
        return true;
    }

    /** Gathers one more subscription that the message of the moment matches; true for the first. */
    boolean match(Subscription subscription) {
        boolean first = matched == null;
        matched = matched == null || matched.compareTo(subscription.qos()) < 0 ? subscription.qos() : matched;
        matchedRetain |= subscription.retainAsPublished();
        if (subscription.identifier() != 0) {
            if (matchedIdentifiers.isEmpty()) {
                matchedIdentifiers = List.of(subscription.identifier());
            } else {
                List<Integer> more = new ArrayList<>(matchedIdentifiers);
                more.add(subscription.identifier());
                matchedIdentifiers = more;
            }
        }
        return first;
    }

    void forgetMatch() {
        matched = null;
        matchedRetain = false;
        matchedIdentifiers = List.of();
    }

    /** What the record costs without its session's messages and its subscriptions. */
    static long bytes(String clientId, @Nullable Will will) {
        return OVERHEAD
                + 2L * clientId.length()
                + (will == null ? 0 : will.message().size());
    }

    static long bytes(TopicFilter filter) {
        return SUBSCRIPTION_OVERHEAD + filter.utf8().length;
    }

    @Override
    public int compareTo(ClientRecord other) {
        return Long.compare(ordinal, other.ordinal);
    }

    @Override
    public boolean equals(Object o) {
        return this == o;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(ordinal);
    }
}
