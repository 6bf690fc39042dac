package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.ReplicaReport;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.BatchCodec;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shards of a node alone: in its memory, on the core's context, one replica each. What a batch did is said when the
 * journal has kept it, where there is one.
 */
public final class LocalShards implements ShardPort {
    private final CoreRunner core;
    private final ShardLimits limits;
    private final NodeStore store;
    private final ReplicaJournal journal;
    private final Map<Integer, Shard> shards = new HashMap<>();

    public LocalShards(CoreRunner core, ShardLimits limits, NodeStore store) {
        this.core = core;
        this.limits = limits;
        this.store = store;
        this.journal = store.replicas();
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
            case OK -> apply(shard, batch);
            case STALE_EPOCH -> failed(batch, Input.Failure.STALE);
            case GAP, ALREADY_APPLIED -> failed(batch, Input.Failure.GAP);
        }
    }

    private void apply(Shard shard, Batch batch) {
        byte[] encoded = BatchCodec.encode(batch);
        ReplicaState before = state(shard);
        Applied applied = shard.apply(batch, encoded);
        ReplicaState after = state(shard);
        ReplicaReport report = report(batch.shard(), batch.owner(), after);
        List<Input> done = List.of(
                new Input.BatchApplied(batch.shard(), applied), new Input.ReplicaReported(report, batch.owner()));
        if (journal.follows(batch.shard(), before)) {
            ReplicaBatch replicated = new ReplicaBatch(
                    batch.shard(),
                    batch.epoch(),
                    batch.sequence(),
                    before.hash(),
                    batch.time(),
                    batch.owner(),
                    encoded);
            journal.append(replicated, after, () -> core.offer(done));
        } else {
            journal.append(batch.shard(), after, shard.snapshot(), () -> core.offer(done));
        }
    }

    private static ReplicaState state(Shard shard) {
        return new ReplicaState(shard.epoch(), shard.sequence(), shard.hash(), shard.owner());
    }

    private void failed(Batch batch, Input.Failure failure) {
        core.offer(new Input.BatchFailed(batch.shard(), batch.epoch(), batch.sequence(), failure));
    }

    @Override
    public void install(int shard, long epoch, long sequence) {
        // There are no other copies to install.
    }

    @Override
    public void expect(int shard, long epoch, long sequence) {
        // Nobody else could send one.
    }

    @Override
    public void send(int shard, long epoch, long sequence) {
        store.recoveredCopy(shard)
                .filter(copy -> copy.epoch() == epoch && copy.sequence() == sequence)
                .ifPresent(this::put);
    }

    private void put(Shard copy) {
        if (shards.putIfAbsent(copy.number(), copy) == null) {
            core.offer(new Input.ReplicaReported(
                    report(copy.number(), core.incarnation(), state(copy)), core.incarnation()));
        }
    }

    private static ReplicaReport report(int shard, long member, ReplicaState state) {
        return new ReplicaReport(shard, member, state.epoch(), state.sequence(), state.hash(), false);
    }

    @Override
    public void forget(int shard) {
        if (!shards.containsKey(shard)) {
            journal.forget(shard);
        }
    }

    /** The journal wants a whole copy of a shard. On the core's context. */
    void renew(int number) {
        Shard shard = shards.get(number);
        if (shard == null) {
            journal.renew(number);
        } else {
            journal.append(number, state(shard), shard.snapshot(), () -> {});
        }
    }
}
