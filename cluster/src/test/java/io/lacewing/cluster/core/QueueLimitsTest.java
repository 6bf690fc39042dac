package io.lacewing.cluster.core;

import static io.lacewing.cluster.core.TestCluster.clientOf;
import static io.lacewing.cluster.core.TestCluster.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.TestCluster.Client;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Qos;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits go from the owner's settings to every copy; what full sessions reject is told to the publisher. */
class QueueLimitsTest {
    private static final Qos Q1 = Qos.AT_LEAST_ONCE;
    private static final ShardLimits ONE =
            new ShardLimits(new SessionLimits(1, 1 << 20, 10, 1 << 20, QueuePolicy.REJECT, false), 100, 100, 1 << 20);

    private static ShardLimits limits(TestCluster cluster, int shard, long node) {
        Shard replica = cluster.grid.replica(shard, node);
        assertNotNull(replica);
        return replica.limits();
    }

    private static Client away(TestCluster cluster, TestNode node, int shard, long connection) {
        Client client = cluster.attach(node, clientOf(shard), connection, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.detach(client, true);
        return client;
    }

    @Test
    void everyCopyHasTheOwnersLimits() {
        assertNotEquals(ONE, new TestCluster(1).grid.limits, "copies begin with others");
        TestCluster cluster = new TestCluster(2, ONE);
        for (int shard = 0; shard < TestCluster.SHARDS; shard++) {
            assertEquals(ONE, limits(cluster, shard, 1));
            assertEquals(ONE, limits(cluster, shard, 2));
        }
    }

    @Test
    void theyFollowTheNumberOfMembers() {
        long perNode = 8_000;
        TestCluster cluster = new TestCluster(2, new ShardBudget(ShardLimits.DEFAULT, perNode, 2));
        assertEquals(ShardLimits.DEFAULT, limits(cluster, 0, 1), "while there is enough");
        away(cluster, cluster.node(1), 0, 1);
        away(cluster, cluster.node(1), 1, 2);
        cluster.publish(cluster.node(1), message("t", "x".repeat((int) perNode / 2), Q1));
        cluster.pass(500);
        assertEquals(perNode / TestCluster.SHARDS, limits(cluster, 0, 1).maxBytes());
        int before = cluster.grid.submitted().size();
        cluster.pass(500);
        assertEquals(before, cluster.grid.submitted().size(), "nothing is said twice");
        cluster.join(3);
        assertEquals(
                perNode * 3 / (2 * TestCluster.SHARDS), limits(cluster, 0, 1).maxBytes());
        cluster.kill(3);
        assertEquals(perNode / TestCluster.SHARDS, limits(cluster, 0, 2).maxBytes());
    }

    @Test
    void aPublisherIsToldThatAllRejectedItsMessage() {
        TestCluster cluster = new TestCluster(2, ONE);
        TestNode node = cluster.node(1);
        away(cluster, node, 0, 1);
        away(cluster, node, 1, 2);
        assertEquals(new Answer.Published(2, 0), cluster.publish(node, message("t", "1", Q1)));
        assertEquals(new Answer.Published(2, 2), cluster.publish(node, message("t", "2", Q1)));
        away(cluster, node, 3, 3);
        assertEquals(new Answer.Published(3, 0), cluster.publish(node, message("t", "3", Q1)), "one has taken it");
        assertEquals(new Answer.Published(3, 3), cluster.publish(node, message("t", "4", Q1)));
    }

    @Test
    void aTransientSessionAnywhereHasTakenIt() {
        TestCluster cluster = new TestCluster(2, ONE);
        away(cluster, cluster.node(1), 0, 1);
        cluster.publish(cluster.node(1), message("t", "1", Q1));
        cluster.localSubscription(cluster.node(2), "t", 1);
        assertEquals(new Answer.Published(2, 0), cluster.publish(cluster.node(1), message("t", "2", Q1)));
        assertEquals(new Answer.Published(1, 0), cluster.publish(cluster.node(2), message("t", "3", Q1)));
        cluster.localSubscription(cluster.node(2), "t", -1);
        assertEquals(new Answer.Published(1, 1), cluster.publish(cluster.node(2), message("t", "4", Q1)));
    }

    @Test
    void whatAShardOwesIsDroppedForAFullSession() {
        TestCluster cluster = new TestCluster(1, ONE);
        TestNode node = cluster.node(1);
        Client full = away(cluster, node, 0, 1);
        cluster.publish(node, message("t", "1", Q1));
        ShardOp.Attach connect =
                TestCluster.connect(node, clientOf(1), 2, 0, new Will(message("t", "will", Q1), 0, -1));
        cluster.request(node, clientOf(1), connect);
        long request = cluster.ask(node, clientOf(1), TestCluster.connect(node, clientOf(1), 3, 0, null));
        cluster.pass(200);
        assertNotNull(node.reply(request));
        Shard owner = cluster.grid.replica(1, 1);
        assertNotNull(owner);
        assertEquals(List.of(), owner.outbox(), "it is not owed for ever");
        cluster.attach(node, full.id(), 4, 3600);
        assertTrue(node.payloads(4).equals(List.of("1")), () -> "" + node.payloads(4));
    }

    @Test
    void aShardIsNotedBeforeItDropsAnything() {
        ShardLimits small = new ShardLimits(ShardLimits.DEFAULT.session(), 100, 100, 10_000);
        TestCluster cluster = new TestCluster(2, small);
        TestNode node = cluster.node(1);
        away(cluster, node, 0, 1);
        Shard owner = cluster.grid.replica(0, 1);
        assertNotNull(owner);
        int sent = 0;
        while (owner.bytes() <= 8_000) {
            assertFalse(noted(cluster));
            cluster.publish(node, message("t", "x".repeat(500), Q1));
            cluster.pass(1_000);
            sent++;
        }
        assertTrue(noted(cluster));
        assertEquals(sent, owner.stats().queued(), "nothing was dropped yet");
        for (int i = 0; i < 10; i++) {
            assertEquals(new Answer.Published(1, 0), cluster.publish(node, message("t", "x".repeat(500), Q1)));
        }
        assertTrue(owner.stats().queued() < sent + 10, "something made room");
    }

    private static boolean noted(TestCluster cluster) {
        return cluster.node(1).noted(Effect.Event.SHARD_NEARLY_FULL)
                || cluster.node(2).noted(Effect.Event.SHARD_NEARLY_FULL);
    }

    /** A publisher that comes back: the message is its shard's, which owes it to the others. */
    @Test
    void whatAShardOwesTakesThePlaceOfTheOldestInAFullOne() {
        ShardLimits small = new ShardLimits(ShardLimits.DEFAULT.session(), 100, 100, 6_000);
        TestCluster cluster = new TestCluster(2, small);
        TestNode node = cluster.node(1);
        Client sleeper = away(cluster, node, 0, 1);
        Client publisher = cluster.attach(node, clientOf(1), 2, 3600);
        for (int i = 1; i <= 30; i++) {
            ShardOp.ReceiveQos2 op = new ShardOp.ReceiveQos2(
                    publisher.id(), publisher.epoch(), i, message("t", i + "-".repeat(500), Qos.EXACTLY_ONCE));
            assertEquals(new OpResult.Ok(), cluster.request(node, publisher.id(), op));
            cluster.pass(200);
        }
        cluster.attach(node, sleeper.id(), 3, 3600);
        List<String> got = node.payloads(3);
        assertTrue(got.size() > 3 && got.size() < 15, () -> "" + got);
        assertTrue(got.getLast().startsWith("30-"), () -> "" + got);
        assertFalse(node.noted(Effect.Event.OWED_REFUSED));
    }
}
