package io.lacewing.cluster.replica;

/**
 * One copy of one shard: a deterministic state machine. Two copies that applied the same batches have the same
 * {@link #state()} and the same {@link #snapshot()}. Owned by one thread at a time, the partition thread where it is
 * replicated; it must not block, log or read a clock.
 */
public interface Replica {
    /** How far it is. */
    ReplicaState state();

    /**
     * Applies a batch of which {@link ReplicaBatch#fitOn} said {@link ReplicaBatch.Fit#NEXT}; afterwards {@link #state()} has the
     * batch's epoch and sequence and a hash that depends on everything applied so far. An operation that is not allowed
     * is refused by its result, never by an exception: after an exception this copy is thrown away.
     */
    BatchEffects apply(ReplicaBatch batch);

    /** The whole copy, for {@link ReplicaFactory#restore}. */
    byte[] snapshot();
}
