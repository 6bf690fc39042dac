package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a whole copy of a shard in place at a backup. No check of epochs: Hazelcast runs it only on a member that is a
 * backup in the partition table, and an owner that is no longer one has no such backups.
 */
final class CopyBackup implements EntryProcessor<Integer, ShardEntry, Integer> {
    private final ReplicaHost host;
    private final int shard;
    private final long submitter;
    private final byte[] copy;

    CopyBackup(ReplicaHost host, int shard, long submitter, byte[] copy) {
        this.host = host;
        this.shard = shard;
        this.submitter = submitter;
        this.copy = copy;
    }

    int shard() {
        return shard;
    }

    long submitter() {
        return submitter;
    }

    byte[] copy() {
        return copy;
    }

    @Override
    public Integer process(Map.Entry<Integer, ShardEntry> entry) {
        ShardEntry restored = host.restore(shard, copy);
        entry.setValue(restored);
        host.installed(shard, submitter, restored, copy);
        return 0;
    }

    @Override
    public @Nullable EntryProcessor<Integer, ShardEntry, Integer> getBackupProcessor() {
        return null;
    }
}
