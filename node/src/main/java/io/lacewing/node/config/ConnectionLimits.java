package io.lacewing.node.config;

import java.time.Duration;
import java.util.List;

/**
 * Bounds on connections.
 *
 * @param maxConnections the most connections to this node at a time
 * @param connectTimeout how long a new connection may take to send CONNECT whole, and then each authentication
 * @param maxKeepAlive the longest keep alive granted; at least one second
 * @param maxPendingBytes the most bytes waiting for a client that reads slower than it is sent to
 */
public record ConnectionLimits(
        int maxConnections, Duration connectTimeout, Duration maxKeepAlive, long maxPendingBytes) {
    static final Key<Integer> MAX_CONNECTIONS = new Key<>(
            "limits.maxConnections",
            KeyType.integer(1, 10_000_000),
            "100000",
            "Most connections to this node at a time that have sent their CONNECT; one more is told so and closed. The system's"
                    + " limit of open files bounds it too.");
    static final Key<Duration> CONNECT_TIMEOUT = new Key<>(
            "limits.connectTimeout",
            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "10s",
            "How long a new connection may take until its CONNECT has come whole. "
                    + "Authentication may take as long again.");
    static final Key<Duration> MAX_KEEP_ALIVE = new Key<>(
            "limits.maxKeepAlive",
            KeyType.duration(Duration.ofSeconds(1), Duration.ofSeconds(65_535)),
            "65535s",
            "Longest keep alive granted. An MQTT 5 client that asks for more, or for none, is told this one.");
    static final Key<Long> MAX_PENDING_BYTES = new Key<>(
            "limits.maxPendingBytes",
            KeyType.size(1 << 10, 1L << 30),
            "2MiB",
            "Most bytes that wait to be sent on one connection; at least `limits.maxPacketSize`. "
                    + "Above it QoS 0 messages are dropped and others stay queued.");
    static final List<Key<?>> KEYS = List.of(MAX_CONNECTIONS, CONNECT_TIMEOUT, MAX_KEEP_ALIVE, MAX_PENDING_BYTES);

    static ConnectionLimits from(Settings settings) {
        return new ConnectionLimits(
                settings.get(MAX_CONNECTIONS),
                settings.get(CONNECT_TIMEOUT),
                settings.get(MAX_KEEP_ALIVE),
                settings.get(MAX_PENDING_BYTES));
    }
}
