package io.lacewing.node.config;

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
 * @param maxExpiry the longest Session Expiry Interval granted (3.2.2.3.2)
 */
public record SessionLimits(
        int maxInflight, int maxQueuedMessages, long maxSessionBytes, int maxSubscriptions, Duration maxExpiry) {
    static final Key<Integer> MAX_INFLIGHT = new Key<>(
            "limits.maxInflight",
            KeyType.integer(1, 65_535),
            "100",
            "QoS 1 and 2 messages sent to a client without acknowledgement, where its Receive Maximum is not less.");
    static final Key<Integer> MAX_QUEUED_MESSAGES = new Key<>(
            "limits.maxQueuedMessages",
            KeyType.integer(1, 10_000_000),
            "10000",
            "Most messages that wait in one session. A further one takes the place of the oldest, which is"
                    + " counted. A connected session whose queue is more than half full holds up who publishes to it"
                    + " on this node at QoS 1 or 2, for 5 s at most.");
    static final Key<Long> MAX_SESSION_BYTES = new Key<>(
            "limits.maxSessionBytes",
            KeyType.size(1 << 10, 1L << 30),
            "16MiB",
            "Most bytes of messages that wait in one session; at least `limits.maxPacketSize`.");
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
    static final List<Key<?>> KEYS =
            List.of(MAX_INFLIGHT, MAX_QUEUED_MESSAGES, MAX_SESSION_BYTES, MAX_SUBSCRIPTIONS, MAX_EXPIRY);

    static SessionLimits from(Settings settings) {
        return new SessionLimits(
                settings.get(MAX_INFLIGHT),
                settings.get(MAX_QUEUED_MESSAGES),
                settings.get(MAX_SESSION_BYTES),
                settings.get(MAX_SUBSCRIPTIONS),
                settings.get(MAX_EXPIRY));
    }
}
