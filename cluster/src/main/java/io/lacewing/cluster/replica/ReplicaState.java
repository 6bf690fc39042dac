package io.lacewing.cluster.replica;

/**
 * How far a replica is.
 *
 * @param epoch the epoch of the last batch it applied
 * @param sequence the number of the last batch it applied
 * @param hash the rolling hash of all that it applied
 * @param owner the incarnation of the owner that made the last batch, 0 if there was none
 */
public record ReplicaState(long epoch, long sequence, long hash, long owner) {
    /** Of a replica of which nobody asks who wrote it. */
    public ReplicaState(long epoch, long sequence, long hash) {
        this(epoch, sequence, hash, 0);
    }

    /** True if this is of a later epoch, or of the same and a later batch. */
    public boolean isAhead(ReplicaState other) {
        return epoch > other.epoch || (epoch == other.epoch && sequence > other.sequence);
    }

    /** Of a member that has no copy, where one was expected. */
    public static final ReplicaState NONE = new ReplicaState(-1, -1, 0, 0);
}
