package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.ReplicaState;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far this member has reported each of its replicas to be. Hazelcast may put a copy from another member in place of a
 * replica at any time. By its ordering that copy is never older than what was applied here; this is where it would show if
 * it were. Each shard is used by one thread at a time; the numbers may be read by any.
 */
final class HighWater {
    private final AtomicLongArray epochs;
    private final AtomicLongArray sequences;
    private final AtomicLong regressions = new AtomicLong();

    HighWater(int shards) {
        epochs = new AtomicLongArray(shards);
        sequences = new AtomicLongArray(shards);
    }

    /** True, and counted, if the replica is behind what was reported; asked again it is false. */
    boolean isAbove(int shard, ReplicaState state) {
        long epoch = epochs.getPlain(shard);
        boolean above =
                epoch > state.epoch() || (epoch == state.epoch() && sequences.getPlain(shard) > state.sequence());
        if (above) {
            regressions.incrementAndGet();
            set(shard, state);
        }
        return above;
    }

    /** A batch was applied, or a copy put in place on purpose: this is where it is now. */
    void set(int shard, ReplicaState state) {
        epochs.setPlain(shard, state.epoch());
        sequences.setPlain(shard, state.sequence());
    }

    long regressions() {
        return regressions.get();
    }
}
