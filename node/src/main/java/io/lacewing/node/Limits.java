package io.lacewing.node;

import io.lacewing.node.config.LimitsConfig;
import io.lacewing.node.connection.ConnectionLimits;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.ShardLimits;

/** Makes of the configured limits those of the parts. */
final class Limits {
    private static final int MAX_RETAINED_NOTES = 10_000;

    /**
     * A shard moves as one value on a partition's thread: at 32 MB others on that thread wait for about a second
     * (docs/decisions/0001), so no more than this.
     */
    private static final long MAX_SHARD_BYTES = 32L << 20;

    private Limits() {}

    static ConnectionLimits connections(LimitsConfig limits) {
        return new ConnectionLimits(
                limits.connections().maxConnections(),
                limits.packets().receiveMaximum(),
                limits.sessions().maxInflight(),
                limits.sessions().maxQueuedMessages(),
                limits.sessions().maxSessionBytes(),
                limits.connections().maxPendingBytes(),
                limits.sessions().maxSubscriptions(),
                limits.sessions().maxExpiry().toSeconds(),
                Math.toIntExact(limits.connections().maxKeepAlive().toSeconds()),
                limits.connections().connectTimeout().toMillis(),
                limits.packets().maxTopicLevels(),
                limits.maxRetainedMessages());
    }

    static ShardLimits shards(LimitsConfig limits) {
        return new ShardLimits(
                new SessionLimits(
                        limits.sessions().maxQueuedMessages(),
                        limits.sessions().maxSessionBytes(),
                        limits.sessions().maxInflight(),
                        limits.connections().maxPendingBytes()),
                limits.sessions().maxSubscriptions(),
                MAX_RETAINED_NOTES,
                MAX_SHARD_BYTES);
    }
}
