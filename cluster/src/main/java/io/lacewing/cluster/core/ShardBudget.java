package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.ShardLimits;

/**
 * How much of a node's memory each shard may take, so that all copies on a node together keep to the node's bound. While
 * there is enough, each shard may take what it wants: the load is never spread evenly. When nine tenths of the bound are
 * used, no shard may have more than its share; when it is three quarters, all is as before. Shards are spread evenly over
 * the members, so a node has (shards x copies) / members of them.
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

    private static final double SCARCE = 0.9;
    private static final double ENOUGH = 0.75;

    public ShardBudget {
        if (bytesPerNode < 1 || copies < 1) {
            throw new IllegalArgumentException(bytesPerNode + " bytes for " + copies + " copies");
        }
    }

    /**
     * True if the node's bound is nearly used up.
     *
     * @param owned what the shards that the node owns hold, in bytes
     * @param members how many nodes there are now
     * @param before what it was
     */
    public boolean isScarce(long owned, int members, boolean before) {
        double used = (double) owned * Math.min(copies, Math.max(1, members)) / bytesPerNode;
        return used >= (before ? ENOUGH : SCARCE);
    }

    /**
     * The bounds of each shard.
     *
     * @param members how many nodes there are now, at least 1
     * @param shards how many shards there are
     * @param scarce true if the node's bound is nearly used up
     */
    public ShardLimits of(int members, int shards, boolean scarce) {
        if (!scarce) {
            return limits;
        }
        long held = (long) shards * Math.min(copies, members);
        long share = Math.min(bytesPerNode, ENDLESS) * members / held;
        return limits.withMaxBytes(Math.min(limits.maxBytes(), share));
    }
}
