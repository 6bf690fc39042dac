package io.lacewing.cluster.core;

import static io.lacewing.cluster.core.TestCluster.clientOf;
import static io.lacewing.cluster.core.TestCluster.connect;
import static io.lacewing.cluster.core.TestCluster.message;
import static io.lacewing.cluster.core.TestCluster.retained;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.TestCluster.Client;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node alone: its core, and real shards in a map in memory. */
class OneNodeTest {
    private static final Qos Q1 = Qos.AT_LEAST_ONCE;

    private final TestCluster cluster = new TestCluster(1);
    private final TestNode node = cluster.node(1);

    @Test
    void publishWaitsForAnOfflineSession() {
        Client client = cluster.attach(node, "a", 1, 3600);
        assertTrue(client.attached().persistent());
        assertFalse(client.attached().sessionPresent());
        cluster.subscribe(client, "t/#", Q1);
        cluster.detach(client, true);
        Answer answer = cluster.publish(node, message("t/1", "one", Q1));
        assertEquals(new Answer.Published(1), answer);
        assertEquals(List.of(), node.delivered);

        Client again = cluster.attach(node, "a", 2, 3600);

        assertTrue(again.attached().sessionPresent());
        assertEquals(List.of("one"), node.payloads(2));
    }

    @Test
    void deliveriesFollowTheReplyToTheirAttach() {
        Client client = cluster.attach(node, "a", 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.detach(client, true);
        cluster.publish(node, message("t", "one", Q1));
        node.core.handle(new Input.Request(99, "a", connect(node, "a", 2, 3600, null)), cluster.now);
        node.core.flush(cluster.now);
        Effect.SubmitBatch submit =
                assertInstanceOf(Effect.SubmitBatch.class, node.core.effects().getLast());
        var replica = cluster.grid.replica(submit.batch().shard(), 1);
        assertNotNull(replica);
        node.core.handle(new Input.BatchApplied(submit.batch().shard(), replica.apply(submit.batch())), cluster.now);
        node.core.flush(cluster.now);
        List<Effect> effects = node.core.effects();
        assertInstanceOf(Effect.Reply.class, effects.get(0));
        assertInstanceOf(Effect.Deliver.class, effects.get(1));
    }

    @Test
    void acknowledgementsMakeRoomAndAreKept() {
        Client client = cluster.attach(node, "a", 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.publish(node, message("t", "one", Q1));
        Delivery.Publish publish = assertInstanceOf(Delivery.Publish.class, node.delivered.getFirst());
        OpResult acknowledged = cluster.request(
                node,
                "a",
                new ShardOp.Acknowledge("a", client.epoch(), publish.packetId(), ShardOp.Acknowledge.Kind.PUBACK, 0));
        assertEquals(new OpResult.Ok(), acknowledged);
        cluster.detach(client, true);
        cluster.attach(node, "a", 2, 3600);
        assertEquals(List.of(), node.payloads(2));
    }

    @Test
    void qos2OfAPersistentPublisherIsForwardedOnce() {
        Client publisher = cluster.attach(node, "p", 1, 3600);
        Client subscriber = cluster.attach(node, "s", 2, 3600);
        cluster.subscribe(subscriber, "t", Qos.EXACTLY_ONCE);
        cluster.localSubscription(node, "t", 1);
        ShardOp receive = new ShardOp.ReceiveQos2("p", publisher.epoch(), 7, message("t", "one", Qos.EXACTLY_ONCE));

        assertEquals(new OpResult.Ok(), cluster.request(node, "p", receive));
        assertEquals(new OpResult.Ok(), cluster.request(node, "p", receive));
        cluster.request(node, "p", new ShardOp.ReleaseQos2("p", publisher.epoch(), 7));

        assertEquals(List.of("one"), node.payloads(2));
        assertEquals(List.of("one"), node.localPayloads());
        assertTrue(node.local.getFirst().plain());
    }

    @Test
    void outboxIsEmptyWhenAllIsCarriedOut() {
        Client client = cluster.attach(node, "a", 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        int shard = Shards.of("a", TestCluster.SHARDS);
        var replica = cluster.grid.replica(shard, 1);
        assertNotNull(replica);
        assertEquals(List.of(), replica.outbox());
    }

    @Test
    void willIsPublishedAfterItsDelay() {
        Client subscriber = cluster.attach(node, "s", 1, 3600);
        cluster.subscribe(subscriber, "will", Q1);
        Will will = new Will(message("will", "gone", Q1), 5, -1);
        OpResult.Attached attached = assertInstanceOf(
                OpResult.Attached.class, cluster.request(node, "w", connect(node, "w", 2, 3600, will)));
        cluster.detach(new Client(node, "w", 2, attached), false);
        cluster.pass(4_500);
        assertEquals(List.of(), node.payloads(1));

        cluster.pass(1_000);

        assertEquals(List.of("gone"), node.payloads(1));
        cluster.pass(5_000);
        assertEquals(List.of("gone"), node.payloads(1));
    }

    @Test
    void restHasNoBatches() {
        Client client = cluster.attach(node, "a", 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        int before = cluster.grid.submitted().size();
        cluster.pass(10_000);
        assertEquals(before, cluster.grid.submitted().size());
    }

    @Test
    void retainedWillIsStored() {
        Message last = Message.of(TopicName.of("will"), "gone".getBytes(StandardCharsets.UTF_8), Q1, true);
        OpResult.Attached attached = assertInstanceOf(
                OpResult.Attached.class, cluster.request(node, "w", connect(node, "w", 2, 0, new Will(last, 0, -1))));
        assertFalse(attached.persistent());
        cluster.detach(new Client(node, "w", 2, attached), false);
        Message kept = node.retained.get(TopicName.of("will"));
        assertNotNull(kept);
        assertEquals("gone", TestCluster.text(kept));
        assertTrue(kept.retainedVersion() > 0);
    }

    @Test
    void takeoverClosesTheOlderConnectionFirst() {
        cluster.attach(node, "a", 1, 3600);
        cluster.attach(node, "a", 2, 3600);
        assertEquals(List.of(1L), node.closed);
        Client third = cluster.attach(node, "a", 3, 3600);
        assertEquals(List.of(1L, 2L), node.closed);
        cluster.subscribe(third, "t", Q1);
        cluster.publish(node, message("t", "one", Q1));
        assertEquals(List.of("one"), node.payloads(3));
    }

    @Test
    void staleEpochIsRefused() {
        Client first = cluster.attach(node, "a", 1, 3600);
        cluster.attach(node, "a", 2, 3600);
        assertEquals(new OpResult.Stale(), cluster.subscribe(first, "t", Q1));
    }

    @Test
    void shareGroupPrefersMembersThatAreOnline() {
        Client offline = cluster.attach(node, clientOf(0), 1, 3600);
        cluster.subscribe(offline, "$share/g/t", Q1);
        cluster.detach(offline, true);
        Client online = cluster.attach(node, clientOf(1), 2, 3600);
        cluster.subscribe(online, "$share/g/t", Q1);
        cluster.localSubscription(node, "$share/g/t", 1);

        for (int i = 0; i < 10; i++) {
            assertEquals(new Answer.Published(1), cluster.publish(node, message("t", "m" + i, Q1)));
        }

        assertEquals(10, node.payloads(2).size() + node.local.size());
        assertEquals(5, node.local.size());
        assertFalse(node.local.getFirst().plain());
        cluster.attach(node, clientOf(0), 3, 3600);
        assertEquals(List.of(), node.payloads(3));
    }

    @Test
    void shareGroupMemberThatEndsPassesOn() {
        Client first = cluster.attach(node, clientOf(0), 1, 3600);
        cluster.subscribe(first, "$share/g/t", Q1);
        cluster.publish(node, message("t", "one", Q1));
        assertEquals(List.of("one"), node.payloads(1));
        Client second = cluster.attach(node, clientOf(1), 2, 3600);
        cluster.subscribe(second, "$share/g/t", Q1);
        cluster.request(node, clientOf(0), new ShardOp.Detach(clientOf(0), first.epoch(), true, 0));
        assertEquals(List.of("one"), node.payloads(2));
    }

    @Test
    void transientMemberPassesOn() {
        Client client = cluster.attach(node, "a", 1, 3600);
        cluster.subscribe(client, "$share/g/t", Q1);
        cluster.later(node, new Input.PassOn(TopicFilter.of("$share/g/t"), message("t", "one", Q1)));
        cluster.run();
        assertEquals(List.of("one"), node.payloads(1));
        cluster.later(node, new Input.PassOn(TopicFilter.of("$share/other/t"), message("t", "two", Q1)));
        cluster.run();
        assertTrue(node.noted(Effect.Event.SHARE_WITHOUT_MEMBER));
    }

    @Test
    void retainedMessagesComeAndGo() {
        cluster.publish(node, retained("r", "kept"));
        Message kept = node.retained.get(TopicName.of("r"));
        assertNotNull(kept);
        assertEquals("kept", TestCluster.text(kept));
        cluster.publish(node, retained("r", ""));
        assertNull(node.retained.get(TopicName.of("r")));
    }

    @Test
    void unknownOutcomeIsTriedAgainAsItWas() {
        Client client = cluster.attach(node, "a", 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        cluster.grid.unknown = true;
        long request = cluster.askPublish(node, message("t", "one", Q1));
        cluster.pass(1_000);
        assertNull(node.reply(request));
        List<Batch> tries = cluster.grid.submitted();
        assertEquals(tries.getLast(), tries.get(tries.size() - 2));
        cluster.grid.unknown = false;
        cluster.pass(1_000);
        assertEquals(new Answer.Published(1), node.reply(request));
        assertEquals(List.of("one"), node.payloads(1));
    }

    @Test
    void refusedBatchOpensTheShardAnew() {
        Client client = cluster.attach(node, "a", 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        for (Input.Failure failure :
                List.of(Input.Failure.NOT_OWNER, Input.Failure.STALE, Input.Failure.GAP, Input.Failure.MISSING)) {
            cluster.grid.failAll = failure;
            long request = cluster.askPublish(node, message("t", failure.name(), Q1));
            cluster.pass(500);
            assertNull(node.reply(request));
            cluster.grid.failAll = null;
            cluster.pass(500);
            assertEquals(new Answer.Published(1), node.reply(request));
        }
        assertEquals(List.of("NOT_OWNER", "STALE", "GAP", "MISSING"), node.payloads(1));
    }

    @Test
    void requestWithoutAnswerInTimeIsUnavailableAndAnAttachIsTakenBack() {
        cluster.grid.failAll = Input.Failure.NOT_OWNER;
        long request = cluster.ask(node, "a", connect(node, "a", 1, 3600, new Will(message("w", "w", Q1), 0, -1)));
        cluster.pass(31_000);
        assertInstanceOf(Answer.Unavailable.class, node.reply(request));
        assertTrue(node.noted(Effect.Event.REQUEST_TIMED_OUT));
        cluster.grid.failAll = null;
        cluster.pass(1_000);
        // The late attach was detached: so the next one has no older connection to close.
        cluster.attach(node, "a", 2, 3600);
        assertEquals(List.of(), node.closed);
    }

    @Test
    void whatAFullShardRejectsItsPublisherHears() {
        SessionLimits rejecting = new SessionLimits(100, 1 << 20, 10, 1 << 20, QueuePolicy.REJECT, false);
        TestCluster full = new TestCluster(1, new ShardLimits(rejecting, 100, 100, 1_000));
        Client client = full.attach(full.node(1), "a", 1, 3600);
        full.subscribe(client, "t", Q1);
        full.detach(client, true);
        Answer answer = new Answer.Published(1);
        for (int i = 0; i < 20 && answer.equals(new Answer.Published(1)); i++) {
            answer = full.publish(full.node(1), message("t", "m" + i, Q1));
        }
        assertEquals(new Answer.Published(1, 1), answer);
    }

    @Test
    void ownersOpsAreNoRequests() {
        Input tick = new Input.Request(1, "a", new ShardOp.Tick());
        assertThrows(IllegalArgumentException.class, () -> node.core.handle(tick, cluster.now));
    }
}
