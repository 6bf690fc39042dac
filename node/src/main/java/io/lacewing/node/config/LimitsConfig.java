package io.lacewing.node.config;

import io.lacewing.node.rates.RateLimits;
import java.util.List;
import java.util.Objects;

/**
 * Bounds on what clients can take ({@code limits.*}).
 *
 * @param connections bounds on connections
 * @param entrance bounds on how many may connect
 * @param packets bounds on what one packet may hold and how fast packets may come
 * @param sessions bounds on one session
 * @param maxRetainedMessages the most retained messages in the cluster
 * @param maxRetainedBytes the most bytes of retained messages in the cluster; 0: an eighth of the maximum heap
 * @param maxQueuedBytesPerNode the most bytes of persistent sessions in one node's memory; 0: half of its maximum heap
 * @param rates how much may be sent per second
 */
public record LimitsConfig(
        ConnectionLimits connections,
        EntranceLimits entrance,
        PacketLimits packets,
        SessionLimits sessions,
        int maxRetainedMessages,
        long maxRetainedBytes,
        long maxQueuedBytesPerNode,
        RateLimits rates) {
    static final Key<Integer> MAX_RETAINED_MESSAGES = new Key<>(
            "limits.maxRetainedMessages",
            KeyType.integer(0, 100_000_000),
            "100000",
            "Most retained messages in the cluster; one on a further topic is not retained. A client that can be told"
                    + " is refused it; a will is published all the same.");
    static final Key<Long> MAX_RETAINED_BYTES = new Key<>(
            "limits.maxRetainedBytes",
            KeyType.size(1 << 10, 1L << 40),
            null,
            "Most bytes of all retained messages together, with their topics and properties and 96 bytes for each; every"
                    + " node has them all in memory, and takes two to three times that for them. One that does not fit is"
                    + " not retained, as with `limits.maxRetainedMessages`, and an older one of its topic stays. Without it"
                    + " an eighth of the maximum heap. To be the same on all nodes.");
    static final Key<Long> MAX_QUEUED_BYTES_PER_NODE = new Key<>(
            "limits.maxQueuedBytesPerNode",
            KeyType.size(1 << 20, 1L << 40),
            null,
            "Most bytes that all persistent sessions together take in one node's memory, copies for other nodes"
                    + " included: messages (one that many wait for once), subscriptions, wills. Without it half of the"
                    + " maximum heap. A shard takes at most 32 MiB, and, once nine tenths of this bound are used, at most its"
                    + " even share. At its bound it does as `limits.queuePolicy` says: with drop-oldest the sessions for which"
                    + " most waits lose their oldest messages; with the others it takes no messages, and no new sessions:"
                    + " 0x97, quota exceeded.");
    static final List<Key<?>> KEYS = List.of(MAX_RETAINED_MESSAGES, MAX_RETAINED_BYTES, MAX_QUEUED_BYTES_PER_NODE);

    static LimitsConfig from(Settings settings) {
        LimitsConfig limits = new LimitsConfig(
                ConnectionLimits.from(settings),
                EntranceLimits.from(settings),
                PacketLimits.from(settings),
                SessionLimits.from(settings),
                settings.get(MAX_RETAINED_MESSAGES),
                Objects.requireNonNullElse(settings.find(MAX_RETAINED_BYTES), 0L),
                Objects.requireNonNullElse(settings.find(MAX_QUEUED_BYTES_PER_NODE), 0L),
                RatesConfig.from(settings));
        long packet = limits.packets.maxPacketSize();
        requireRoom(settings, SessionLimits.MAX_SESSION_BYTES, packet);
        requireRoom(settings, ConnectionLimits.MAX_PENDING_BYTES, packet);
        return limits;
    }

    /** The most bytes of retained messages. */
    public long effectiveRetainedBytes() {
        return maxRetainedBytes == 0 ? Runtime.getRuntime().maxMemory() / 8 : maxRetainedBytes;
    }

    /** The most bytes of persistent sessions in this process. */
    public long effectiveQueuedBytesPerNode() {
        return maxQueuedBytesPerNode == 0 ? Runtime.getRuntime().maxMemory() / 2 : maxQueuedBytesPerNode;
    }

    /** Where not even one packet of the largest size fits, that packet could never be delivered. */
    private static void requireRoom(Settings settings, Key<Long> bound, long packet) {
        if (settings.get(bound) < packet) {
            throw settings.refuse(
                    bound.name(), "must be at least limits.maxPacketSize, which is " + Quantity.formatSize(packet));
        }
    }
}
