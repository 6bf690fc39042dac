package io.lacewing.node.config;

import io.lacewing.persistence.session.QueuePolicy;
import java.time.Duration;
import java.util.List;

/**
 * Bounds on one session.
 *
 * @param maxInflight the most QoS 1 and 2 messages sent to a client without acknowledgement; its Receive Maximum may
 *     ask for less
 * @param maxQueuedMessages the most messages that wait in a session
 * @param maxSessionBytes the most bytes of messages that wait in a session
 * @param maxSubscriptions the most subscriptions of a session
 * @param queuePolicy what happens to a message that finds so many, or so many bytes, waiting
 * @param queueQos0 true if QoS 0 messages wait for a client that is away
 * @param maxExpiry the longest Session Expiry Interval granted (3.2.2.3.2)
 */
public record SessionLimits(
        int maxInflight,
        int maxQueuedMessages,
        long maxSessionBytes,
        QueuePolicy queuePolicy,
        boolean queueQos0,
        int maxSubscriptions,
        Duration maxExpiry) {
    static final Key<Integer> MAX_INFLIGHT = new Key<>(
            "limits.maxInflight",
            KeyType.integer(1, 65_535),
            "100",
            "QoS 1 and 2 messages sent to a client without acknowledgement, where its Receive Maximum is not less.");
    static final Key<Integer> MAX_QUEUED_MESSAGES = new Key<>(
            "limits.maxQueuedMessages",
            KeyType.integer(1, 10_000_000),
            "10000",
            "Most messages that wait in one session; what happens to a further one says `limits.queuePolicy`."
                    + " A connected session whose queue is more than half full holds up who publishes to it"
                    + " on this node at QoS 1 or 2, for 5 s at most.");
    static final Key<Long> MAX_SESSION_BYTES = new Key<>(
            "limits.maxSessionBytes",
            KeyType.size(1 << 10, 1L << 30),
            "16MiB",
            "Most bytes of messages that wait in one session; at least `limits.maxPacketSize`.");
    static final Key<QueuePolicy> QUEUE_POLICY = new Key<>(
            "limits.queuePolicy",
            KeyType.choice(QueuePolicy.class),
            "drop-oldest",
            "What happens to a message for a session whose queue is full. `drop-oldest`: it takes the place of the"
                    + " oldest. `drop-newest`: it is dropped. `reject`: it is dropped, and if no other session took it an"
                    + " MQTT 5 publisher is told by 0x97, quota exceeded. Each is counted. Sessions that end with their"
                    + " connection count as having taken it. The same holds where all sessions of a shard together take as"
                    + " much as they may: `limits.maxQueuedBytesPerNode`.");
    static final Key<Boolean> QUEUE_QOS_0 = new Key<>(
            "limits.queueQos0",
            KeyType.bool(),
            "false",
            "Whether QoS 0 messages wait, too, in the session of a client that is not connected, within the same bounds."
                    + " They are sent at QoS 0 when it comes back: what it does not read in time, beyond"
                    + " `limits.maxPendingBytes`, is dropped.");
    static final Key<Integer> MAX_SUBSCRIPTIONS = new Key<>(
            "limits.maxSubscriptionsPerClient",
            KeyType.integer(1, 1_000_000),
            "1000",
            "Most subscriptions of one client. A further one is refused with 0x97, quota exceeded.");
    static final Key<Duration> MAX_EXPIRY = new Key<>(
            "limits.maxSessionExpiry",
            KeyType.duration(Duration.ZERO, Duration.ofSeconds(4_294_967_295L)),
            "7d",
            "Longest time that a session outlives its connection. It also holds for 3.1.1 clients without clean "
                    + "session and for MQTT 5 clients that ask for no expiry.");
    static final List<Key<?>> KEYS = List.of(
            MAX_INFLIGHT,
            MAX_QUEUED_MESSAGES,
            MAX_SESSION_BYTES,
            QUEUE_POLICY,
            QUEUE_QOS_0,
            MAX_SUBSCRIPTIONS,
            MAX_EXPIRY);

    static SessionLimits from(Settings settings) {
        return new SessionLimits(
                settings.get(MAX_INFLIGHT),
                settings.get(MAX_QUEUED_MESSAGES),
                settings.get(MAX_SESSION_BYTES),
                settings.get(QUEUE_POLICY),
                settings.get(QUEUE_QOS_0),
                settings.get(MAX_SUBSCRIPTIONS),
                settings.get(MAX_EXPIRY));
    }
}
