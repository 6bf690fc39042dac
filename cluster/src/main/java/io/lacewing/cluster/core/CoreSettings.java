package io.lacewing.cluster.core;

/**
 * What a node's core is told at its start.
 *
 * @param shards how many shards there are, the same on every node for ever
 * @param minCopies on how many distinct members, the owner included, a batch must be before anything of it is
 *     acknowledged; not more than there are members
 * @param bounds how much is kept waiting
 * @param times how long is waited
 * @param cluster what keeps a minority quiet
 * @param budget the bounds of the shards that this node owns
 */
public record CoreSettings(int shards, int minCopies, Bounds bounds, Times times, Cluster cluster, ShardBudget budget) {

    /** How long every node, and the maps behind the tables, remember that something was removed, in milliseconds. */
    public static final long TOMBSTONE_MILLIS = 600_000;

    /** The settings of a cluster with default configuration. */
    public static final CoreSettings DEFAULT =
            new CoreSettings(Shards.COUNT, 2, Bounds.DEFAULT, Times.DEFAULT, Cluster.ALONE, ShardBudget.DEFAULT);

    /**
     * What keeps a minority quiet.
     *
     * @param size how many nodes must be present at the cluster's birth
     * @param keepServing true: a node goes on without a majority, at the price of what the other side acknowledged
     * @param strictCopies true: {@code minCopies} are needed even where fewer nodes are present
     * @param pause for how long, in milliseconds, a node goes on without hearing from a majority
     * @param pulse how often it asks, in milliseconds
     */
    public record Cluster(int size, boolean keepServing, boolean strictCopies, long pause, long pulse) {
        /** A node alone. */
        public static final Cluster ALONE = new Cluster(1, false, false, 2_000, 250);

        /** A cluster of so many nodes, with the usual times. */
        public static Cluster of(int size) {
            return new Cluster(size, false, false, 2_000, 250);
        }
    }

    /**
     * Bounds on what waits.
     *
     * @param batchOps the most ops in one batch
     * @param batchBytes about the most bytes in one batch; a single greater op still goes
     * @param unansweredOps the most ops of this node that wait for one shard's answer; more are refused, but for those
     *     that end something
     * @param unansweredBytes the same in bytes
     * @param heldDeliveries the most deliveries kept for a connection whose attach is not answered yet
     * @param retained the most retained messages in the cluster, for wills; connections keep it for what they publish
     * @param retainedBytes the most bytes of retained messages, likewise
     */
    public record Bounds(
            int batchOps,
            int batchBytes,
            int unansweredOps,
            long unansweredBytes,
            int heldDeliveries,
            int retained,
            long retainedBytes) {
        /** For a node of usual size. */
        public static final Bounds DEFAULT = new Bounds(1_000, 1 << 20, 50_000, 32L << 20, 1_000, 100_000, 256L << 20);

        /** These with another bound of deliveries to a connection that is not attached yet. */
        public Bounds withHeldDeliveries(int most) {
            return new Bounds(batchOps, batchBytes, unansweredOps, unansweredBytes, most, retained, retainedBytes);
        }

        /** These with other bounds of retained messages. */
        public Bounds withRetained(int most, long bytes) {
            return new Bounds(batchOps, batchBytes, unansweredOps, unansweredBytes, heldDeliveries, most, bytes);
        }
    }

    /**
     * How long is waited, in milliseconds.
     *
     * @param request until a request that has no answer is told unavailable
     * @param retry before ops go to a shard again whose owner would not take them
     * @param report before a missing replica's report is asked for
     * @param redeliver between two demands for lost deliveries of one connection
     */
    public record Times(long request, long retry, long report, long redeliver) {
        /** For a network of usual speed. */
        public static final Times DEFAULT = new Times(30_000, 100, 300, 1_000);
    }
}
