package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies a batch at the shard's owner, which is the member that submitted it. On another member (the partition moved
 * while the batch was on its way) there is nothing to apply: only the fact that it was submitted travels.
 *
 * <p>The value is changed in place and {@code setValue} is never called: Hazelcast runs the backup processor anyway, and
 * migrates whatever object is in the entry, so marking it would only cost.
 */
final class BatchProcessor implements EntryProcessor<Integer, ShardEntry, Integer> {
    private final @Nullable ReplicaHost host;
    private final @Nullable ReplicaBatch batch;
    private boolean applied;

    private BatchProcessor(@Nullable ReplicaHost host, @Nullable ReplicaBatch batch) {
        this.host = host;
        this.batch = batch;
    }

    /** To be submitted on this member. */
    static BatchProcessor of(ReplicaHost host, ReplicaBatch batch) {
        return new BatchProcessor(host, batch);
    }

    /** What another member's batch becomes here: refused. */
    static BatchProcessor foreign() {
        return new BatchProcessor(null, null);
    }

    @Override
    public Integer process(Map.Entry<Integer, ShardEntry> entry) {
        if (host == null || batch == null) {
            return SubmitOutcome.NOT_OWNER.ordinal();
        }
        SubmitOutcome outcome = host.applyAsOwner(entry.getValue(), batch);
        applied = outcome == SubmitOutcome.APPLIED;
        return outcome.ordinal();
    }

    @Override
    public @Nullable EntryProcessor<Integer, ShardEntry, Integer> getBackupProcessor() {
        return applied && host != null && batch != null ? new BatchBackup(host, batch) : null;
    }
}
