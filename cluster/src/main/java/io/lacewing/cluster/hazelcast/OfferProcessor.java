package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a copy from some member's disk in place at the owner and its backups, if the owner has none or an older one,
 * and its core said that it waits for exactly this one. Unlike {@link CopyProcessor} it runs wherever the owner is.
 */
final class OfferProcessor implements EntryProcessor<Integer, ShardEntry, Integer> {
    private final ReplicaHost host;
    private final int shard;
    private final byte[] copy;
    private boolean taken;

    OfferProcessor(ReplicaHost host, int shard, byte[] copy) {
        this.host = host;
        this.shard = shard;
        this.copy = copy;
    }

    int shard() {
        return shard;
    }

    byte[] copy() {
        return copy;
    }

    @Override
    public Integer process(Map.Entry<Integer, ShardEntry> entry) {
        return offer(entry).ordinal();
    }

    private SubmitOutcome offer(Map.Entry<Integer, ShardEntry> entry) {
        taken = false;
        ShardEntry offered = host.restore(shard, copy);
        ReplicaState state = offered.state();
        ShardEntry present = entry.getValue();
        if (present != null && !state.isAhead(present.state())) {
            return SubmitOutcome.DUPLICATE;
        }
        if (!host.expects(shard, state)) {
            return SubmitOutcome.NOT_NEXT;
        }
        taken = true;
        entry.setValue(offered);
        host.installed(shard, host.incarnation(), offered, copy);
        return SubmitOutcome.APPLIED;
    }

    @Override
    public @Nullable EntryProcessor<Integer, ShardEntry, Integer> getBackupProcessor() {
        return taken ? new CopyBackup(host, shard, host.incarnation(), copy) : null;
    }
}
