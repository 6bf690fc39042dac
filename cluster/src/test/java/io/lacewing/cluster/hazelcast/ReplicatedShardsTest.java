package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.hazelcast.CountingReplica.Counted;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaNotice.Outcome;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.ReplicaTable;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of a batch, on two members in this process. */
class ReplicatedShardsTest {
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.of(2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void ownerAndBackupApplyAndReportTheSameState() {
        TestMember owner = cluster.ownerOf(1);
        owner.create(1);
        assertEquals(SubmitOutcome.APPLIED, owner.submit(batch(owner, 1, 1, 1, 0, 1, 10)));
        ReplicaNotice here = owner.reportOf(1, 1);
        ReplicaNotice there = cluster.other(owner).reportOf(1, 1);
        assertEquals(Outcome.APPLIED, here.outcome());
        assertEquals(Outcome.APPLIED, there.outcome());
        assertEquals(here.state(), there.state());
        assertEquals(new Counted(10, CountingReplica.hashOf(10)), here.applied());
        assertEquals(null, there.applied());
        assertEquals(owner.incarnation(), there.submitter());
    }

    @Test
    void missingShardIsClosedNotEmpty() {
        TestMember owner = cluster.ownerOf(2);
        assertEquals(SubmitOutcome.CLOSED, owner.submit(batch(owner, 2, 1, 1, 0, 1, 1)));
        assertEquals(Optional.empty(), owner.inspect(2));
        owner.create(2);
        assertEquals(Optional.of(new ReplicaState(0, 0, 0)), owner.inspect(2));
        assertEquals(SubmitOutcome.DUPLICATE, owner.call(shards -> shards.create(2)));
        owner.call(shards -> shards.close(2));
        assertEquals(Optional.empty(), owner.inspect(2));
    }

    @Test
    void onlyTheOwnersMemberMaySubmit() {
        TestMember owner = cluster.ownerOf(3);
        TestMember other = cluster.other(owner);
        owner.create(3);
        assertEquals(SubmitOutcome.NOT_OWNER, other.submit(batch(other, 3, 1, 1, 0, 1, 1)));
        assertEquals(SubmitOutcome.NOT_OWNER, other.call(shards -> shards.repair(3)));
        assertEquals(Optional.of(new ReplicaState(0, 0, 0)), other.inspect(3), "and nothing was applied");
    }

    @Test
    void onlyTheNextBatchOfTheLatestEpochIsApplied() {
        TestMember owner = cluster.ownerOf(4);
        owner.create(4);
        owner.submit(batch(owner, 4, 2, 1, 0, 1, 1));
        ReplicaState first = owner.inspect(4).orElseThrow();
        assertEquals(SubmitOutcome.DUPLICATE, owner.submit(batch(owner, 4, 2, 1, 0, 1, 1)));
        assertEquals(SubmitOutcome.STALE_EPOCH, owner.submit(batch(owner, 4, 1, 2, first.hash(), 2, 2)));
        assertEquals(SubmitOutcome.NOT_NEXT, owner.submit(batch(owner, 4, 2, 3, first.hash(), 2, 2)));
        assertEquals(SubmitOutcome.NOT_NEXT, owner.submit(batch(owner, 4, 2, 2, first.hash() + 1, 2, 2)));
        assertEquals(Optional.of(first), owner.inspect(4));
        assertEquals(SubmitOutcome.APPLIED, owner.submit(batch(owner, 4, 3, 2, first.hash(), 2, 2)));
    }

    @Test
    void installReplacesTheCopiesOnAllMembersAndRepairSendsTheOwners() {
        TestMember owner = cluster.ownerOf(5);
        owner.create(5);
        owner.submit(batch(owner, 5, 1, 1, 0, 1, 7));
        ReplicaState old = owner.inspect(5).orElseThrow();
        byte[] fresh = CountingReplica.factory(0).create(5).snapshot();
        assertEquals(SubmitOutcome.APPLIED, owner.call(shards -> shards.install(5, fresh)));
        assertEquals(Optional.of(new ReplicaState(0, 0, 0)), owner.inspect(5));
        assertEquals(0, cluster.other(owner).reportOf(5, 0).state().sequence());
        owner.submit(batch(owner, 5, 1, 1, 0, 1, 7));
        assertEquals(Optional.of(old), owner.inspect(5));
        assertEquals(SubmitOutcome.APPLIED, owner.call(shards -> shards.repair(5)));
        assertEquals(Optional.of(old), owner.inspect(5));
    }

    @Test
    void aMachineThatThrowsSpreadsNothingAndTakesNothingUntilInstalled() {
        TestMember owner = cluster.ownerOf(6);
        owner.create(6);
        byte[] good = CountingReplica.factory(0).create(6).snapshot();
        assertEquals(SubmitOutcome.FAILED, owner.submit(batch(owner, 6, 1, 1, 0, -1, -1)));
        assertEquals(SubmitOutcome.FAILED, owner.submit(batch(owner, 6, 1, 1, 0, 1, 1)));
        assertEquals(SubmitOutcome.FAILED, owner.call(shards -> shards.repair(6)));
        assertThrows(IllegalStateException.class, () -> owner.inspect(6));
        owner.call(shards -> shards.install(6, good));
        assertEquals(SubmitOutcome.APPLIED, owner.submit(batch(owner, 6, 1, 1, 0, 1, 1)));
    }

    @Test
    void aCopyFromDiskIsTakenOnlyByTheOwnerThatExpectsIt() {
        TestMember owner = cluster.ownerOf(8);
        TestMember other = cluster.other(owner);
        byte[] copy = copyAt(8, 3, 32 << 20);
        assertEquals(SubmitOutcome.NOT_NEXT, other.call(shards -> shards.offer(8, () -> copy)));
        owner.expect(8, 1, 2);
        assertEquals(SubmitOutcome.NOT_NEXT, other.call(shards -> shards.offer(8, () -> copy)));
        assertEquals(Optional.empty(), owner.inspect(8));
        owner.expect(8, 1, 3);
        assertEquals(SubmitOutcome.APPLIED, other.call(shards -> shards.offer(8, () -> copy)));
        assertEquals(3, owner.inspect(8).orElseThrow().sequence());
        assertEquals(Outcome.APPLIED, owner.reportOf(8, 3).outcome());
        assertEquals(Outcome.APPLIED, other.reportOf(8, 3).outcome());
        owner.expect(8, 1, 3);
        assertEquals(SubmitOutcome.DUPLICATE, owner.call(shards -> shards.offer(8, () -> copy)));
    }

    @Test
    void theCopyThatAMemberHadComesBackThoughTheMapHasLostIt() {
        TestMember owner = cluster.ownerOf(9);
        TestMember other = cluster.other(owner);
        owner.create(9);
        owner.submit(batch(owner, 9, 1, 1, 0, 1, 5));
        ReplicaState state = other.reportOf(9, 1).state();
        owner.call(shards -> shards.close(9));
        assertEquals(Optional.empty(), owner.inspect(9));
        owner.expect(9, 1, 1);
        assertThrows(IllegalStateException.class, () -> other.call(shards -> shards.offer(9, 1, 2)));
        assertEquals(SubmitOutcome.APPLIED, other.call(shards -> shards.offer(9, 1, 1)));
        assertEquals(Optional.of(state), owner.inspect(9));
    }

    @Test
    void aCopyFromDiskTakesThePlaceOfOneOfAnEarlierEpochOnly() {
        TestMember owner = cluster.ownerOf(10);
        TestMember other = cluster.other(owner);
        owner.create(10);
        byte[] copy = copyAt(10, 3, 0);
        assertEquals(SubmitOutcome.NOT_NEXT, other.call(shards -> shards.offer(10, () -> copy)));
        owner.expect(10, 1, 3);
        assertEquals(SubmitOutcome.APPLIED, other.call(shards -> shards.offer(10, () -> copy)));
        ReplicaState there = owner.inspect(10).orElseThrow();
        assertEquals(3, there.sequence());
        owner.submit(batch(owner, 10, 2, 4, there.hash(), 4, 4));
        owner.expect(10, 1, 3);
        assertEquals(SubmitOutcome.DUPLICATE, other.call(shards -> shards.offer(10, () -> copy)));
    }

    /** A copy that applied so many batches, with as many bytes of ballast. */
    private static byte[] copyAt(int shard, int sequence, int ballast) {
        var replica = CountingReplica.factory(ballast).create(0);
        for (int i = 1; i <= sequence; i++) {
            replica.apply(new ReplicaBatch(shard, 1, i, replica.state().hash(), 0, 7, CountingReplica.ops(i, i)));
        }
        return replica.snapshot();
    }

    @Test
    void aBatchSerializesNoReplica() {
        TestMember owner = cluster.ownerOf(7);
        owner.create(7);
        long before = owner.snapshots() + cluster.other(owner).snapshots();
        long hash = 0;
        for (int sequence = 1; sequence <= 50; sequence++) {
            assertEquals(SubmitOutcome.APPLIED, owner.submit(batch(owner, 7, 1, sequence, hash, sequence, sequence)));
            hash = owner.inspect(7).orElseThrow().hash();
        }
        cluster.other(owner).reportOf(7, 50);
        assertEquals(before, owner.snapshots() + cluster.other(owner).snapshots());
    }

    @Test
    void theTableNamesOwnerAndBackupOfEveryShard() {
        ReplicaTable table = cluster.table();
        assertEquals(MemberConfiguration.SHARDS, table.shards());
        for (int shard = 0; shard < table.shards(); shard++) {
            long[] replicas = table.replicasOf(shard);
            assertEquals(2, replicas.length);
            assertTrue(replicas[0] != replicas[1] && replicas[0] != ReplicaTable.NOBODY, "shard " + shard);
            assertTrue(replicas[1] != ReplicaTable.NOBODY, "shard " + shard);
        }
    }

    private static ReplicaBatch batch(
            TestMember owner, int shard, long epoch, long sequence, long previousHash, long from, long to) {
        byte[] ops = CountingReplica.ops(from, to);
        return new ReplicaBatch(shard, epoch, sequence, previousHash, 0, owner.incarnation(), ops);
    }
}
