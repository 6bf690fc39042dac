package io.lacewing.cluster.replica;

import java.util.Arrays;

/**
 * Which members hold which shard, as this member sees it at one moment. Immutable.
 *
 * @param replicas for each shard the incarnations of owner (first) and backups in their order; {@link #NOBODY} where a
 *     place is empty. Shared: not to be changed
 */
public record ReplicaTable(long[][] replicas) {
    /** An empty place. */
    public static final long NOBODY = 0;

    /** The owner of a shard, {@link #NOBODY} if it has none at the moment. */
    public long ownerOf(int shard) {
        return replicas[shard].length == 0 ? NOBODY : replicas[shard][0];
    }

    /** Owner and backups of a shard; not to be changed. */
    public long[] replicasOf(int shard) {
        return replicas[shard];
    }

    /** How many shards there are. */
    public int shards() {
        return replicas.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReplicaTable table && Arrays.deepEquals(replicas, table.replicas);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(replicas);
    }

    @Override
    public String toString() {
        return Arrays.deepToString(replicas);
    }
}
