package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.Replica;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaState;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The value in the map of shards: a replica that is changed in place, on its partition's thread. It is copied there too,
 * where Hazelcast takes it to another member, and by others for the journal: one at a time, by the lock of the shard on
 * this member.
 */
final class ShardEntry {
    private static final byte[] NOTHING = {};

    private final int shard;
    private final Replica replica;
    private final ReentrantLock lock;
    private boolean changing;
    /** Set once the state machine threw: nobody knows what this copy holds. */
    private boolean broken;

    ShardEntry(int shard, Replica replica, boolean broken, ReentrantLock lock) {
        this.shard = shard;
        this.replica = replica;
        this.broken = broken;
        this.lock = lock;
    }

    int shard() {
        return shard;
    }

    ReplicaState state() {
        lock.lock();
        try {
            return replica.state();
        } finally {
            lock.unlock();
        }
    }

    boolean isBroken() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    BatchEffects apply(ReplicaBatch batch) {
        lock.lock();
        try {
            demandWhole();
            changing = true;
            return replica.apply(batch);
        } catch (RuntimeException | Error e) {
            broken = true;
            throw e;
        } finally {
            changing = false;
            lock.unlock();
        }
    }

    /**
     * The whole copy; of a broken one only the fact, as what it holds must not spread.
     *
     * @throws IllegalStateException if it is asked for by what changes it
     */
    byte[] snapshot() {
        lock.lock();
        try {
            demandWhole();
            return broken ? NOTHING : replica.snapshot();
        } finally {
            lock.unlock();
        }
    }

    /** The lock keeps other threads out, not the one that has it. */
    private void demandWhole() {
        if (changing) {
            throw new IllegalStateException("a replica is used while it changes");
        }
    }
}
