package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import io.lacewing.cluster.replica.ReplicaState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how far the owner's copy is: {epoch, sequence, hash, owner}; nothing if there is none, one number if it is broken. */
final class InspectProcessor implements EntryProcessor<Integer, ShardEntry, long[]>, ReadOnly {
    /** So many numbers say that the copy is broken. */
    static final int BROKEN = 1;

    @Override
    public long[] process(Map.Entry<Integer, ShardEntry> entry) {
        ShardEntry value = entry.getValue();
        if (value == null) {
            return new long[0];
        }
        if (value.isBroken()) {
            return new long[BROKEN];
        }
        ReplicaState state = value.state();
        return new long[] {state.epoch(), state.sequence(), state.hash(), state.owner()};
    }

    @Override
    public @Nullable EntryProcessor<Integer, ShardEntry, long[]> getBackupProcessor() {
        return null;
    }
}
