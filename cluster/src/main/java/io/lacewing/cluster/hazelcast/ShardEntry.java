package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.Replica;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaState;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The value in the map of shards: a replica that is changed in place, on its partition's thread.
 *
 * <p>Hazelcast serializes it, to copy it to another member, on the same thread. That is seen, not promised: so every use
 * marks the entry, and an overlap is an exception instead of a torn copy.
 */
final class ShardEntry {
    private static final byte[] NOTHING = {};

    private final int shard;
    private final Replica replica;
    private final AtomicBoolean inUse = new AtomicBoolean();
    /** Set once the state machine threw: nobody knows what this copy holds. */
    private boolean broken;

    ShardEntry(int shard, Replica replica, boolean broken) {
        this.shard = shard;
        this.replica = replica;
        this.broken = broken;
    }

    int shard() {
        return shard;
    }

    ReplicaState state() {
        return replica.state();
    }

    boolean isBroken() {
        return broken;
    }

    BatchEffects apply(ReplicaBatch batch) {
        enter();
        try {
            return replica.apply(batch);
        } catch (RuntimeException | Error e) {
            broken = true;
            throw e;
        } finally {
            inUse.set(false);
        }
    }

    /**
     * The whole copy; of a broken one only the fact, as what it holds must not spread.
     *
     * @throws IllegalStateException if it is being changed by another thread
     */
    byte[] snapshot() {
        enter();
        try {
            return broken ? NOTHING : replica.snapshot();
        } finally {
            inUse.set(false);
        }
    }

    private void enter() {
        if (!inUse.compareAndSet(false, true)) {
            throw new IllegalStateException("a replica is used by two threads at once");
        }
    }
}
