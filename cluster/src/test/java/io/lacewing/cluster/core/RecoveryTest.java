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
import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.core.TestCluster.Client;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes with disks that are stopped and started: what was acknowledged is there, and nothing is silently empty. */
class RecoveryTest {
    private static final Qos Q1 = Qos.AT_LEAST_ONCE;
    private static final String CLIENT = clientOf(0);
    private static final TopicName TOPIC = TopicName.of("r");

    /** A session of shard 0 that waits for a message, and a retained message; all acknowledged by node 1. */
    private static void fill(TestCluster cluster, long incarnation) {
        TestNode node = cluster.node(incarnation);
        Client client = cluster.attach(node, CLIENT, 1, 360_000);
        cluster.subscribe(client, "t", Q1);
        cluster.detach(client, true);
        assertEquals(new Answer.Published(1), cluster.publish(node, message("t", "one", Q1)));
        assertEquals(new Answer.Published(0), cluster.publish(node, retained("r", "kept")));
    }

    private static void checkSession(TestCluster cluster, long incarnation) {
        TestNode node = cluster.node(incarnation);
        Client client = cluster.attach(node, CLIENT, 77, 360_000);
        assertTrue(client.attached().sessionPresent());
        assertEquals(List.of("one"), node.payloads(77));
    }

    private static void checkRetained(TestCluster cluster, long incarnation, String expected) {
        Message message = cluster.node(incarnation).retained.get(TOPIC);
        assertNotNull(message);
        assertEquals(expected, TestCluster.text(message));
    }

    @Test
    void aNodeAloneComesBackWithAll() {
        TestCluster cluster = TestCluster.durable(1);
        fill(cluster, 1);
        cluster.stopAll();
        TestNode node = cluster.start(11, 1);
        cluster.pass(3_000);
        assertTrue(node.ready);
        checkRetained(cluster, 11, "kept");
        checkSession(cluster, 11);
        assertTrue(node.noted(Event.SHARD_RECOVERED));
        cluster.pass(2_000);
        assertEquals(0, Objects.requireNonNull(node.standing).behind(), "it has all copies that there can be");
        assertEquals(new Answer.Published(1), cluster.publish(node, message("t", "two", Q1)));
    }

    /** More shards than copies may be on their way at once: each takes the place of one that has come, in the same turn. */
    @Test
    void shardsOpenAsSoonAsTheirCopiesCome() {
        TestCluster cluster = TestCluster.durable(1);
        cluster.pass(3_000);
        cluster.stopAll();
        TestNode node = cluster.start(11, 1);
        for (int ticks = 0; !node.ready && ticks < 100; ticks++) {
            cluster.pass(50);
        }
        assertTrue(node.ready);
        cluster.pass(50);
        assertTrue(
                status(cluster, node).contains("open: " + TestCluster.SHARDS + ", closed: 0"), status(cluster, node));
    }

    @ParameterizedTest
    @ValueSource(strings = {"123", "132", "213", "231", "312", "321"})
    void allStopAndStartInAnyOrder(String order) {
        TestCluster cluster = TestCluster.durable(3);
        fill(cluster, 1);
        cluster.stopAll();
        for (int i = 0; i < 3; i++) {
            long identity = Character.digit(order.charAt(i), 10);
            cluster.start(11 + i, identity);
            cluster.pass(4_000);
        }
        for (long incarnation = 11; incarnation <= 13; incarnation++) {
            assertTrue(cluster.node(incarnation).ready);
            checkRetained(cluster, incarnation, "kept");
        }
        checkSession(cluster, 13);
        assertEquals(new Answer.Published(1), cluster.publish(cluster.node(12), message("t", "two", Q1)));
    }

    @Test
    void aMinorityWaits() {
        TestCluster cluster = TestCluster.durable(3);
        fill(cluster, 1);
        cluster.stopAll();
        TestNode alone = cluster.start(11, 1);
        cluster.pass(10_000);
        assertFalse(alone.ready);
        assertEquals(0, alone.retained.size());
    }

    @Test
    void aShardIsClosedUntilAHolderIsBack() {
        TestCluster cluster = TestCluster.durable(5);
        fill(cluster, 1);
        TableRecord.Holders holders = holders(cluster, 0);
        List<Long> others = List.of(1L, 2L, 3L, 4L, 5L).stream()
                .filter(identity -> !holders.identities().contains(identity))
                .toList();
        cluster.stopAll();
        for (long identity : others) {
            cluster.start(10 + identity, identity);
        }
        cluster.pass(6_000);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        assertTrue(owner.ready);
        assertTrue(owner.noted(Event.SHARD_CLOSED));
        assertEquals(
                1,
                owner.notes.stream()
                        .filter(note -> note.event() == Event.SHARD_CLOSED)
                        .count(),
                owner.notes.toString());
        checkRetained(cluster, owner.incarnation, "kept");
        long connect = cluster.ask(owner, CLIENT, connect(owner, CLIENT, 5, 3600, null));
        long publish = cluster.askPublish(owner, message("t", "two", Q1));
        cluster.pass(5_000);
        assertNull(owner.reply(connect));
        assertNull(owner.reply(publish), "its routes are kept, so the message waits for it");
        assertTrue(status(cluster, owner).contains("closed, none of the nodes that are here is sure to have all"));
        assertTrue(status(cluster, owner)
                .contains("missing node-" + holders.identities().getFirst()));

        cluster.start(20, holders.identities().getLast());
        cluster.pass(6_000);
        assertInstanceOf(OpResult.Attached.class, cluster.result(owner, connect));
        assertEquals(new Answer.Published(1), owner.reply(publish));
        assertEquals(List.of("one", "two"), owner.payloads(5));
    }

    @Test
    void whoJoinsKnowsThatALostShardWasThoughTheMapForgotIt() {
        TestCluster cluster = TestCluster.durable(5);
        fill(cluster, 1);
        List<Long> holders = holders(cluster, 0).identities();
        cluster.kill(holders.getFirst());
        cluster.kill(holders.getLast());
        cluster.grid.loseTables();
        TestNode joining = cluster.start(9, 9);
        cluster.place(0, 9);
        cluster.viewChanged();
        cluster.pass(6_000);
        assertTrue(joining.ready);
        assertTrue(joining.noted(Event.SHARD_CLOSED));
        assertNull(cluster.grid.replica(0, 9));
    }

    @Test
    void aDoubtfulCopyWaitsForTheOtherHolder() {
        TestCluster cluster = TestCluster.durable(3);
        fill(cluster, 1);
        List<Long> holders = holders(cluster, 0).identities();
        cluster.stopAll();
        cluster.disk(holders.getFirst()).doubtful.add(0);
        long third = 6 - holders.getFirst() - holders.getLast();
        cluster.start(11, holders.getFirst());
        cluster.start(12, third);
        cluster.pass(6_000);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        assertTrue(owner.noted(Event.SHARD_CLOSED));
        cluster.start(13, holders.getLast());
        cluster.pass(6_000);
        checkSession(cluster, 12);
    }

    @Test
    void byForceAShardOpensFromWhatThereIs() {
        TestCluster cluster = TestCluster.durable(3);
        fill(cluster, 1);
        List<Long> holders = holders(cluster, 0).identities();
        cluster.stopAll();
        for (long holder : holders) {
            cluster.disk(holder).doubtful.add(0);
        }
        long third = 6 - holders.getFirst() - holders.getLast();
        cluster.start(11, holders.getFirst());
        cluster.start(12, third);
        cluster.pass(6_000);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        TestNode asked = cluster.node(owner.incarnation == 11 ? 12 : 11);
        cluster.later(asked, new Input.Operate(1, new Input.Order.RecoverByForce()));
        cluster.pass(6_000);
        assertTrue(owner.noted(Event.SHARD_FORCED));
        String note = owner.notes.stream()
                .filter(each -> each.event() == Event.SHARD_FORCED)
                .findFirst()
                .orElseThrow()
                .detail();
        assertTrue(
                note.contains("node-" + holders.getFirst()) && note.contains("without node-" + holders.getLast()),
                note);
        checkSession(cluster, 12);
        assertTrue(
                asked.answered.stream().anyMatch(line -> line.startsWith("told to do the same")),
                asked.answered.toString());
    }

    @Test
    void whoHadAShardIsNamedThoughItIsNoVoterAnyMore() {
        TestCluster cluster = TestCluster.durable(5);
        fill(cluster, 1);
        List<Long> holders = holders(cluster, 0).identities();
        for (long holder : holders) {
            cluster.grid.drop(0, holder);
        }
        holders.forEach(cluster::kill);
        cluster.pass(8_000);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        String lost = "node-" + holders.getFirst();
        assertTrue(status(cluster, owner).contains("missing " + lost));
        cluster.later(owner, new Input.Operate(2, new Input.Order.ForgetNode(lost)));
        cluster.pass(5_000);
        assertTrue(status(cluster, owner).contains(lost + " with the data that it had before"));
    }

    @Test
    void byForceAShardWithoutAnyCopyBeginsEmptyAndItsRoutesAreGone() {
        TestCluster cluster = TestCluster.durable(5);
        fill(cluster, 1);
        List<Long> holders = holders(cluster, 0).identities();
        cluster.stopAll();
        for (long identity = 1; identity <= 5; identity++) {
            if (!holders.contains(identity)) {
                cluster.start(10 + identity, identity);
            }
        }
        cluster.pass(6_000);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        cluster.later(owner, new Input.Operate(1, new Input.Order.RecoverByForce()));
        cluster.pass(3_000);
        assertTrue(owner.answered.stream().anyMatch(line -> line.contains("begins empty")), owner.answered.toString());
        assertEquals(new Answer.Published(0), cluster.publish(owner, message("t", "two", Q1)));
        assertFalse(cluster.attach(owner, CLIENT, 5, 3600).attached().sessionPresent());
        // Who comes later with the old copy does not bring it back, and lets it go.
        cluster.start(21, holders.getFirst());
        cluster.pass(6_000);
        assertTrue(holders(cluster, 0).version().major() > 0);
        boolean holds = holders(cluster, 0).identities().contains(holders.getFirst());
        assertEquals(holds, cluster.disk(holders.getFirst()).has(0));
    }

    /**
     * Shard 0 moves to two others, which die before it is recorded that they have it. Returns the holders.
     *
     * @param first incarnation, of identity 1; the others follow
     * @param muted who is not heard from then on
     */
    private static List<Long> loseWhomItMovedTo(TestCluster cluster, long first, Long... muted) {
        fill(cluster, first);
        List<Long> holders = holders(cluster, 0).identities();
        List<Long> others = List.of(1L, 2L, 3L, 4L, 5L).stream()
                .filter(identity -> !holders.contains(identity))
                .map(identity -> identity + first - 1)
                .toList();
        cluster.grid.unknown = true;
        for (long other : others.subList(0, 2)) {
            cluster.grid.copy(0, holders.getFirst() + first - 1, other);
        }
        holders.forEach(holder -> cluster.grid.drop(0, holder + first - 1));
        cluster.place(0, others.get(0), others.get(1));
        cluster.viewChanged();
        cluster.pass(2_000);
        for (long other : others.subList(0, 2)) {
            cluster.grid.drop(0, other);
        }
        cluster.kill(others.get(0));
        cluster.mute.addAll(List.of(muted));
        cluster.kill(others.get(1));
        cluster.grid.unknown = false;
        assertEquals(holders, holders(cluster, 0).identities());
        return holders;
    }

    @Test
    void whoHasAShardOnDiskOnlyGivesItAnewWhenItIsMissing() {
        TestCluster cluster = TestCluster.durable(5);
        loseWhomItMovedTo(cluster, 1);
        cluster.pass(8_000);
        long owner = cluster.placement(0).owner();
        checkSession(cluster, owner);
        assertTrue(cluster.node(owner).noted(Event.SHARD_RECOVERED));
    }

    @Test
    void nothingIsDecidedBeforeAllHaveSaidAnewWhatTheyHave() {
        TestCluster cluster = TestCluster.durable(7);
        loseWhomItMovedTo(cluster, 1, 7L);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        cluster.later(owner, new Input.Operate(1, new Input.Order.RecoverByForce()));
        cluster.pass(8_000);
        assertNull(cluster.grid.replica(0, owner.incarnation));
        assertTrue(status(cluster, owner).contains("closed, these nodes have not said what their disks have: node-7"));
        cluster.mute.clear();
        cluster.pass(8_000);
        checkSession(cluster, owner.incarnation);
    }

    @Test
    void statusTellsOfRecordsThatWereInDoubt() {
        TestCluster cluster = TestCluster.durable(1);
        fill(cluster, 1);
        assertFalse(status(cluster, cluster.node(1)).contains("may have been older"));
        cluster.stopAll();
        cluster.disk(1).recordsDoubtful = true;
        TestNode node = cluster.start(11, 1);
        cluster.pass(3_000);
        assertTrue(status(cluster, node).contains("may have been older"));
    }

    @Test
    void byForceAtThatMomentTheCopyOnDiskIsTaken() {
        TestCluster cluster = TestCluster.durable(5);
        loseWhomItMovedTo(cluster, 1);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        cluster.later(owner, new Input.Operate(1, new Input.Order.RecoverByForce()));
        cluster.pass(8_000);
        checkSession(cluster, owner.incarnation);
    }

    @Test
    void byForceAShardStaysClosedWhileTheCopyOfAHolderThatIsHereCanNotBeHad() {
        TestCluster cluster = TestCluster.durable(5);
        List<Long> holders = loseWhomItMovedTo(cluster, 1);
        cluster.grid.unreadable.addAll(holders);
        cluster.pass(8_000);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        assertTrue(owner.noted(Event.SHARD_CLOSED));
        cluster.later(owner, new Input.Operate(1, new Input.Order.RecoverByForce()));
        cluster.pass(30_000);
        assertNull(cluster.grid.replica(0, owner.incarnation));
        assertTrue(
                owner.notes.stream()
                        .anyMatch(note -> note.event() == Event.SHARD_CLOSED
                                && note.detail().contains("the disk of node-")
                                && note.detail().contains("start it anew")),
                owner.notes.toString());
        assertFalse(owner.noted(Event.SHARD_FORCED));
        cluster.grid.unreadable.clear();
        cluster.pass(20_000);
        checkSession(cluster, owner.incarnation);
        assertTrue(owner.noted(Event.SHARD_FORCED));
    }

    @Test
    void anOldReplicaGivesWayToTheCopyOnAHoldersDisk() {
        TestCluster cluster = TestCluster.durable(5);
        Shard old = Shard.restore(
                assertNotNullShard(cluster.grid.replica(0, cluster.placement(0).owner()))
                        .snapshot());
        cluster.stopAll();
        for (long identity = 1; identity <= 5; identity++) {
            cluster.start(10 + identity, identity);
        }
        cluster.pass(8_000);
        loseWhomItMovedTo(cluster, 11);
        TestNode owner = cluster.node(cluster.placement(0).owner());
        assertTrue(old.epoch() < holders(cluster, 0).version().major());
        // A replica of long ago is promoted.
        cluster.grid.put(old, owner.incarnation);
        cluster.pass(8_000);
        checkSession(cluster, owner.incarnation);
        assertTrue(owner.noted(Event.SHARD_RECOVERED));
    }

    @Test
    void aReplicaThatWasLeftBehindInTheSameEpochGivesWayToo() {
        TestCluster cluster = TestCluster.durable(5);
        TestNode node = cluster.node(1);
        Client client = cluster.attach(node, CLIENT, 1, 360_000);
        cluster.subscribe(client, "t", Q1);
        cluster.detach(client, true);
        TableRecord.Holders before = holders(cluster, 0);
        Shard behind = Shard.restore(
                assertNotNullShard(cluster.grid.replica(0, cluster.placement(0).owner()))
                        .snapshot());
        assertEquals(new Answer.Published(1), cluster.publish(node, message("t", "one", Q1)));
        assertEquals(before.version(), holders(cluster, 0).version(), "all of one epoch and one record");
        List<Long> held = before.identities();
        for (long holder : held) {
            cluster.grid.drop(0, holder);
        }
        List<Long> others = List.of(1L, 2L, 3L, 4L, 5L).stream()
                .filter(identity -> !held.contains(identity))
                .toList();
        cluster.grid.put(behind, others.get(0));
        cluster.place(0, others.get(0), others.get(1));
        cluster.viewChanged();
        cluster.pass(8_000);
        checkSession(cluster, others.get(0));
        assertTrue(cluster.node(others.get(0)).noted(Event.SHARD_RECOVERED));
    }

    @Test
    void aShardThatMovesToWhoIsNotRecordedOpensByTheWordOfAHolder() {
        TestCluster cluster = TestCluster.durable(5);
        fill(cluster, 1);
        List<Long> held = holders(cluster, 0).identities();
        long other = List.of(1L, 2L, 3L, 4L, 5L).stream()
                .filter(identity -> !held.contains(identity))
                .findFirst()
                .orElseThrow();
        long owner = cluster.placement(0).owner();
        cluster.grid.copy(0, owner, other);
        cluster.place(0, other, owner);
        cluster.viewChanged();
        cluster.pass(2_000);
        checkSession(cluster, other);
        assertFalse(cluster.node(other).noted(Event.SHARD_RECOVERED), "what came with the shard was good");
        assertTrue(holders(cluster, 0).identities().contains(other));
    }

    private static Shard assertNotNullShard(@Nullable Shard shard) {
        assertNotNull(shard);
        return shard;
    }

    @Test
    void whatWasRemovedWhileANodeSleptDoesNotReturn() {
        TestCluster cluster = TestCluster.durable(3);
        fill(cluster, 1);
        cluster.kill(3);
        cluster.pass(700_000);
        assertEquals(new Answer.Published(0), cluster.publish(cluster.node(1), retained("r", "")));
        cluster.pass(700_000);
        // It joins those that know better.
        cluster.start(13, 3);
        cluster.pass(5_000);
        assertTrue(cluster.node(13).ready);
        assertEquals(0, cluster.node(13).retained.size());
        // And has nothing left that it could offer later.
        cluster.stopAll();
        cluster.start(23, 3);
        cluster.start(22, 2);
        cluster.pass(6_000);
        assertTrue(cluster.node(23).ready);
        assertEquals(0, cluster.node(23).retained.size());
        assertEquals(0, cluster.node(22).retained.size());
    }

    @Test
    void whatWasRemovedWhileANodeSleptDoesNotReturnWithAFullStop() {
        TestCluster cluster = TestCluster.durable(3);
        fill(cluster, 1);
        cluster.kill(3);
        cluster.pass(700_000);
        assertEquals(new Answer.Published(0), cluster.publish(cluster.node(1), retained("r", "")));
        cluster.pass(700_000);
        cluster.stopAll();
        cluster.start(13, 3);
        cluster.start(12, 2);
        cluster.pass(6_000);
        assertTrue(cluster.node(13).ready);
        assertEquals(0, cluster.node(13).retained.size());
        assertEquals(0, cluster.node(12).retained.size());
        checkSession(cluster, 12);
    }

    @Test
    void whatExpiredWhileAllWereDownIsNotOffered() {
        TestCluster cluster = TestCluster.durable(1);
        Message expiring = new Message(TOPIC, new byte[1], Q1, true, cluster.now + 5_000, new byte[0], null, 0);
        cluster.publish(cluster.node(1), expiring);
        assertEquals(1, cluster.node(1).retained.size());
        cluster.stopAll();
        cluster.now += 10_000;
        cluster.start(11, 1);
        cluster.pass(3_000);
        assertTrue(cluster.node(11).ready);
        assertEquals(0, cluster.node(11).retained.size());
    }

    @Test
    void emptyNodesJoinOneWithData() {
        TestCluster cluster = TestCluster.durable(1);
        fill(cluster, 1);
        cluster.stopAll();
        cluster.start(11, 1);
        cluster.start(12, 2);
        cluster.start(13, 3);
        cluster.pass(8_000);
        for (long incarnation = 11; incarnation <= 13; incarnation++) {
            assertTrue(cluster.node(incarnation).ready);
            checkRetained(cluster, incarnation, "kept");
        }
        checkSession(cluster, 13);
        // Now two of three hold each shard, and any one of these may be lost.
        cluster.kill(11);
        cluster.pass(6_000);
        assertEquals(new Answer.Published(1), cluster.publish(cluster.node(12), message("t", "two", Q1)));
    }

    @Test
    void theJournalGetsAllThatLivesAgain() {
        TestCluster cluster = TestCluster.durable(1);
        fill(cluster, 1);
        cluster.publish(cluster.node(1), retained("gone", "x"));
        cluster.publish(cluster.node(1), retained("gone", ""));
        TestNode node = cluster.node(1);
        // What was written before goes with its segments.
        cluster.disk(1).records.clear();
        cluster.later(node, new Input.RecordsWanted(5));
        cluster.pass(500);
        assertEquals(List.of(5L), node.written);
        cluster.stopAll();
        cluster.start(11, 1);
        cluster.pass(3_000);
        checkRetained(cluster, 11, "kept");
        assertEquals(1, cluster.node(11).retained.size());
        assertEquals(new Answer.Published(1), cluster.publish(cluster.node(11), message("t", "two", Q1)));
    }

    @Test
    void whoJoinsWithItsOwnDiskWritesOnlyWhatItHasNot() {
        TestCluster cluster = TestCluster.durable(3);
        fill(cluster, 1);
        cluster.kill(3);
        cluster.pass(5_000);
        assertEquals(new Answer.Published(0), cluster.publish(cluster.node(1), retained("new", "kept")));
        int before = cluster.disk(3).records.size();
        cluster.start(13, 3);
        cluster.pass(5_000);
        assertTrue(cluster.node(13).ready);
        List<TableRecord> written =
                cluster.disk(3).records.subList(before, cluster.disk(3).records.size());
        List<TableRecord> messages =
                written.stream().filter(TableRecord.Retained.class::isInstance).toList();
        assertEquals(1, messages.size(), messages.toString());
    }

    @Test
    void aNodeDoesNotVoteForWhatItsDiskHasNotYet() {
        TestCluster cluster = TestCluster.durable(3);
        cluster.disk(9).stuck = true;
        TestNode joining = cluster.start(9, 9);
        long request = cluster.askPublish(cluster.node(1), retained("r", "kept"));
        cluster.pass(3_000);
        assertNull(cluster.node(1).reply(request));
        assertFalse(joining.ready);
        assertFalse(cluster.disk(1).state.learned().has(9));
        cluster.unstick(joining);
        cluster.pass(4_000);
        assertEquals(new Answer.Published(0), cluster.node(1).reply(request));
        assertTrue(joining.ready);
        assertTrue(cluster.disk(1).state.learned().has(9));
    }

    @Test
    void nothingIsAcknowledgedWhileTheDiskTakesNothing() {
        TestCluster cluster = TestCluster.durable(2);
        fill(cluster, 1);
        cluster.disk(2).stuck = true;
        long request = cluster.askPublish(cluster.node(1), retained("r", "later"));
        cluster.pass(1_000);
        assertNull(cluster.node(1).reply(request), "the other node has it in memory only");
        cluster.unstick(cluster.node(2));
        assertEquals(new Answer.Published(0), cluster.node(1).reply(request));
    }

    private static TableRecord.Holders holders(TestCluster cluster, int shard) {
        return HoldersTest.holders(cluster, shard);
    }

    private static String status(TestCluster cluster, TestNode node) {
        node.answered.clear();
        cluster.later(node, new Input.Operate(9, new Input.Order.Status()));
        cluster.run();
        return String.join("\n", node.answered);
    }
}
