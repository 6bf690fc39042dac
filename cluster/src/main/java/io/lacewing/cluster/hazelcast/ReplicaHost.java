package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaFactory;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaNotice.Outcome;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this member does when a batch or a copy arrives at one of its replicas. The serializers hand it to the entry
 * processors they read, so nothing is looked up per batch. What a replica applied is appended to the journal before it is
 * reported: a batch if the journal has what was before it, else the whole copy. So each report says what is kept. What is
 * kept is never replaced by what is older: an owner that lacks something, as it was cut off, is told to begin anew. Called
 * on partition threads, always the same one for a shard, where not said otherwise.
 */
final class ReplicaHost {
    private static final Logger log = LoggerFactory.getLogger(ReplicaHost.class);

    private final long incarnation;
    private final ReplicaFactory factory;
    private final ReplicaJournal journal;
    private final HeldShard[] held = new HeldShard[MemberConfiguration.SHARDS];
    private final HighWater highWater = new HighWater(MemberConfiguration.SHARDS);

    /**
     * @param incarnation of this member
     * @param journal keeps what is applied
     * @param sink takes every report, on a partition's or the journal's thread: it only hands over
     */
    ReplicaHost(long incarnation, ReplicaFactory factory, ReplicaJournal journal, Consumer<ReplicaNotice> sink) {
        this.incarnation = incarnation;
        this.factory = factory;
        this.journal = journal;
        for (int shard = 0; shard < held.length; shard++) {
            held[shard] = new HeldShard(sink);
        }
    }

    /** Of this member: to whom reports go of what it takes as the owner. */
    long incarnation() {
        return incarnation;
    }

    /** A new empty copy. */
    ShardEntry create(int shard) {
        return new ShardEntry(shard, factory.create(shard), false, held[shard].lock());
    }

    /** A copy from another member or from disk. Any thread. */
    ShardEntry restore(int shard, byte[] snapshot) {
        return new ShardEntry(shard, factory.restore(shard, snapshot), false, held[shard].lock());
    }

    /** What comes in place of a copy that failed: it takes nothing until a fresh one is installed. Any thread. */
    ShardEntry broken(int shard) {
        return new ShardEntry(shard, factory.create(shard), true, held[shard].lock());
    }

    /** At the owner, which submitted the batch on this very member. */
    SubmitOutcome applyAsOwner(@Nullable ShardEntry entry, ReplicaBatch batch) {
        if (entry == null) {
            return SubmitOutcome.CLOSED;
        }
        return locked(batch.shard(), () -> {
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
        });
    }

    /** At a backup: applies only what follows on, and reports in any case. */
    void applyAsBackup(@Nullable ShardEntry entry, ReplicaBatch batch) {
        locked(batch.shard(), () -> {
            if (entry == null) {
                report(batch, Outcome.GAP, ReplicaState.NONE);
            } else if (entry.isBroken()) {
                report(batch, Outcome.FAILED, entry.state());
            } else {
                checkKept(batch.shard(), entry);
                switch (batch.fitOn(entry.state())) {
                    case NEXT -> apply(entry, batch, false);
                    case DUPLICATE -> keep(entry, notice(batch, Outcome.DUPLICATE, entry.state(), null), null);
                    case STALE_EPOCH -> keep(entry, notice(batch, Outcome.STALE_EPOCH, entry.state(), null), null);
                    case GAP -> report(batch, Outcome.GAP, entry.state());
                }
            }
            return true;
        });
    }

    /**
     * A fresh copy was put in place of what was here, or the one that is here is what others are given.
     *
     * @param copy the bytes of it
     */
    void installed(int shard, long submitter, ShardEntry entry, byte[] copy) {
        locked(shard, () -> {
            highWater.set(shard, entry.state());
            held[shard].expectNothing();
            keep(entry, new ReplicaNotice(shard, submitter, Outcome.APPLIED, entry.state(), null), copy);
            return true;
        });
    }

    /** A copy of this standing may come from a disk, if there is none. Any thread. */
    void expect(int shard, long epoch, long sequence) {
        locked(shard, () -> {
            held[shard].expect(epoch, sequence);
            return true;
        });
    }

    /** True if a copy of this standing may come from a disk. */
    boolean expects(int shard, ReplicaState state) {
        return locked(shard, () -> held[shard].expects(state));
    }

    /**
     * The journal wants a whole copy of a shard. Any thread.
     *
     * @return false if the copy in memory is of no use: {@link #reread} is to follow
     */
    boolean renew(int shard) {
        return locked(shard, () -> {
            ShardEntry entry = held[shard].appended();
            if (entry == null) {
                journal.renew(shard);
            } else if (entry.isBroken()) {
                return false;
            } else {
                journal.append(shard, entry.state(), entry.snapshot(), () -> {});
            }
            return true;
        });
    }

    /**
     * The journal wants a whole copy of a shard that failed here: it gets what it has itself, the state before that. Blocks
     * while it is read, without the shard's lock. Any thread.
     */
    void reread(int shard) {
        Runnable append = journal.reread(shard);
        locked(shard, () -> {
            ShardEntry entry = held[shard].appended();
            if (entry != null && entry.isBroken()) {
                append.run();
            }
            return true;
        });
    }

    /**
     * The copy of this standing that this member has, or had when it held the shard last; empty if there is none. That is
     * kept until it is forgotten. Any thread.
     */
    Optional<byte[]> copy(int shard, long epoch, long sequence) {
        return locked(shard, () -> {
            ShardEntry entry = held[shard].appended();
            if (entry == null
                    || entry.isBroken()
                    || entry.state().epoch() != epoch
                    || entry.state().sequence() != sequence) {
                return Optional.empty();
            }
            return Optional.of(entry.snapshot());
        });
    }

    /**
     * The copy on disk is not needed any more, unless this member holds the shard again: then what it reported of it stands
     * there. Any thread.
     *
     * @param holds whether it does, asked with the shard's lock held
     */
    void forget(int shard, IntPredicate holds) {
        locked(shard, () -> {
            if (!holds.test(shard)) {
                held[shard].letGo();
                journal.forget(shard);
            }
            return true;
        });
    }

    /** How often a copy was found to be older than what this member had reported of it. */
    long regressions() {
        return highWater.regressions();
    }

    /** Does something with what this member has of a shard, while nothing else does. Any thread. */
    <T> T exclusively(int shard, Supplier<T> what) {
        return locked(shard, what);
    }

    private <T> T locked(int shard, Supplier<T> what) {
        ReentrantLock lock = held[shard].lock();
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }

    private void checkKept(int shard, ShardEntry entry) {
        if (highWater.isAbove(shard, entry.state())) {
            log.error("Shard {} fell back to {} after this member had reported more", shard, entry.state());
        }
    }

    private boolean apply(ShardEntry entry, ReplicaBatch batch, boolean owner) {
        ReplicaState before = entry.state();
        BatchEffects effects;
        try {
            effects = entry.apply(batch);
        } catch (RuntimeException e) {
            log.error("Shard {} failed at batch {} of epoch {}", batch.shard(), batch.sequence(), batch.epoch(), e);
            report(batch, Outcome.FAILED, entry.state());
            return false;
        }
        highWater.set(batch.shard(), entry.state());
        ReplicaNotice notice = notice(batch, Outcome.APPLIED, entry.state(), owner ? effects : null);
        if (journal.follows(batch.shard(), before)) {
            HeldShard shard = held[batch.shard()];
            appended(shard, entry);
            journal.append(batch, entry.state(), shard.reportWhenKept(notice));
        } else {
            keep(entry, notice, null);
        }
        return true;
    }

    /** Reports when the journal has the whole copy, or what amounts to it. */
    private void keep(ShardEntry entry, ReplicaNotice notice, byte @Nullable [] copy) {
        HeldShard shard = held[notice.shard()];
        ReplicaState kept = journal.kept(notice.shard());
        if (kept.isAhead(entry.state())) {
            shard.report(behind(notice, kept));
            return;
        }
        appended(shard, entry);
        if (journal.follows(notice.shard(), entry.state())) {
            shard.report(notice);
        } else {
            byte[] bytes = copy == null ? entry.snapshot() : copy;
            journal.append(notice.shard(), entry.state(), bytes, shard.reportWhenKept(notice));
        }
    }

    /** The replica is older than what is kept: its owner is superseded, or has to send a copy. */
    private static ReplicaNotice behind(ReplicaNotice notice, ReplicaState kept) {
        boolean superseded = kept.epoch() > notice.state().epoch();
        return new ReplicaNotice(
                notice.shard(),
                notice.submitter(),
                superseded ? Outcome.STALE_EPOCH : Outcome.GAP,
                superseded ? kept : notice.state(),
                null);
    }

    /** Remembers the copy for the journal, if there is one: it is the only one who lets it go, by {@link #forget}. */
    private void appended(HeldShard shard, ShardEntry entry) {
        if (journal.keeps()) {
            shard.appended(entry);
        }
    }

    private void report(ReplicaBatch batch, Outcome outcome, ReplicaState state) {
        held[batch.shard()].report(notice(batch, outcome, state, null));
    }

    private static ReplicaNotice notice(
            ReplicaBatch batch, Outcome outcome, ReplicaState state, @Nullable BatchEffects effects) {
        return new ReplicaNotice(batch.shard(), batch.submitter(), outcome, state, effects);
    }
}
