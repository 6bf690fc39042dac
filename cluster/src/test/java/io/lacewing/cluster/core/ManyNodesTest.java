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
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.NodeMessage.Forward;
import io.lacewing.cluster.core.NodeMessage.Ops;
import io.lacewing.cluster.core.TestCluster.Client;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Two and three nodes with a network that loses nothing. Shard s is owned by node 1 + s % size; the next is its backup. */
class ManyNodesTest {
    private static final Qos Q1 = Qos.AT_LEAST_ONCE;

    @Test
    void oneForwardPerNode() {
        TestCluster cluster = new TestCluster(2);
        TestNode first = cluster.node(1);
        TestNode second = cluster.node(2);
        for (int i = 0; i < 5; i++) {
            // Shards 1 and 3 live on node 2.
            Client client = cluster.attach(second, clientOf(1 + 2 * (i % 2), i), 10 + i, 3600);
            cluster.subscribe(client, "t", Q1);
        }
        cluster.localSubscription(second, "t", 1);
        cluster.localSubscription(second, "t", 1);

        Answer answer = cluster.publish(first, message("t", "one", Q1));

        assertEquals(new Answer.Published(3), answer);
        List<Forward> forwards = first.sent(Forward.class);
        assertEquals(1, forwards.size());
        assertEquals(2, forwards.getFirst().targets().size());
        assertEquals(List.of("one"), second.localPayloads());
        for (int i = 0; i < 5; i++) {
            assertEquals(List.of("one"), second.payloads(10 + i));
        }
    }

    /** In a rolling upgrade nobody's copy may come to something else: all go by what the oldest build knows. */
    @Test
    void shardsBehaveAsAllMembersKnow() {
        TestCluster cluster = new TestCluster(2);
        cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        assertEquals(Shard.BEHAVIOUR, cluster.grid.submitted().getLast().behaviour());
        View now = cluster.view();
        List<View.Member> mixed = new ArrayList<>();
        for (View.Member member : now.members()) {
            int behaviour = member.incarnation() == 2 ? Shard.BEHAVIOUR - 1 : member.behaviour();
            mixed.add(new View.Member(member.incarnation(), member.nodeId(), member.identity(), behaviour));
        }
        cluster.later(cluster.node(1), new Input.ViewChanged(new View(mixed, now.placements())));
        cluster.run();
        cluster.attach(cluster.node(1), clientOf(0, 1), 2, 3600);
        assertEquals(Shard.BEHAVIOUR - 1, cluster.grid.submitted().getLast().behaviour());
        cluster.later(cluster.node(1), new Input.ViewChanged(now));
        cluster.run();
        cluster.attach(cluster.node(1), clientOf(0, 2), 3, 3600);
        assertEquals(Shard.BEHAVIOUR, cluster.grid.submitted().getLast().behaviour());
    }

    @Test
    void subackWaitsUntilAllNodesRoute() {
        TestCluster cluster = new TestCluster(3);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.run();
        cluster.mute.add(3L);
        Subscription subscription = Subscription.plain(TopicFilter.of("t"), Q1);
        long request = cluster.ask(
                cluster.node(1),
                client.id(),
                new ShardOp.Subscribe(client.id(), client.epoch(), List.of(subscription)));
        cluster.pass(2_000);
        // Node 3 has the route, but its acknowledgement does not come through.
        assertNull(cluster.node(1).reply(request));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertInstanceOf(OpResult.Subscribed.class, cluster.result(cluster.node(1), request));
        RouteKey key = new RouteKey(new ShardDestination(0), TopicFilter.of("t"));
        for (long node = 1; node <= 3; node++) {
            assertNotNull(cluster.node(node).routes.get(key));
        }
    }

    @Test
    void localSubscriptionWaitsUntilAllNodesRoute() {
        TestCluster cluster = new TestCluster(2);
        cluster.mute.add(2L);
        long request = cluster.node(1).nextRequest();
        cluster.later(cluster.node(1), new Input.LocalSubscriptions(request, TopicFilter.of("t"), 1));
        cluster.pass(1_000);
        assertNull(cluster.node(1).reply(request));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertEquals(new Answer.Ok(), cluster.node(1).reply(request));
        cluster.publish(cluster.node(2), message("t", "one", Q1));
        assertEquals(List.of("one"), cluster.node(1).localPayloads());
    }

    @Test
    void pubackWaitsForReplicas() {
        TestCluster cluster = new TestCluster(2);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        cluster.mute.add(2L);
        long request = cluster.askPublish(cluster.node(1), message("t", "one", Q1));
        cluster.run();
        // Node 2 applied it, but its report does not come through.
        assertNull(cluster.node(1).reply(request));
        assertEquals(List.of(), cluster.node(1).payloads(1));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertEquals(new Answer.Published(1), cluster.node(1).reply(request));
        assertEquals(List.of("one"), cluster.node(1).payloads(1));
    }

    @Test
    void pubackWaitsForTransientsOfOtherNodes() {
        TestCluster cluster = new TestCluster(2);
        cluster.localSubscription(cluster.node(2), "t", 1);
        cluster.mute.add(2L);
        long request = cluster.askPublish(cluster.node(1), message("t", "one", Q1));
        cluster.run();
        assertEquals(List.of("one"), cluster.node(2).localPayloads());
        assertNull(cluster.node(1).reply(request));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertEquals(new Answer.Published(1), cluster.node(1).reply(request));
        assertEquals(List.of("one"), cluster.node(2).localPayloads());
    }

    @Test
    void backupThatMissedABatchIsRepaired() {
        TestCluster cluster = new TestCluster(2);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        cluster.grid.skipBackups = true;
        long request = cluster.askPublish(cluster.node(1), message("t", "one", Q1));
        cluster.run();
        cluster.grid.skipBackups = false;
        assertNull(cluster.node(1).reply(request));
        cluster.pass(1_000);
        assertEquals(new Answer.Published(1), cluster.node(1).reply(request));
        assertTrue(cluster.node(1).noted(Effect.Event.REPLICA_GAP));
        cluster.kill(1);
        cluster.pass(500);
        cluster.attach(cluster.node(2), clientOf(0), 2, 3600);
        assertEquals(List.of("one"), cluster.node(2).payloads(2));
    }

    @Test
    void divergedReplicaIsRepaired() {
        TestCluster cluster = new TestCluster(2);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        Shard own = cluster.grid.replica(0, 1);
        assertNotNull(own);
        // A word of node 2 that can't be: the same sequence, and another hash, before its true word comes.
        cluster.grid.skipBackups = true;
        long request = cluster.askPublish(cluster.node(1), message("t", "one", Q1));
        cluster.run();
        cluster.grid.skipBackups = false;
        cluster.later(
                cluster.node(2),
                new Input.ReplicaReported(
                        new ReplicaReport(0, 2, own.epoch(), own.sequence(), own.hash() + 1, false), 1));
        cluster.run();
        assertTrue(cluster.node(1).noted(Effect.Event.REPLICA_DIVERGED));
        assertEquals(new Answer.Published(1), cluster.node(1).reply(request));
    }

    @Test
    void ownerWithAnEarlierEpochThanABackupBeginsAnewWithALaterOne() {
        TestCluster cluster = new TestCluster(2);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        Shard own = cluster.grid.replica(0, 1);
        assertNotNull(own);
        // A former owner with a faster clock: node 2 alone has seen it, and refuses what comes from node 1.
        long later = own.epoch() + (1L << 40);
        cluster.later(
                cluster.node(2),
                new Input.ReplicaReported(new ReplicaReport(0, 2, later, own.sequence(), own.hash() + 1, false), 1));
        cluster.pass(1_000);
        assertTrue(own.epoch() > later);
        assertEquals(new Answer.Published(1), cluster.publish(cluster.node(1), message("t", "one", Q1)));
        assertEquals(List.of("one"), cluster.node(1).payloads(1));
    }

    @Test
    void ownerDiesAndNothingIsLostOrTwice() {
        TestCluster cluster = new TestCluster(3);
        TestNode home = cluster.node(3);
        Client client = cluster.attach(home, clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        List<String> expected = new ArrayList<>();
        List<Long> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            expected.add("m" + i);
            requests.add(cluster.askPublish(cluster.node(2), message("t", "m" + i, Q1)));
            if (i % 5 == 4) {
                cluster.run();
            }
            if (i == 9) {
                // What node 1 says from here on is lost: it applies, and nobody hears of it.
                cluster.mute.add(1L);
            }
        }
        cluster.kill(1);
        cluster.pass(2_000);
        for (long request : requests) {
            assertEquals(new Answer.Published(1), cluster.node(2).reply(request));
        }
        assertEquals(expected, home.payloads(1));
    }

    @Test
    void ownerMovesWhileItsOpsAreUnderWay() {
        TestCluster cluster = new TestCluster(3);
        TestNode home = cluster.node(3);
        Client client = cluster.attach(home, clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 5; i++) {
                expected.add("m" + round + "." + i);
                cluster.askPublish(cluster.node(2), message("t", expected.getLast(), Q1));
            }
            long owner = cluster.placement(0).owner();
            long next = 3 - owner;
            cluster.place(0, next, owner);
            if (round % 2 == 0) {
                // The map knows before the nodes do: the old owner's batches are refused.
                cluster.run();
            }
            cluster.viewChanged();
            cluster.pass(round % 3 == 0 ? 0 : 400);
        }
        cluster.pass(2_000);
        assertEquals(expected, home.payloads(1));
    }

    @Test
    void sessionMovesWithItsClientToAnotherNode() {
        TestCluster cluster = new TestCluster(3);
        Client before = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(before, "t", Q1);
        Client after = cluster.attach(cluster.node(3), clientOf(0), 9, 3600);
        assertTrue(after.attached().sessionPresent());
        assertEquals(List.of(1L), cluster.node(1).closed);
        cluster.publish(cluster.node(2), message("t", "one", Q1));
        assertEquals(List.of("one"), cluster.node(3).payloads(9));
        assertEquals(List.of(), cluster.node(1).payloads(1));
    }

    @Test
    void connackWaitsForTheCloseElsewhere() {
        TestCluster cluster = new TestCluster(3);
        cluster.attach(cluster.node(3), clientOf(0), 1, 3600);
        cluster.pass(200);
        cluster.mute.add(3L);
        long request = cluster.ask(cluster.node(2), clientOf(0), connect(cluster.node(2), clientOf(0), 2, 3600, null));
        cluster.run();
        assertEquals(List.of(1L), cluster.node(3).closed);
        assertNull(cluster.node(2).reply(request));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertInstanceOf(OpResult.Attached.class, cluster.result(cluster.node(2), request));
    }

    @Test
    void nodeDeathDetachesItsConnectionsAndPublishesTheirWills() {
        TestCluster cluster = new TestCluster(3);
        Client watcher = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(watcher, "will", Q1);
        cluster.localSubscription(cluster.node(2), "will", 1);
        TestNode dying = cluster.node(3);
        Will will = new Will(message("will", "gone", Q1), 0, -1);
        cluster.request(dying, clientOf(4), connect(dying, clientOf(4), 2, 3600, will));
        cluster.request(dying, clientOf(5), connect(dying, clientOf(5), 3, 0, will));
        cluster.localSubscription(dying, "t", 1);

        cluster.kill(3);
        cluster.pass(1_000);

        assertEquals(List.of("gone", "gone"), cluster.node(1).payloads(1));
        assertEquals(List.of("gone", "gone"), cluster.node(2).localPayloads());
        // Its routes are gone too: a publish matches nobody and waits for nobody.
        assertEquals(new Answer.Published(0), cluster.publish(cluster.node(1), message("t", "one", Q1)));
    }

    @Test
    void qos2IsForwardedOnceThoughThePublishersShardMoves() {
        TestCluster cluster = new TestCluster(3);
        Client subscriber = cluster.attach(cluster.node(2), clientOf(1), 1, 3600);
        cluster.subscribe(subscriber, "t", Qos.EXACTLY_ONCE);
        cluster.localSubscription(cluster.node(3), "t", 1);
        Client publisher = cluster.attach(cluster.node(2), clientOf(0), 2, 3600);
        cluster.pass(200);
        // Node 2 and 3 get the forward, but node 1 dies before it knows.
        ShardOp receive =
                new ShardOp.ReceiveQos2(publisher.id(), publisher.epoch(), 7, message("t", "one", Qos.EXACTLY_ONCE));
        long request = cluster.ask(cluster.node(2), publisher.id(), receive);
        cluster.run();
        assertEquals(new OpResult.Ok(), cluster.result(cluster.node(2), request));
        Shard replica = cluster.grid.replica(0, 2);
        assertNotNull(replica);
        cluster.kill(1);
        cluster.pass(1_000);
        assertEquals(List.of("one"), cluster.node(2).payloads(1));
        assertEquals(List.of("one"), cluster.node(3).localPayloads());
        assertEquals(List.of(), replica.outbox());
    }

    @Test
    void newOwnerCarriesOutWhatTheOldOneCouldNot() {
        TestCluster cluster = new TestCluster(3);
        Client subscriber = cluster.attach(cluster.node(3), clientOf(2), 1, 3600);
        cluster.subscribe(subscriber, "t", Qos.EXACTLY_ONCE);
        Client publisher = cluster.attach(cluster.node(2), clientOf(0), 2, 3600);
        cluster.pass(200);
        // Node 1 takes the message and says nothing any more.
        cluster.mute.add(1L);
        ShardOp receive =
                new ShardOp.ReceiveQos2(publisher.id(), publisher.epoch(), 7, message("t", "one", Qos.EXACTLY_ONCE));
        long request = cluster.ask(cluster.node(2), publisher.id(), receive);
        cluster.run();
        assertNull(cluster.node(2).reply(request));
        assertEquals(List.of(), cluster.node(3).payloads(1));
        cluster.kill(1);
        cluster.pass(1_000);
        assertEquals(new OpResult.Ok(), cluster.result(cluster.node(2), request));
        assertEquals(List.of("one"), cluster.node(3).payloads(1));
    }

    @Test
    void shareGroupSpansNodesAndSessions() {
        TestCluster cluster = new TestCluster(3);
        Client persistent = cluster.attach(cluster.node(1), clientOf(1), 1, 3600);
        cluster.subscribe(persistent, "$share/g/t", Q1);
        cluster.localSubscription(cluster.node(3), "$share/g/t", 1);
        cluster.localSubscription(cluster.node(2), "$share/g/t", 1);
        cluster.pass(200);
        for (int i = 0; i < 30; i++) {
            assertEquals(new Answer.Published(1), cluster.publish(cluster.node(3), message("t", "m" + i, Q1)));
        }
        assertEquals(10, cluster.node(1).payloads(1).size());
        assertEquals(10, cluster.node(2).local.size());
        assertEquals(10, cluster.node(3).local.size());
        cluster.kill(3);
        cluster.localSubscription(cluster.node(2), "$share/g/t", -1);
        cluster.pass(500);
        cluster.publish(cluster.node(2), message("t", "last", Q1));
        assertEquals("last", cluster.node(1).payloads(1).getLast());
    }

    @Test
    void retainedMessageIsOnEveryNodeBeforeItIsAcknowledged() {
        TestCluster cluster = new TestCluster(3);
        cluster.mute.add(3L);
        long request = cluster.askPublish(cluster.node(1), retained("r", "kept"));
        cluster.pass(500);
        assertNull(cluster.node(1).reply(request));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertEquals(new Answer.Published(0), cluster.node(1).reply(request));
        for (long node = 1; node <= 3; node++) {
            Message kept = cluster.node(node).retained.get(TopicName.of("r"));
            assertNotNull(kept);
            assertEquals("kept", TestCluster.text(kept));
        }
    }

    @Test
    void newcomerHasTheTablesBeforeItIsReady() {
        TestCluster cluster = new TestCluster(2);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.publish(cluster.node(1), retained("r", "kept"));
        TestNode newcomer = cluster.join(3);
        assertTrue(newcomer.ready);
        assertNotNull(newcomer.retained.get(TopicName.of("r")));
        assertEquals(new Answer.Published(1), cluster.publish(newcomer, message("t", "one", Q1)));
        assertEquals(List.of("one"), cluster.node(1).payloads(1));
        // A shard moves to it, and everything goes on.
        cluster.grid.copy(0, 1, 3);
        cluster.place(0, 3, 1L);
        cluster.viewChanged();
        cluster.pass(500);
        assertEquals(new Answer.Published(1), cluster.publish(cluster.node(2), message("t", "two", Q1)));
        assertEquals(List.of("one", "two"), cluster.node(1).payloads(1));
    }

    @Test
    void newBackupIsAskedForItsWord() {
        TestCluster cluster = new TestCluster(3);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        // Node 3 becomes the backup, and its copy was lost on the way.
        cluster.place(0, 1, 3L);
        cluster.viewChanged();
        cluster.pass(500);
        Shard copy = cluster.grid.replica(0, 3);
        Shard own = cluster.grid.replica(0, 1);
        assertNotNull(copy);
        assertNotNull(own);
        assertEquals(own.hash(), copy.hash());
    }

    @Test
    void ownerWithoutEnoughCopiesAcknowledgesNothing() {
        TestCluster cluster = new TestCluster(3);
        Client client = cluster.attach(cluster.node(1), clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        cluster.place(0, 1);
        cluster.viewChanged();
        long request = cluster.askPublish(cluster.node(1), message("t", "one", Q1));
        cluster.pass(2_000);
        assertNull(cluster.node(1).reply(request));
        cluster.grid.copy(0, 1, 2);
        cluster.place(0, 1, 2L);
        cluster.viewChanged();
        cluster.pass(2_000);
        assertEquals(new Answer.Published(1), cluster.node(1).reply(request));
        assertEquals(List.of("one"), cluster.node(1).payloads(1));
    }

    @Test
    void shardWithoutOwnerHoldsWhatIsForIt() {
        TestCluster cluster = new TestCluster(2);
        Client client = cluster.attach(cluster.node(1), clientOf(1), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(200);
        cluster.place(1, 0);
        cluster.viewChanged();
        long request = cluster.askPublish(cluster.node(1), message("t", "one", Q1));
        cluster.pass(1_000);
        assertNull(cluster.node(1).reply(request));
        cluster.place(1, 1, 2L);
        cluster.viewChanged();
        cluster.pass(1_000);
        assertEquals(new Answer.Published(1), cluster.node(1).reply(request));
        assertEquals(List.of("one"), cluster.node(1).payloads(1));
    }

    @Test
    void whatAFormerOwnerSentComesNotBetween() {
        TestCluster cluster = new TestCluster(3);
        TestNode home = cluster.node(3);
        Client client = cluster.attach(home, clientOf(0), 1, 3600);
        cluster.subscribe(client, "t", Qos.AT_MOST_ONCE);
        cluster.pass(200);
        // What node 1 sends from now on is late.
        cluster.mute.add(1L);
        cluster.later(cluster.node(1), new Input.Publish(0, message("t", "late", Qos.AT_MOST_ONCE)));
        cluster.run();
        cluster.grid.copy(0, 1, 2);
        cluster.place(0, 2, 1L);
        cluster.viewChanged();
        cluster.mute.clear();
        cluster.pass(1_000);
        cluster.publish(cluster.node(1), message("t", "next", Qos.AT_MOST_ONCE));
        cluster.pass(3_000);
        assertEquals(List.of("next"), home.payloads(1));
    }

    @Test
    void restHasNoMessagesButPulsesAndDigests() {
        TestCluster cluster = new TestCluster(2);
        Client client = cluster.attach(cluster.node(1), clientOf(1), 1, 3600);
        cluster.subscribe(client, "t", Q1);
        cluster.pass(1_000);
        cluster.node(1).sent.clear();
        cluster.node(2).sent.clear();
        cluster.pass(10_000);
        List<NodeMessage> messages = new ArrayList<>(cluster.node(1).sent(NodeMessage.class));
        messages.addAll(cluster.node(2).sent(NodeMessage.class));
        messages.removeIf(message -> message instanceof NodeMessage.Pulse || message instanceof NodeMessage.Echo);
        assertFalse(messages.isEmpty());
        assertTrue(messages.stream().allMatch(NodeMessage.Digests.class::isInstance), messages.toString());
    }

    @Test
    void whatIsPickedForAShareGroupStaysPickedWhenTheOwnerDies() {
        TestCluster cluster = new TestCluster(3);
        TestNode first = cluster.node(1);
        Client publisher = cluster.attach(first, clientOf(0), 1, 3600);
        Client member = cluster.attach(cluster.node(3), clientOf(2), 1, 3600);
        cluster.subscribe(member, "$share/g/t", Q1);
        List<Client> others = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            others.add(cluster.attach(cluster.node(2), clientOf(0, i), i, 3600));
        }
        // Node 3 takes it for the only member, but its answer does not come through.
        cluster.mute.add(3L);
        Message message = message("t", "m", Qos.EXACTLY_ONCE);
        cluster.ask(first, publisher.id(), new ShardOp.ReceiveQos2(publisher.id(), publisher.epoch(), 1, message));
        cluster.run();
        assertEquals(List.of("m"), cluster.node(3).payloads(1));
        for (Client other : others) {
            Subscription shared = Subscription.plain(TopicFilter.of("$share/g/t"), Q1);
            cluster.ask(other.node(), other.id(), new ShardOp.Subscribe(other.id(), other.epoch(), List.of(shared)));
        }
        cluster.run();
        assertEquals(20, sharedMembers(cluster.node(2), 0));

        cluster.mute.clear();
        cluster.kill(1);
        cluster.pass(5_000);

        assertEquals(List.of("m"), cluster.node(3).payloads(1));
        for (int i = 1; i <= 20; i++) {
            assertEquals(List.of(), cluster.node(2).payloads(i));
        }
        assertTrue(replica(cluster, 0, 2).outbox().isEmpty());
    }

    private static Shard replica(TestCluster cluster, int shard, long node) {
        return Objects.requireNonNull(cluster.grid.replica(shard, node));
    }

    private static int sharedMembers(TestNode node, int shard) {
        RouteValue members = node.routes.get(new RouteKey(new ShardDestination(shard), TopicFilter.of("$share/g/t")));
        return members == null ? 0 : members.online();
    }

    @Test
    void anOwnerThatGoesTellsAllWhoSentAShardsOps() {
        TestCluster cluster = new TestCluster(4);
        TestNode owner = cluster.node(2);
        cluster.mute.add(3L); // the backup of shard 1: nothing gets proven
        NumberedOp op =
                new NumberedOp(Origin.shard(0), 5, 0, new ShardOp.Publish(message("t", "m", Q1), true, List.of()));
        for (long sender : new long[] {1, 4}) {
            cluster.later(
                    owner,
                    new Input.FrameReceived(next(cluster.node(sender), 2, new Ops(1, op.origin(), 4, List.of(op)))));
        }
        cluster.run();
        cluster.place(1, 3L, 4L);
        cluster.viewChanged();
        cluster.run();
        assertEquals(
                2,
                owner.sent.stream()
                        .filter(ManyNodesTest::refusesShardsOps)
                        .map(Frame::to)
                        .distinct()
                        .count());
    }

    private static boolean refusesShardsOps(Frame frame) {
        return frame.messages().contains(new NodeMessage.NotOwner(1, Origin.shard(0)));
    }

    /** The next frame of a node's link, with these messages. */
    private static Frame next(TestNode from, long to, NodeMessage... messages) {
        Frame last = from.sent.stream()
                .filter(frame -> frame.to() == to)
                .reduce((before, after) -> after)
                .orElseThrow();
        long first = last.first() + last.messages().size();
        return new Frame(from.incarnation, to, first, last.acknowledged(), List.of(messages));
    }

    @Test
    void aClosedConnectionsAttachIsTakenBack() {
        TestCluster cluster = new TestCluster(2);
        TestNode first = cluster.node(1);
        Client client = cluster.attach(cluster.node(2), clientOf(1), 1, 3600);
        cluster.detach(client, true);
        cluster.place(1, 0);
        cluster.viewChanged();
        cluster.run();
        long request = cluster.ask(first, client.id(), connect(first, client.id(), 7, 0, null));
        cluster.later(first, new Input.Cancel(request));
        cluster.run();
        assertInstanceOf(Answer.Unavailable.class, first.reply(request));

        cluster.place(1, 2L, 1L);
        cluster.viewChanged();
        cluster.pass(2_000);
        Client again = cluster.attach(cluster.node(2), client.id(), 2, 3600);

        assertTrue(again.attached().sessionPresent(), "the clean start was not carried out");
    }

    @Test
    void anAttachIsDetachedIfItWasTakenBackTooLate() {
        TestCluster cluster = new TestCluster(2);
        TestNode first = cluster.node(1);
        cluster.mute.add(2L);
        long request = cluster.ask(first, clientOf(1), connect(first, clientOf(1), 7, 0, null));
        cluster.run();
        cluster.later(first, new Input.Cancel(request));
        cluster.mute.clear();
        cluster.pass(3_000);
        assertInstanceOf(Answer.Unavailable.class, first.reply(request));
        assertEquals(0, replica(cluster, 1, 2).clients());
    }

    @Test
    void qos0OfAFormerOwnershipIsNotDeliveredAfterThatOfALaterOne() {
        TestCluster cluster = new TestCluster(2);
        TestNode second = cluster.node(2);
        Client client = cluster.attach(second, clientOf(0), 1, 3600);
        NodeMessage[] deliveries = {
            delivery(client, 7, "7"),
            delivery(client, 8, "8"),
            delivery(client, 7, "late"),
            delivery(client, 8, "8 again")
        };
        Frame frame = next(cluster.node(1), 2, deliveries);
        cluster.later(second, new Input.FrameReceived(frame));
        cluster.run();
        assertEquals(List.of("7", "8", "8 again"), second.payloads(1));
    }

    private static NodeMessage delivery(Client client, long epoch, String payload) {
        Delivery delivery = new Delivery.Publish(
                client.id(),
                new ConnectionId(2, client.connection()),
                client.epoch(),
                0,
                0,
                Qos.AT_MOST_ONCE,
                false,
                false,
                List.of(),
                message("t", payload, Qos.AT_MOST_ONCE));
        return new NodeMessage.Deliveries(0, (1L << 60) + epoch, List.of(delivery));
    }
}
