package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.ReplicaReport;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The shards of a node alone: in its memory, on the core's context, one replica each. */
public final class LocalShards implements ShardPort {
    private final CoreRunner core;
    private final ShardLimits limits;
    private final Map<Integer, Shard> shards = new HashMap<>();

    public LocalShards(CoreRunner core, ShardLimits limits) {
        this.core = core;
        this.limits = limits;
    }

    @Override
    public void open(int number) {
        Shard shard = shards.get(number);
        if (shard == null) {
            core.offer(new Input.ShardMissing(number));
        } else {
            opened(number, shard, false);
        }
    }

    @Override
    public void create(int number) {
        opened(number, shards.computeIfAbsent(number, n -> new Shard(n, limits)), true);
    }

    private void opened(int number, Shard shard, boolean created) {
        core.offer(
                new Input.ShardOpened(number, shard.epoch(), shard.sequence(), shard.hash(), shard.owner(), created));
    }

    @Override
    public void submit(Batch batch) {
        Shard shard = shards.get(batch.shard());
        if (shard == null) {
            failed(batch, Input.Failure.MISSING);
            return;
        }
        switch (shard.check(batch)) {
            case OK -> {
                Applied applied = shard.apply(batch);
                core.offer(List.of(
                        new Input.BatchApplied(batch.shard(), applied),
                        new Input.ReplicaReported(
                                new ReplicaReport(
                                        batch.shard(),
                                        batch.owner(),
                                        shard.epoch(),
                                        shard.sequence(),
                                        shard.hash(),
                                        false),
                                batch.owner())));
            }
            case STALE_EPOCH -> failed(batch, Input.Failure.STALE);
            case GAP, ALREADY_APPLIED -> failed(batch, Input.Failure.GAP);
        }
    }

    private void failed(Batch batch, Input.Failure failure) {
        core.offer(new Input.BatchFailed(batch.shard(), batch.epoch(), batch.sequence(), failure));
    }

    @Override
    public void install(int shard, long epoch, long sequence) {
        // There are no other copies to install.
    }
}
