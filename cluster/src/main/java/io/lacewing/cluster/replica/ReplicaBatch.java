package io.lacewing.cluster.replica;

/**
 * A change of one shard, as it travels from the owner to the backups. Immutable; the array is shared: not to be changed.
 *
 * @param shard which shard
 * @param epoch the owner's epoch: grows each time another member starts to serve the shard
 * @param sequence the number of this batch: the one after the last applied
 * @param previousHash the rolling hash of the state that it is meant for; a replica with another hash has diverged
 * @param time the owner's clock, milliseconds since the epoch
 * @param submitter the incarnation of the owner that made it
 * @param ops the encoded operations; may be empty: then the batch only proves who has all that went before
 */
public record ReplicaBatch(
        int shard, long epoch, long sequence, long previousHash, long time, long submitter, byte[] ops) {

    /** Whether this batch may be applied to a replica. */
    public enum Fit {
        /** The next one: apply it. */
        NEXT,
        /** Applied before: apply nothing. */
        DUPLICATE,
        /** A later owner has changed this replica: apply nothing, its owner is not the owner any more. */
        STALE_EPOCH,
        /** Batches are missing in between, or the replica has other ones: apply nothing, a fresh copy is needed. */
        GAP
    }

    /**
     * Judges by epoch, sequence and hash. A batch of the same number that is not known to be the same one is a gap: a
     * replica that has a batch which the present owner never saw must not build on it.
     */
    public Fit fitOn(ReplicaState state) {
        if (epoch < state.epoch()) {
            return Fit.STALE_EPOCH;
        }
        if (sequence <= state.sequence() && epoch == state.epoch()) {
            return Fit.DUPLICATE;
        }
        return sequence == state.sequence() + 1 && previousHash == state.hash() ? Fit.NEXT : Fit.GAP;
    }
}
