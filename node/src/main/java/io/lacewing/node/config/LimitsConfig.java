package io.lacewing.node.config;

import java.util.List;

/**
 * Bounds on what clients can take ({@code limits.*}).
 *
 * @param connections bounds on connections
 * @param packets bounds on what one packet may hold and how fast packets may come
 * @param sessions bounds on one session
 * @param maxRetainedMessages the most retained messages in the cluster
 */
public record LimitsConfig(
        ConnectionLimits connections, PacketLimits packets, SessionLimits sessions, int maxRetainedMessages) {
    static final Key<Integer> MAX_RETAINED_MESSAGES = new Key<>(
            "limits.maxRetainedMessages",
            KeyType.integer(0, 100_000_000),
            "100000",
            "Most retained messages in the cluster; one on a further topic is not retained. A client that can be told"
                    + " is refused it; a will is published all the same.");
    static final List<Key<?>> KEYS = List.of(MAX_RETAINED_MESSAGES);

    static LimitsConfig from(Settings settings) {
        LimitsConfig limits = new LimitsConfig(
                ConnectionLimits.from(settings),
                PacketLimits.from(settings),
                SessionLimits.from(settings),
                settings.get(MAX_RETAINED_MESSAGES));
        long packet = limits.packets.maxPacketSize();
        requireRoom(settings, SessionLimits.MAX_SESSION_BYTES, packet);
        requireRoom(settings, ConnectionLimits.MAX_PENDING_BYTES, packet);
        return limits;
    }

    /** Where not even one packet of the largest size fits, that packet could never be delivered. */
    private static void requireRoom(Settings settings, Key<Long> bound, long packet) {
        if (settings.get(bound) < packet) {
            throw settings.refuse(
                    bound.name(), "must be at least limits.maxPacketSize, which is " + Quantity.formatSize(packet));
        }
    }
}
