package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaFactory;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaNotice.Outcome;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this member does when a batch or a copy arrives at one of its replicas. The serializers hand it to the entry
 * processors they read, so nothing is looked up per batch. Called on partition threads, always the same one for a shard.
 */
final class ReplicaHost {
    private static final Logger log = LoggerFactory.getLogger(ReplicaHost.class);

    private final ReplicaFactory factory;
    private final Consumer<ReplicaNotice> sink;
    private final HighWater highWater = new HighWater(MemberConfiguration.SHARDS);

    /**
     * @param sink takes every report, on a partition thread: it only hands over
     */
    ReplicaHost(ReplicaFactory factory, Consumer<ReplicaNotice> sink) {
        this.factory = factory;
        this.sink = sink;
    }

    /** A new empty copy. */
    ShardEntry create(int shard) {
        return new ShardEntry(shard, factory.create(shard), false);
    }

    /** A copy from another member or from disk. */
    ShardEntry restore(int shard, byte[] snapshot) {
        return new ShardEntry(shard, factory.restore(shard, snapshot), false);
    }

    /** What comes in place of a copy that failed: it takes nothing until a fresh one is installed. */
    ShardEntry broken(int shard) {
        return new ShardEntry(shard, factory.create(shard), true);
    }

    /** At the owner, which submitted the batch on this very member. */
    SubmitOutcome applyAsOwner(@Nullable ShardEntry entry, ReplicaBatch batch) {
        if (entry == null) {
            return SubmitOutcome.CLOSED;
        }
        checkKept(batch.shard(), entry);
        if (entry.isBroken()) {
            return SubmitOutcome.FAILED;
        }
        return switch (batch.fitOn(entry.state())) {
            case NEXT -> apply(entry, batch, true) ? SubmitOutcome.APPLIED : SubmitOutcome.FAILED;
            case DUPLICATE -> SubmitOutcome.DUPLICATE;
            case STALE_EPOCH -> SubmitOutcome.STALE_EPOCH;
            case GAP -> SubmitOutcome.NOT_NEXT;
        };
    }

    /** At a backup: applies only what follows on, and reports in any case. */
    void applyAsBackup(@Nullable ShardEntry entry, ReplicaBatch batch) {
        if (entry == null) {
            report(batch, Outcome.GAP, ReplicaState.NONE, null);
        } else if (entry.isBroken()) {
            report(batch, Outcome.FAILED, entry.state(), null);
        } else {
            checkKept(batch.shard(), entry);
            switch (batch.fitOn(entry.state())) {
                case NEXT -> apply(entry, batch, false);
                case DUPLICATE -> report(batch, Outcome.DUPLICATE, entry.state(), null);
                case STALE_EPOCH -> report(batch, Outcome.STALE_EPOCH, entry.state(), null);
                case GAP -> report(batch, Outcome.GAP, entry.state(), null);
            }
        }
    }

    /** A fresh copy was put in place of what was here. */
    void installed(int shard, long submitter, ShardEntry entry) {
        highWater.set(shard, entry.state());
        sink.accept(new ReplicaNotice(shard, submitter, Outcome.APPLIED, entry.state(), null));
    }

    /** How often a copy was found to be older than what this member had reported of it. */
    long regressions() {
        return highWater.regressions();
    }

    private void checkKept(int shard, ShardEntry entry) {
        if (highWater.isAbove(shard, entry.state())) {
            log.error("Shard {} fell back to {} after this member had reported more", shard, entry.state());
        }
    }

    private boolean apply(ShardEntry entry, ReplicaBatch batch, boolean owner) {
        try {
            BatchEffects effects = entry.apply(batch);
            highWater.set(batch.shard(), entry.state());
            report(batch, Outcome.APPLIED, entry.state(), owner ? effects : null);
            return true;
        } catch (RuntimeException e) {
            log.error("Shard {} failed at batch {} of epoch {}", batch.shard(), batch.sequence(), batch.epoch(), e);
            report(batch, Outcome.FAILED, entry.state(), null);
            return false;
        }
    }

    private void report(ReplicaBatch batch, Outcome outcome, ReplicaState state, @Nullable BatchEffects effects) {
        sink.accept(new ReplicaNotice(batch.shard(), batch.submitter(), outcome, state, effects));
    }
}
