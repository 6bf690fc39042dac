package io.lacewing.cluster.core;

/**
 * A copy of a shard on a node's disk.
 *
 * @param shard which shard
 * @param epoch how far the copy is: the epoch of the last batch
 * @param sequence and its number
 * @param doubtful true if the node can't tell whether it had more: its disk was damaged, or its machine went down
 */
public record Offer(int shard, long epoch, long sequence, boolean doubtful) {
    /** True if this copy is further than the other. */
    public boolean isAhead(Offer other) {
        return epoch != other.epoch ? epoch > other.epoch : sequence > other.sequence;
    }
}
