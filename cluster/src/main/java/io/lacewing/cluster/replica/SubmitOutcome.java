package io.lacewing.cluster.replica;

/** What the owner's own replica did with a batch. The proof of the backups are their {@link ReplicaNotice}s. */
public enum SubmitOutcome {
    /** Applied here, and sent to the backups. */
    APPLIED,
    /** The shard's partition is on another member: applied nowhere. */
    NOT_OWNER,
    /** There is no copy of this shard: it is closed, not empty. Applied nowhere. */
    CLOSED,
    /** A later owner has served this shard. Applied nowhere. */
    STALE_EPOCH,
    /** It was applied before: this submission changed nothing. */
    DUPLICATE,
    /** The sequence or the hash does not follow on from this copy. Applied nowhere. */
    NOT_NEXT,
    /** The state machine threw an exception here: nothing was sent to the backups, this copy is unusable. */
    FAILED
}
