package io.lacewing.node.config;

import java.util.List;

/**
 * Bounds on how many may connect to the node, whichever listener they come by.
 *
 * @param maxPendingConnections connections that have sent no CONNECT yet
 * @param maxConnectionsPerAddress connections of one IP address; 0: no bound
 * @param maxConnectionsPerUser connections of one user; 0: no bound
 * @param connectRate new connections per second; 0: no bound
 */
public record EntranceLimits(
        int maxPendingConnections, int maxConnectionsPerAddress, int maxConnectionsPerUser, int connectRate) {
    static final Key<Integer> MAX_PENDING_CONNECTIONS = new Key<>(
            "limits.maxPendingConnections",
            KeyType.integer(1, 10_000_000),
            "10000",
            "Most connections that have sent no CONNECT yet, those in their handshake of TLS included; they come on top of"
                    + " `limits.maxConnections`. One more takes the place of one that has been silent for a second, or has had"
                    + " half of `limits.connectTimeout`; without such a one it is closed itself.");
    static final Key<Integer> MAX_CONNECTIONS_PER_ADDRESS = new Key<>(
            "limits.maxConnectionsPerAddress",
            KeyType.integer(0, 10_000_000),
            "0",
            "Most connections of one IP address to this node, counted before TLS; one more is closed at once. IPv6"
                    + " clients are counted by the first 64 bits of theirs. `0`: no bound, as thousands of clients may share"
                    + " the address of a router or a proxy.");
    static final Key<Integer> MAX_CONNECTIONS_PER_USER = new Key<>(
            "limits.maxConnectionsPerUser",
            KeyType.integer(0, 10_000_000),
            "0",
            "Most clients of one user name at this node at a time; one more is refused with 0x97, quota exceeded. A client that"
                    + " takes over its own connection is not one more. Anonymous clients are not counted. `0`: no bound.");
    static final Key<Integer> CONNECT_RATE = new Key<>(
            "limits.connectRate",
            KeyType.integer(0, 1_000_000),
            "0",
            "Most new connections per second to this node, of which a second's worth may come at once; one more is closed at"
                    + " once, before TLS. `0`: no bound.");
    static final List<Key<?>> KEYS =
            List.of(MAX_PENDING_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, MAX_CONNECTIONS_PER_USER, CONNECT_RATE);

    static EntranceLimits from(Settings settings) {
        return new EntranceLimits(
                settings.get(MAX_PENDING_CONNECTIONS),
                settings.get(MAX_CONNECTIONS_PER_ADDRESS),
                settings.get(MAX_CONNECTIONS_PER_USER),
                settings.get(CONNECT_RATE));
    }
}
