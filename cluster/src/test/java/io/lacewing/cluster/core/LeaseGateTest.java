package io.lacewing.cluster.core;

import static io.lacewing.cluster.core.TestCluster.clientOf;
import static io.lacewing.cluster.core.TestCluster.connect;
import static io.lacewing.cluster.core.TestCluster.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Qos;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A core without its lease answers nobody that something is done. */
class LeaseGateTest {
    private final TestCluster cluster = new TestCluster(3, ShardLimits.DEFAULT, CoreSettings.Cluster.of(3));
    private final TestNode node = cluster.node(1);

    private void cutOff() {
        cluster.mute.addAll(List.of(1L, 2L, 3L));
    }

    private void heal() {
        cluster.mute.clear();
        cluster.pass(3_000);
    }

    @Test
    void anAnswerWaitsForTheLease() {
        cutOff();
        cluster.pass(2_500);
        long request = cluster.askPublish(node, message("t", "one", Qos.AT_LEAST_ONCE));
        cluster.run();
        assertNull(node.reply(request));
        assertFalse(node.ready);
        heal();
        assertEquals(new Answer.Published(0), node.reply(request));
        assertTrue(node.ready);
    }

    @Test
    void whoeverStoodStillKnowsBeforeItHandlesAnything() {
        cutOff();
        cluster.now += 10_000;
        long request = cluster.askPublish(node, message("t", "one", Qos.AT_LEAST_ONCE));
        cluster.run();
        assertNull(node.reply(request));
        heal();
        assertEquals(new Answer.Published(0), node.reply(request));
    }

    @Test
    void anAnswerThatWaitsTooLongIsUnavailable() {
        cutOff();
        cluster.pass(2_500);
        long request = cluster.askPublish(node, message("t", "one", Qos.AT_LEAST_ONCE));
        cluster.pass(31_000);
        assertInstanceOf(Answer.Unavailable.class, node.reply(request));
        heal();
        assertInstanceOf(Answer.Unavailable.class, node.reply(request));
    }

    @Test
    void answersKeepTheirOrder() {
        cutOff();
        cluster.pass(2_500);
        long first = cluster.askPublish(node, message("t", "one", Qos.AT_LEAST_ONCE));
        long second = cluster.askPublish(node, message("t", "two", Qos.AT_LEAST_ONCE));
        cluster.run();
        heal();
        assertEquals(List.of(first, second), node.order);
    }

    @Test
    void anAttachWaitsToo() {
        int shard = shardOf(1);
        long request = cluster.ask(node, clientOf(shard), connect(node, clientOf(shard), 1, 3600, null));
        cluster.mute.add(1L);
        cluster.now += 10_000;
        cluster.run();
        assertNull(node.reply(request));
        heal();
        assertInstanceOf(OpResult.Attached.class, cluster.result(node, request));
    }

    @Test
    void anAttachThatWaitedTooLongIsTakenBack() {
        int shard = shardOf(1);
        long request = cluster.ask(node, clientOf(shard), connect(node, clientOf(shard), 1, 3600, null));
        cluster.mute.add(1L);
        cluster.now += 10_000;
        cluster.run();
        cluster.pass(31_000);
        assertInstanceOf(Answer.Unavailable.class, node.reply(request));
        heal();
        TestCluster.Client again = cluster.attach(node, clientOf(shard), 2, 3600);
        assertEquals(List.of(), node.closed, "the older connection was taken back");
        assertTrue(again.epoch() > 0);
    }

    /** Both copies of a shard are cut off from the majority, which goes on with them later. */
    @Test
    void aShardStaysAsItIsWhileItsOwnerHasNoLease() {
        TestCluster five = TestCluster.durable(5);
        int shard = 0;
        View.Placement held = five.placement(shard);
        List<Long> here = List.of(held.owner(), held.backups().getFirst());
        List<Long> there = five.view().members().stream()
                .map(View.Member::incarnation)
                .filter(incarnation -> !here.contains(incarnation))
                .toList();
        Will will = new Will(message("will", "dead", Qos.AT_LEAST_ONCE), 0, 0);
        TestNode away = five.node(there.getFirst());
        five.ask(away, clientOf(shard), connect(away, clientOf(shard), 1, 3600, will));
        five.pass(100);
        View before = five.view();
        five.mute.addAll(there);
        five.pass(3_000);
        int batches = five.grid.submitted().size();

        List<View.Member> left = before.members().stream()
                .filter(member -> here.contains(member.incarnation()))
                .toList();
        for (long incarnation : here) {
            five.later(five.node(incarnation), new Input.ViewChanged(new View(left, before.placements())));
        }
        five.pass(1_000);
        assertEquals(
                List.of(),
                five.grid.submitted().stream()
                        .skip(batches)
                        .filter(batch -> here.contains(batch.owner()))
                        .toList());
    }

    private int shardOf(long owner) {
        for (int shard = 0; shard < TestCluster.SHARDS; shard++) {
            if (cluster.placement(shard).owner() == owner) {
                return shard;
            }
        }
        throw new AssertionError("no shard of " + owner);
    }
}
