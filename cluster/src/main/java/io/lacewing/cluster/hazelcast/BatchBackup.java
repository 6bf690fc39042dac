package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import io.lacewing.cluster.replica.ReplicaBatch;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applies a batch at a backup. It never fails, as a failed backup would be tried again: it reports. */
final class BatchBackup implements EntryProcessor<Integer, ShardEntry, Integer> {
    private final ReplicaHost host;
    private final ReplicaBatch batch;

    BatchBackup(ReplicaHost host, ReplicaBatch batch) {
        this.host = host;
        this.batch = batch;
    }

    ReplicaBatch batch() {
        return batch;
    }

    @Override
    public Integer process(Map.Entry<Integer, ShardEntry> entry) {
        host.applyAsBackup(entry.getValue(), batch);
        return 0;
    }

    @Override
    public @Nullable EntryProcessor<Integer, ShardEntry, Integer> getBackupProcessor() {
        return null;
    }
}
