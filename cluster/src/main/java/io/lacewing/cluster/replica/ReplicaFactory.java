package io.lacewing.cluster.replica;

/** Makes replicas. Called on several threads at once. */
public interface ReplicaFactory {
    /** A new shard without sessions: epoch 0, sequence 0. */
    Replica create(int shard);

    /**
     * A copy from what {@link Replica#snapshot()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are not a snapshot
     */
    Replica restore(int shard, byte[] snapshot);
}
