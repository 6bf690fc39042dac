package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.cluster.replica.BatchEffects;
import io.lacewing.cluster.replica.Replica;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaNotice.Outcome;
import io.lacewing.cluster.replica.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a backup does with what should not come, without a cluster. */
class ReplicaHostTest {
    private final List<ReplicaNotice> notices = new ArrayList<>();
    private final ReplicaHost host = new ReplicaHost(CountingReplica.factory(0), notices::add);

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
        host.installed(9, 5, host.restore(9, old));
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
                false);
        assertThrows(IllegalStateException.class, () -> self[0].apply(batch(1, 0, 1)));
    }

    private List<Outcome> outcomes() {
        return notices.stream().map(ReplicaNotice::outcome).toList();
    }

    private static ReplicaBatch batch(long sequence, long previousHash, long number) {
        return new ReplicaBatch(9, 1, sequence, previousHash, 0, 5, CountingReplica.ops(number, number));
    }
}
