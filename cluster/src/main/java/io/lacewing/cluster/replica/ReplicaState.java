package io.lacewing.cluster.replica;

/**
 * How far a replica is.
 *
 * @param epoch the epoch of the last batch it applied
 * @param sequence the number of the last batch it applied
 * @param hash the rolling hash of all that it applied
 */
public record ReplicaState(long epoch, long sequence, long hash) {
    /** Of a member that has no copy, where one was expected. */
    public static final ReplicaState NONE = new ReplicaState(-1, -1, 0);
}
