package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.ReplicaReport;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.SubmitOutcome;
import io.lacewing.cluster.runtime.CoreRunner;
import io.lacewing.cluster.runtime.NodeStore;
import io.lacewing.cluster.runtime.ShardPort;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.BatchCodec;
import io.lacewing.persistence.shard.Shard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The core's shards on Hazelcast. Used on the core's context. */
final class HazelcastShards implements ShardPort {
    private static final Logger log = LoggerFactory.getLogger(HazelcastShards.class);
    private static final long RETRY_MILLIS = 200;

    private final CoreRunner core;
    private final ReplicatedShards shards;
    private final NodeStore store;
    private final Vertx vertx;
    private final long self;
    /** The hash of each shard that this node owns after its last batch: what the next one builds on. */
    private final long[] hashes;
    /** Shards here that failed at a batch, which was said. */
    private final BitSet broken;
    /** Shards that are being opened: asked again meanwhile, nothing is done twice. */
    private final BitSet opening;
    /** Shards whose copy from disk is on its way. */
    private final BitSet sending;

    HazelcastShards(CoreRunner core, ReplicatedShards shards, NodeStore store, Vertx vertx, long self, int shardCount) {
        this.core = core;
        this.shards = shards;
        this.store = store;
        this.vertx = vertx;
        this.self = self;
        this.hashes = new long[shardCount];
        this.broken = new BitSet(shardCount);
        this.opening = new BitSet(shardCount);
        this.sending = new BitSet(shardCount);
    }

    @Override
    public void open(int shard) {
        if (!opening.get(shard)) {
            opening.set(shard);
            look(shard);
        }
    }

    private void look(int shard) {
        shards.inspect(shard)
                .onComplete(state -> opened(shard, state), failure -> lookAgain(shard, failure.toString()));
    }

    private void opened(int shard, Optional<ReplicaState> found) {
        if (found.isPresent()) {
            opened(shard, found.get(), false);
        } else {
            opening.clear(shard);
            core.offer(new Input.ShardMissing(shard));
        }
    }

    @Override
    public void create(int shard) {
        if (!opening.get(shard)) {
            opening.set(shard);
            makeEmpty(shard);
        }
    }

    private void makeEmpty(int shard) {
        shards.create(shard)
                .onComplete(
                        outcome -> {
                            if (outcome == SubmitOutcome.APPLIED) {
                                opened(shard, new ReplicaState(0, 0, 0, 0), true);
                            } else if (outcome == SubmitOutcome.NOT_OWNER) {
                                opening.clear(shard);
                                failed(shard, 0, 0, Input.Failure.NOT_OWNER);
                            } else {
                                // A copy is there that says nothing: it failed at a batch, or has just come.
                                lookAgain(shard, outcome.toString());
                            }
                        },
                        failure -> lookAgain(shard, failure.toString()));
    }

    private void opened(int shard, ReplicaState state, boolean created) {
        opening.clear(shard);
        hashes[shard] = state.hash();
        core.offer(new Input.ShardOpened(shard, state.epoch(), state.sequence(), state.hash(), state.owner(), created));
    }

    private void lookAgain(int shard, String why) {
        log.debug("Shard {} could not be opened, trying again: {}", shard, why);
        vertx.setTimer(RETRY_MILLIS, id -> look(shard));
    }

    @Override
    public void submit(Batch batch) {
        ReplicaBatch replicated = new ReplicaBatch(
                batch.shard(),
                batch.epoch(),
                batch.sequence(),
                hashes[batch.shard()],
                batch.time(),
                batch.owner(),
                BatchCodec.encode(batch));
        shards.submit(replicated).onComplete(outcome -> submitted(batch, outcome), failure -> {
            log.debug("Batch {} of shard {} has an unknown end", batch.sequence(), batch.shard(), failure);
            failed(batch.shard(), batch.epoch(), batch.sequence(), Input.Failure.UNKNOWN);
        });
    }

    private void submitted(Batch batch, SubmitOutcome outcome) {
        switch (outcome) {
            case APPLIED -> {
                // The replicas' own notices say so, and more.
            }
            case NOT_OWNER -> failed(batch, Input.Failure.NOT_OWNER);
            case STALE_EPOCH -> failed(batch, Input.Failure.STALE);
            case CLOSED -> failed(batch, Input.Failure.MISSING);
            case DUPLICATE, NOT_NEXT -> failed(batch, Input.Failure.GAP);
            case FAILED -> {
                if (!broken.get(batch.shard())) {
                    broken.set(batch.shard());
                    log.error("Shard {} can not be changed any more on this node", batch.shard());
                }
                failed(batch, Input.Failure.GAP);
            }
        }
    }

    private void failed(Batch batch, Input.Failure failure) {
        failed(batch.shard(), batch.epoch(), batch.sequence(), failure);
    }

    private void failed(int shard, long epoch, long sequence, Input.Failure failure) {
        core.offer(new Input.BatchFailed(shard, epoch, sequence, failure));
    }

    @Override
    public void install(int shard, long epoch, long sequence) {
        shards.repair(shard)
                .onFailure(failure -> log.debug("Copies of shard {} could not be repaired yet", shard, failure));
    }

    @Override
    public void expect(int shard, long epoch, long sequence) {
        shards.expect(shard, epoch, sequence);
    }

    @Override
    public void send(int shard, long epoch, long sequence) {
        if (sending.get(shard)) {
            return;
        }
        sending.set(shard);
        Optional<Shard> found =
                store.recoveredCopy(shard).filter(copy -> copy.epoch() == epoch && copy.sequence() == sequence);
        Future<SubmitOutcome> sent =
                found.isPresent() ? shards.offer(shard, found.get()::snapshot) : shards.offer(shard, epoch, sequence);
        sent.onComplete((outcome, failure) -> {
            sending.clear(shard);
            if (failure != null) {
                log.warn("The copy of shard {} on this disk could not be sent: {}", shard, failure.toString());
            } else {
                log.debug("The copy of shard {} from this disk: {}", shard, outcome);
            }
        });
    }

    @Override
    public void forget(int shard) {
        shards.forget(shard);
    }

    /** A replica on this member said something. */
    void noticed(ReplicaNotice notice) {
        ReplicaState state = notice.state();
        boolean gap = notice.outcome() == ReplicaNotice.Outcome.GAP || notice.outcome() == ReplicaNotice.Outcome.FAILED;
        ReplicaReport report =
                new ReplicaReport(notice.shard(), self, state.epoch(), state.sequence(), state.hash(), gap);
        Input.ReplicaReported reported = new Input.ReplicaReported(report, notice.submitter());
        if (notice.applied() instanceof ShardReplica.Effects(var applied)) {
            hashes[notice.shard()] = state.hash();
            core.offer(List.of(new Input.BatchApplied(notice.shard(), applied), reported));
        } else {
            core.offer(reported);
        }
    }
}
