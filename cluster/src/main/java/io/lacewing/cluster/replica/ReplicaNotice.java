package io.lacewing.cluster.replica;

import org.jspecify.annotations.Nullable;

/**
 * What one replica on this member says after a batch, or after a fresh copy.
 *
 * @param shard which shard
 * @param submitter the incarnation of the owner that made the batch: whom to tell
 * @param outcome what happened
 * @param state how far the replica is now; {@link ReplicaState#NONE} if there is no copy here
 * @param applied what the batch did, if it was applied and this member submitted it
 */
public record ReplicaNotice(
        int shard,
        long submitter,
        Outcome outcome,
        ReplicaState state,
        @Nullable BatchEffects applied) {

    /** What happened to the batch at this replica. */
    public enum Outcome {
        /** Applied, or a fresh copy was put in its place: {@link #state()} is proof of all up to it. */
        APPLIED,
        /** Not applied: it was there already. */
        DUPLICATE,
        /** Not applied: a later owner was here. */
        STALE_EPOCH,
        /** Not applied: batches are missing or the copy is missing or has diverged. Send a fresh copy. */
        GAP,
        /** The state machine threw an exception; its copy is unusable until a fresh one comes. */
        FAILED
    }
}
