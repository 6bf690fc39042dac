package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.ShardLimits;

/**
 * How much of a node's memory each shard may take, so that all copies on a node together keep to the node's bound. Shards
 * are spread evenly over the members, so a node has (shards x copies) / members of them.
 *
 * @param limits the bounds of each shard by the configuration; {@code maxBytes} is the most that one may have in any case
 * @param bytesPerNode what all copies on one node together may take
 * @param copies how many nodes keep each shard, the owner included, where there are as many
 */
public record ShardBudget(ShardLimits limits, long bytesPerNode, int copies) {
    /** No more than each shard's own bound. */
    public static final ShardBudget DEFAULT = new ShardBudget(ShardLimits.DEFAULT, Long.MAX_VALUE, 2);

    /** More than any node has; keeps the product below from overflowing. */
    private static final long ENDLESS = 1L << 50;

    public ShardBudget {
        if (bytesPerNode < 1 || copies < 1) {
            throw new IllegalArgumentException(bytesPerNode + " bytes for " + copies + " copies");
        }
    }

    /**
     * The bounds of each shard.
     *
     * @param members how many nodes there are now, at least 1
     * @param shards how many shards there are
     */
    public ShardLimits of(int members, int shards) {
        long held = (long) shards * Math.min(copies, members);
        long share = Math.min(bytesPerNode, ENDLESS) * members / held;
        return limits.withMaxBytes(Math.min(limits.maxBytes(), share));
    }
}
