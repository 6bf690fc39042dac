package io.lacewing.persistence.shard;

/**
 * How much a shard holds. Adds up over shards.
 *
 * @param sessions persistent sessions
 * @param connected those whose client is connected
 * @param queued messages that wait to be sent, each session's for itself
 * @param inflight messages that are sent and not ended, likewise
 * @param nearlyFull sessions whose queue is more than 80 % full
 * @param crowded shards that are more than 80 % full: of one shard 0 or 1
 * @param bytes what {@link ShardLimits#maxBytes} bounds
 */
public record ShardStats(
        long sessions, long connected, long queued, long inflight, long nearlyFull, long crowded, long bytes) {
    /** Nothing at all. */
    public static final ShardStats NONE = new ShardStats(0, 0, 0, 0, 0, 0, 0);

    /** Both together. */
    public ShardStats plus(ShardStats other) {
        return new ShardStats(
                sessions + other.sessions,
                connected + other.connected,
                queued + other.queued,
                inflight + other.inflight,
                nearlyFull + other.nearlyFull,
                crowded + other.crowded,
                bytes + other.bytes);
    }

    /** These without others that are part of them. */
    public ShardStats minus(ShardStats other) {
        return new ShardStats(
                sessions - other.sessions,
                connected - other.connected,
                queued - other.queued,
                inflight - other.inflight,
                nearlyFull - other.nearlyFull,
                crowded - other.crowded,
                bytes - other.bytes);
    }
}
