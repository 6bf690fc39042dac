package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.Replica;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaNotice.Outcome;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** What a backup does with what should not come, without a cluster. */
class ReplicaHostTest {
    private final List<ReplicaNotice> notices = new ArrayList<>();
    private final FakeJournal journal = new FakeJournal();
    private final ReplicaHost host = new ReplicaHost(5, CountingReplica.factory(0), journal, notices::add);
    private final ReplicaHost other = new ReplicaHost(6, CountingReplica.factory(0), ReplicaJournal.NONE, notice -> {});

    @Test
    void atAGapNothingIsAppliedAndTheGapIsReported() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        ReplicaState first = entry.state();
        host.applyAsBackup(entry, batch(3, first.hash(), 1));
        host.applyAsBackup(entry, batch(2, first.hash() + 1, 1));
        host.applyAsBackup(entry, batch(1, 0, 1));
        assertEquals(first, entry.state());
        assertEquals(List.of(Outcome.APPLIED, Outcome.GAP, Outcome.GAP, Outcome.DUPLICATE), outcomes());
    }

    @Test
    void nothingIsReportedBeforeItIsKeptAndAllInOrder() {
        journal.slow = true;
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        host.applyAsBackup(entry, batch(1, 0, 1));
        host.applyAsBackup(entry, batch(3, entry.state().hash(), 2));
        host.applyAsOwner(entry, batch(2, entry.state().hash(), 2));
        assertEquals(List.of(), notices);
        journal.write(1);
        assertEquals(List.of(Outcome.APPLIED, Outcome.DUPLICATE, Outcome.GAP), outcomes());
        journal.write(1);
        assertEquals(2, notices.getLast().state().sequence());
        assertNotNull(notices.getLast().applied());
        assertEquals(List.of("copy 9 at 1", "batch 9 to 2"), journal.appended);
    }

    @Test
    void aCopyThatCameOtherwiseIsAppendedWholeBeforeABatchAfterIt() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        host.applyAsBackup(entry, batch(2, entry.state().hash(), 2));
        byte[] ahead = entry.snapshot();
        ShardEntry migrated = other.restore(9, ahead);
        other.applyAsBackup(migrated, batch(3, migrated.state().hash(), 3));
        other.applyAsBackup(migrated, batch(4, migrated.state().hash(), 4));
        host.applyAsBackup(host.restore(9, migrated.snapshot()), batch(4, 0, 4));
        assertEquals(List.of("copy 9 at 1", "batch 9 to 2", "copy 9 at 4"), journal.appended);
        assertEquals(List.of(Outcome.APPLIED, Outcome.APPLIED, Outcome.DUPLICATE), outcomes());
        assertEquals(4, notices.getLast().state().sequence());
    }

    @Test
    void whatIsKeptIsNotReplacedByAnOlderCopyOfTheSameEpoch() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        byte[] behind = entry.snapshot();
        host.applyAsBackup(entry, batch(2, entry.state().hash(), 2));
        host.applyAsBackup(entry, batch(3, entry.state().hash(), 3));
        ShardEntry old = host.restore(9, behind);
        host.installed(9, 5, old, behind);
        host.applyAsBackup(old, batch(2, old.state().hash(), 2));
        assertEquals(List.of("copy 9 at 1", "batch 9 to 2", "batch 9 to 3"), journal.appended);
        assertEquals(List.of(Outcome.GAP, Outcome.GAP), outcomes().subList(3, 5), "it needs a copy");
        assertEquals(2, notices.getLast().state().sequence());
        assertTrue(host.copy(9, entry.state().epoch(), 3).isPresent(), "and the later one is there still");
    }

    @Test
    void anOwnerOfAnEarlierEpochThanWhatIsKeptIsTold() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        byte[] behind = entry.snapshot();
        host.applyAsBackup(entry, new ReplicaBatch(9, 7, 2, entry.state().hash(), 0, 6, CountingReplica.ops(2, 2)));
        ShardEntry old = host.restore(9, behind);
        assertEquals(
                SubmitOutcome.APPLIED,
                host.applyAsOwner(old, batch(2, old.state().hash(), 2)));
        assertEquals(List.of("copy 9 at 1", "batch 9 to 2"), journal.appended);
        assertEquals(Outcome.STALE_EPOCH, notices.getLast().outcome());
        assertEquals(7, notices.getLast().state().epoch());
        assertNull(notices.getLast().applied(), "what it applied is not proven");
    }

    @Test
    void anInstalledCopyIsReportedWhenItIsKept() {
        journal.slow = true;
        ShardEntry entry = host.create(9);
        byte[] copy = entry.snapshot();
        host.installed(9, 5, entry, copy);
        assertEquals(List.of(), notices);
        journal.write(1);
        host.installed(9, 5, entry, copy);
        assertEquals(List.of(Outcome.APPLIED, Outcome.APPLIED), outcomes());
        assertEquals(List.of("copy 9 at 0"), journal.appended, "the second was there already");
    }

    @Test
    void theJournalGetsAnewWhatItHasAndNothingOlder() {
        host.renew(9);
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        assertTrue(host.renew(9));
        host.forget(9, shard -> false);
        host.renew(9);
        assertEquals(List.of("renew 9", "copy 9 at 1", "copy 9 at 1", "forget 9", "renew 9"), journal.appended);
    }

    @Test
    void theJournalGetsWhatItHasItselfWhereTheCopyInMemoryFailed() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        host.applyAsBackup(entry, batch(2, entry.state().hash(), -1));
        assertFalse(host.renew(9));
        host.reread(9);
        assertEquals(List.of("copy 9 at 1", "reread 9", "again 9"), journal.appended);
        ShardEntry fresh = other.create(9);
        other.applyAsBackup(fresh, batch(1, 0, 1));
        host.installed(9, 5, fresh, fresh.snapshot());
        host.reread(9);
        assertEquals("reread 9", journal.appended.getLast(), "a fresh copy came meanwhile");
    }

    @Test
    void theCopyOfAShardThatMovedAwayIsThereUntilItIsForgotten() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        ReplicaState state = entry.state();
        assertArrayEquals(
                entry.snapshot(), host.copy(9, state.epoch(), state.sequence()).orElseThrow());
        assertTrue(host.copy(9, state.epoch(), state.sequence() + 1).isEmpty());
        host.forget(9, shard -> false);
        assertTrue(host.copy(9, state.epoch(), state.sequence()).isEmpty());
    }

    @Test
    void whatThisMemberHoldsIsNotForgotten() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, 1));
        host.forget(9, shard -> true);
        assertTrue(journal.follows(9, entry.state()));
        host.forget(9, shard -> false);
        assertFalse(journal.follows(9, entry.state()));
        host.applyAsBackup(entry, batch(2, entry.state().hash(), 2));
        assertEquals(List.of("copy 9 at 1", "forget 9", "copy 9 at 2"), journal.appended);
    }

    @Test
    void onlyTheCopyThatIsExpectedIsTakenAndOnce() {
        ReplicaState offered = new ReplicaState(3, 7, 99, 4);
        assertFalse(host.expects(9, offered));
        host.expect(9, 3, 6);
        assertFalse(host.expects(9, offered));
        host.expect(9, 3, 7);
        assertTrue(host.expects(9, offered));
        ShardEntry entry = host.create(9);
        host.installed(9, 5, entry, entry.snapshot());
        assertFalse(host.expects(9, offered));
    }

    @Test
    void aMissingCopyIsAGap() {
        host.applyAsBackup(null, batch(1, 0, 1));
        assertEquals(List.of(new ReplicaNotice(9, 5, Outcome.GAP, ReplicaState.NONE, null)), notices);
    }

    @Test
    void aBackupWhoseMachineThrowsReportsItAndTakesNothingMore() {
        ShardEntry entry = host.create(9);
        host.applyAsBackup(entry, batch(1, 0, -1));
        host.applyAsBackup(entry, batch(1, 0, 1));
        assertEquals(List.of(Outcome.FAILED, Outcome.FAILED), outcomes());
        assertEquals(0, entry.snapshot().length, "what it holds does not spread");
    }

    @Test
    void aCopyThatFellBackIsCounted() {
        ShardEntry entry = host.create(9);
        byte[] old = entry.snapshot();
        host.applyAsBackup(entry, batch(1, 0, 1));
        host.applyAsBackup(host.restore(9, old), batch(1, 0, 1));
        assertEquals(1, host.regressions());
        host.installed(9, 5, host.restore(9, old), old);
        host.applyAsBackup(host.restore(9, old), batch(1, 0, 1));
        assertEquals(1, host.regressions(), "a copy that was installed on purpose may be older");
    }

    @Test
    void aCopyIsNeverReadWhileItChanges() {
        ShardEntry[] self = new ShardEntry[1];
        self[0] = new ShardEntry(
                9,
                new Replica() {
                    @Override
                    public ReplicaState state() {
                        return new ReplicaState(0, 0, 0);
                    }

                    @Override
                    public BatchEffects apply(ReplicaBatch batch) {
                        self[0].snapshot();
                        throw new AssertionError("the snapshot was let through");
                    }

                    @Override
                    public byte[] snapshot() {
                        return new byte[0];
                    }
                },
                false,
                new ReentrantLock());
        assertThrows(IllegalStateException.class, () -> self[0].apply(batch(1, 0, 1)));
    }

    private List<Outcome> outcomes() {
        return notices.stream().map(ReplicaNotice::outcome).toList();
    }

    private static ReplicaBatch batch(long sequence, long previousHash, long number) {
        return new ReplicaBatch(9, 1, sequence, previousHash, 0, 5, CountingReplica.ops(number, number));
    }
}
