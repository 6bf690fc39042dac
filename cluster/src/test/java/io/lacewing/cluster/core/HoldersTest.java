package io.lacewing.cluster.core;

import static io.lacewing.cluster.core.TestCluster.clientOf;
import static io.lacewing.cluster.core.TestCluster.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.core.TestCluster.Client;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.router.Qos;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who holds a shard is recorded before anything leaves it, and a shard is opened only when its last owner is quiet. */
class HoldersTest {
    private static final Qos Q1 = Qos.AT_LEAST_ONCE;

    private final TestCluster cluster = TestCluster.durable(3);
    private long owner;
    private long backup;
    private long other;

    @BeforeEach
    void subscribe() {
        Placement placement = cluster.placement(0);
        owner = placement.owner();
        backup = placement.backups().getFirst();
        other = 6 - owner - backup;
        Client client = cluster.attach(cluster.node(owner), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(500);
    }

    static TableRecord.Holders holders(TestCluster cluster, int shard) {
        TableRecord.Holders like = new TableRecord.Holders(shard, new Version(0, 0), List.of());
        return assertInstanceOf(TableRecord.Holders.class, cluster.grid.stored(like));
    }

    private static List<Long> sorted(long... identities) {
        return LongStream.of(identities).sorted().boxed().toList();
    }

    @Test
    void everyDiskKnowsWhoHoldsAShard() {
        TableRecord.Holders recorded = holders(cluster, 0);
        assertEquals(sorted(owner, backup), recorded.identities());
        for (long identity = 1; identity <= 3; identity++) {
            assertTrue(cluster.disk(identity).records.contains(recorded));
        }
    }

    @Test
    void nothingLeavesBeforeEveryDiskKnowsTheNewHolders() {
        cluster.disk(backup).stuck = true;
        cluster.grid.copy(0, owner, other);
        cluster.place(0, owner, other);
        cluster.viewChanged();
        cluster.run();
        long request = cluster.askPublish(cluster.node(owner), message("t", "one", Q1));
        cluster.pass(1_000);
        assertNull(cluster.node(owner).reply(request));
        assertEquals(List.of(), cluster.node(owner).payloads(1));
        cluster.unstick(cluster.node(backup));
        cluster.pass(500);
        assertEquals(new Answer.Published(1), cluster.node(owner).reply(request));
        assertEquals(List.of("one"), cluster.node(owner).payloads(1));
        assertEquals(sorted(owner, other), holders(cluster, 0).identities());
    }

    @Test
    void nobodyIsRecordedWhoHasNotAll() {
        cluster.grid.skipBackups = true;
        long request = cluster.askPublish(cluster.node(owner), message("t", "one", Q1));
        cluster.run();
        Version before = holders(cluster, 0).version();
        cluster.grid.copy(0, backup, other);
        cluster.place(0, owner, other);
        cluster.viewChanged();
        cluster.run();
        assertEquals(before, holders(cluster, 0).version());
        cluster.grid.skipBackups = false;
        cluster.pass(2_000);
        assertEquals(sorted(owner, other), holders(cluster, 0).identities());
        assertEquals(new Answer.Published(1), cluster.node(owner).reply(request));
    }

    @Test
    void whoIsNoHolderAnyMoreForgetsItsCopy() {
        assertTrue(cluster.disk(backup).has(0));
        cluster.grid.copy(0, owner, other);
        cluster.place(0, owner, other);
        cluster.viewChanged();
        cluster.pass(3_000);
        assertFalse(cluster.disk(backup).has(0));
        assertTrue(cluster.disk(owner).has(0));
        assertTrue(cluster.disk(other).has(0));
    }

    @Test
    void whoeverBecomesAMemberIsToldBeforeAnythingLeaves() {
        Version before = holders(cluster, 0).version();
        cluster.disk(9).stuck = true;
        cluster.start(9, 9);
        long request = cluster.askPublish(cluster.node(owner), message("t", "one", Q1));
        cluster.pass(1_000);
        assertNull(cluster.node(owner).reply(request));
        cluster.unstick(cluster.node(9));
        cluster.pass(3_000);
        assertEquals(new Answer.Published(1), cluster.node(owner).reply(request));
        assertTrue(holders(cluster, 0).version().compareTo(before) > 0);
        assertTrue(cluster.node(9).ready);
    }

    @Test
    void aShardOpensWhenItsLastOwnerIsFenced() {
        TestNode next = cluster.node(backup);
        next.notes.clear();
        cluster.kill(owner);
        cluster.pass(1_500);
        assertFalse(next.noted(Event.SHARD_TAKEN_OVER), "it may have its lease still");
        cluster.pass(2_000);
        assertTrue(next.noted(Event.SHARD_TAKEN_OVER));
        assertEquals(new Answer.Published(1), cluster.publish(next, message("t", "one", Q1)));
    }

    @Test
    void aCopyThatIsOlderThanTheRecordIsNotOpened() {
        byte[] old = copy(backup).snapshot();
        // The owner begins anew; then a replica is promoted that saw nothing of it.
        cluster.place(0, backup, owner);
        cluster.viewChanged();
        cluster.pass(500);
        cluster.place(0, other);
        cluster.grid.put(Shard.restore(old), other);
        TestNode next = cluster.node(other);
        cluster.viewChanged();
        cluster.pass(3_000);
        assertFalse(next.noted(Event.SHARD_TAKEN_OVER));
        assertTrue(next.noted(Event.SHARD_CLOSED));
        cluster.later(next, new Input.Operate(1, new Input.Order.RecoverByForce()));
        cluster.pass(2_000);
        assertTrue(next.noted(Event.SHARD_TAKEN_OVER));
    }

    private Shard copy(long node) {
        Shard copy = cluster.grid.replica(0, node);
        assertNotNull(copy);
        return copy;
    }

    @Test
    void aShardOfAMemberIsOpenedAtOnce() {
        cluster.place(0, backup, owner);
        cluster.viewChanged();
        cluster.run();
        assertTrue(cluster.node(backup).noted(Event.SHARD_TAKEN_OVER));
    }

    @Test
    void withoutLeaseNoShardIsOpened() {
        TestNode next = cluster.node(backup);
        next.notes.clear();
        cluster.mute.addAll(List.of(1L, 2L, 3L));
        cluster.pass(2_500);
        cluster.place(0, backup, owner);
        cluster.viewChanged();
        cluster.pass(1_000);
        assertFalse(next.noted(Event.SHARD_TAKEN_OVER));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertTrue(next.noted(Event.SHARD_TAKEN_OVER));
    }

    @Test
    void whatWasProvenWithoutLeaseLeavesWhenItIsBack() {
        TestNode node = cluster.node(owner);
        long request = cluster.askPublish(node, message("t", "one", Q1));
        cluster.mute.addAll(List.of(1L, 2L, 3L));
        cluster.pass(2_500);
        assertNull(node.reply(request));
        assertEquals(List.of(), node.payloads(1));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertEquals(new Answer.Published(1), node.reply(request));
        assertEquals(List.of("one"), node.payloads(1));
    }
}
