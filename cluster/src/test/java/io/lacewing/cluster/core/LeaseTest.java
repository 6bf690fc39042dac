package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.CoreSettings.Cluster;
import io.lacewing.cluster.core.NodeMessage.GivenUp;
import io.lacewing.cluster.core.NodeMessage.Pulse;
import io.lacewing.cluster.core.QuorumNode.Disk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Leases, fences and voters, step by step: nodes n1, n2, ... of incarnations 1, 2, ..., frames that take no time. */
class LeaseTest {
    private static final long STEP = 10;

    private final Map<Long, QuorumNode> nodes = new TreeMap<>();
    private final Map<Long, Long> ticks = new TreeMap<>();
    private final List<Frame> wire = new ArrayList<>();
    /** Directions that lose all frames: from, to. */
    private final Set<List<Long>> cut = new HashSet<>();

    private final List<Effect> effects = new ArrayList<>();
    private long now = 1_000_000;

    // ---- the harness ----

    private QuorumNode start(long incarnation, Disk disk, Cluster settings) {
        QuorumNode node = new QuorumNode(incarnation, disk, settings, now, 500 * incarnation, 1);
        nodes.put(incarnation, node);
        return node;
    }

    private void cluster(int size) {
        for (long i = 1; i <= size; i++) {
            start(i, new Disk("n" + i, 100 + i), Cluster.of(size));
        }
        for (QuorumNode node : nodes.values()) {
            view(node, nodes.keySet().toArray(Long[]::new));
        }
        pass(1_000);
    }

    private QuorumNode node(long incarnation) {
        QuorumNode node = nodes.get(incarnation);
        assertNotNull(node);
        return node;
    }

    private void view(QuorumNode node, Long... incarnations) {
        List<View.Member> members = new ArrayList<>();
        for (long incarnation : incarnations) {
            members.add(node(incarnation).self);
        }
        node.inbox.add(() -> node.viewChanged(new View(members, List.of())));
        turn(node);
        deliver();
    }

    private void turn(QuorumNode node) {
        node.turn(now);
        for (Effect effect : node.effects.drain()) {
            effects.add(effect);
            switch (effect) {
                case Effect.Send send -> wire.add(send.frame());
                case Effect.SaveState save -> {
                    node.disk.state = save.state();
                    node.inbox.add(() -> node.quorum.saved(save.save()));
                }
                case Effect.Lease lease -> node.leaseUntil = lease.until();
                case Effect.Ready ready -> node.missing = ready.missing();
                case Effect.Rejoin rejoin -> node.rejoins = true;
                default -> {}
            }
        }
        if (!node.inbox.isEmpty()) {
            turn(node);
        }
    }

    private void deliver() {
        while (!wire.isEmpty()) {
            Frame frame = wire.removeFirst();
            QuorumNode to = nodes.get(frame.to());
            if (to != null && to.frozenUntil <= now && !cut.contains(List.of(frame.from(), frame.to()))) {
                to.inbox.add(() -> to.received(frame));
                turn(to);
            }
        }
    }

    private void pass(long millis) {
        for (long end = now + millis; now < end; ) {
            now += STEP;
            for (QuorumNode node : List.copyOf(nodes.values())) {
                if (node.frozenUntil <= now && now - ticks.getOrDefault(node.self.incarnation(), 0L) >= 50) {
                    ticks.put(node.self.incarnation(), now);
                    node.inbox.add(node::tick);
                    turn(node);
                }
            }
            deliver();
        }
    }

    private void isolate(long incarnation) {
        for (long other : nodes.keySet()) {
            cut.add(List.of(incarnation, other));
            cut.add(List.of(other, incarnation));
        }
    }

    private boolean good(long incarnation) {
        QuorumNode node = node(incarnation);
        turn(node);
        return node.quorum.majority().isGood();
    }

    private boolean noted(Effect.Event event) {
        return effects.stream().anyMatch(effect -> effect instanceof Effect.Note note && note.event() == event);
    }

    // ---- birth ----

    @Test
    void aNodeAloneHasItsLeaseAtOnce() {
        QuorumNode node = start(1, new Disk("n1", 7), Cluster.ALONE);
        view(node, 1L);
        assertTrue(node.quorum.majority().isGood());
        assertEquals(Long.MAX_VALUE, node.leaseUntil);
        assertTrue(node.quorum.majority().isFenced(99));
        node.frozenUntil = now + 60_000;
        pass(60_000);
        assertTrue(good(1));
    }

    @Test
    void aClusterIsBornWhenSoManyArePresent() {
        QuorumNode one = start(1, new Disk("n1", 7), Cluster.of(3));
        QuorumNode two = start(2, new Disk("n2", 8), Cluster.of(3));
        view(one, 1L, 2L);
        view(two, 1L, 2L);
        pass(5_000);
        assertFalse(good(1));
        assertEquals("the cluster has not begun: 2 of 3 nodes are present", one.missing);
        QuorumNode three = start(3, new Disk("n3", 9), Cluster.of(3));
        List.of(one, two, three).forEach(node -> view(node, 1L, 2L, 3L));
        pass(1_000);
        assertTrue(good(1) && good(2) && good(3));
        assertEquals(3, one.voters().members().size());
        assertEquals(1, one.voters().version());
        assertEquals(one.voters(), three.voters());
    }

    @Test
    void aClusterThatStartsAgainNeedsAMajorityOnly() {
        cluster(3);
        List<Disk> disks = nodes.values().stream().map(node -> node.disk).toList();
        nodes.clear();
        QuorumNode one = start(11, disks.get(0), Cluster.of(3));
        QuorumNode two = start(12, disks.get(1), Cluster.of(3));
        view(one, 11L);
        pass(3_000);
        assertFalse(good(11));
        assertEquals("no majority of the 3 voters answers: 1 present (n1); missing n2, n3", one.missing);
        view(one, 11L, 12L);
        view(two, 11L, 12L);
        pass(500);
        assertTrue(good(11) && good(12));
    }

    // ---- lease and fence ----

    @Test
    void theOldOwnerIsQuietBeforeTheNewOneBegins() {
        cluster(3);
        long cutAt = now;
        isolate(1);
        view(node(2), 2L, 3L);
        view(node(3), 2L, 3L);
        assertFalse(node(2).quorum.majority().isFenced(1));
        long quietAt = 0;
        long fencedAt = 0;
        while (fencedAt == 0) {
            pass(STEP);
            if (quietAt == 0 && node(1).clock(now) >= node(1).leaseUntil) {
                quietAt = now;
                assertFalse(good(1));
            }
            if (node(2).quorum.majority().isFenced(1)) {
                fencedAt = now;
            }
            assertTrue(now < cutAt + 10_000, "is fenced at last");
        }
        assertTrue(quietAt > cutAt + 1_500 && quietAt <= cutAt + 2_000, "quiet after " + (quietAt - cutAt));
        assertTrue(fencedAt >= cutAt + 2_250 && fencedAt <= cutAt + 2_400, "fenced after " + (fencedAt - cutAt));
    }

    @Test
    void oneThatDroppedItAloneFencesNobody() {
        cluster(3);
        view(node(2), 2L, 3L);
        pass(10_000);
        assertFalse(node(2).quorum.majority().isFenced(1));
        assertTrue(good(1), "by itself and n3");
    }

    @Test
    void pulsesThatGetLostOneWayEndTheLease() {
        cluster(3);
        cut.add(List.of(1L, 2L));
        cut.add(List.of(1L, 3L));
        pass(2_100);
        assertFalse(good(1));
        assertTrue(good(2) && good(3));
    }

    @Test
    void echoesThatGetLostOneWayEndTheLease() {
        cluster(3);
        cut.add(List.of(2L, 1L));
        cut.add(List.of(3L, 1L));
        pass(2_100);
        assertFalse(good(1));
        assertTrue(good(2) && good(3));
        cut.clear();
        pass(3_000);
        assertTrue(good(1), "and it comes back");
    }

    @Test
    void whoeverStoodStillHasNoLease() {
        cluster(3);
        node(1).frozenUntil = now + 5_000;
        pass(4_990);
        node(1).frozenUntil = 0;
        assertFalse(good(1));
        pass(2_500);
        assertTrue(good(1));
    }

    @Test
    void aPauseIsTold() {
        cluster(3);
        isolate(1);
        pass(4_200);
        assertTrue(noted(Effect.Event.PAUSED));
        assertEquals("no majority of the 3 voters answers: 1 present (n1); missing n2, n3", node(1).missing);
        cut.clear();
        pass(3_000);
        assertTrue(noted(Effect.Event.RESUMED));
        assertNull(node(1).missing);
    }

    @Test
    void whoeverGoesOnServingAsksNobody() {
        Cluster serving = new Cluster(3, true, false, 2_000, 250);
        QuorumNode node = start(1, new Disk("n1", 7), serving);
        view(node, 1L);
        assertTrue(good(1));
        assertTrue(node.quorum.majority().isFenced(2));
    }

    // ---- beginning anew ----

    @Test
    void whoeverTheMajorityHasLeftBeginsAnew() {
        cluster(3);
        isolate(1);
        view(node(1), 1L);
        pass(900);
        assertFalse(node(1).rejoins, "it has only just lost its lease");
        pass(200);
        assertTrue(node(1).rejoins);
        assertEquals(1, effects.stream().filter(Effect.Rejoin.class::isInstance).count());
    }

    /** Two of three come back with empty disks: only an operator can go on without the votes that are lost. */
    @Test
    void nobodyBeginsAnewForVotersWhoseDisksAreLost() {
        cluster(3);
        start(11, node(1).disk, Cluster.of(3));
        start(12, new Disk("n2", 202), Cluster.of(3));
        start(13, new Disk("n3", 203), Cluster.of(3));
        for (long node : List.of(1L, 2L, 3L)) {
            isolate(node);
        }
        for (long node : List.of(11L, 12L, 13L)) {
            view(node(node), 11L, 12L, 13L);
        }
        pass(30_000);
        for (long node : List.of(11L, 12L, 13L)) {
            assertFalse(node(node).rejoins);
            assertFalse(good(node));
        }
        assertEquals(
                "no majority of the 3 voters answers: 1 present (n1); missing n2, n3, of which these are here without the"
                        + " disk that votes: n2, n3",
                node(11).missing);
    }

    @Test
    void whoeverIsNotListedBeginsAnew() {
        cluster(3);
        isolate(1);
        pass(2_500);
        for (int i = 0; i < 3; i++) {
            assertFalse(node(1).rejoins);
            node(1).inbox.add(() -> node(1).receive(2, new Pulse(0, List.of(2L, 3L), true, true, 0, 1)));
            turn(node(1));
            pass(750);
        }
        assertTrue(node(1).rejoins);
    }

    /** Of three, the last gives up those who go on without it, and comes back. */
    private void comesBackHavingGivenUp(Long... others) {
        cluster(3);
        for (long other : others) {
            view(node(3), 3L - other, 3L);
            pass(500);
        }
        Disk disk = node(3).disk;
        assertTrue(disk.state.givenUp().containsAll(List.of(others)));
        nodes.remove(3L);
        start(13, disk, Cluster.of(3));
        List.of(1L, 2L, 13L).forEach(each -> view(node(each), 1L, 2L, 13L));
    }

    @Test
    void whoeverOneHasGivenUpThoughAllGoOnBeginsAnewAfterAWhile() {
        comesBackHavingGivenUp(1L);
        pass(4_000);
        assertTrue(good(1), "the other one answers");
        assertFalse(node(1).rejoins);
        pass(3_000);
        assertTrue(node(1).rejoins);
        assertFalse(node(2).rejoins);
        assertFalse(node(13).rejoins);
    }

    @Test
    void ofTwoWhomOneHasGivenUpTheSecondWaitsUntilTheFirstIsBack() {
        comesBackHavingGivenUp(1L, 2L);
        pass(9_000);
        assertTrue(good(2));
        assertTrue(node(1).rejoins);
        assertFalse(node(2).rejoins);
        nodes.remove(1L);
        List.of(2L, 13L).forEach(each -> view(node(each), 2L, 13L));
        pass(1_500);
        assertFalse(node(2).rejoins, "they are no majority without it");
    }

    @Test
    void whoeverIsToldByAMajorityThatItWasGivenUpBeginsAnew() {
        cluster(3);
        node(1).inbox.add(() -> node(1).receive(2, new GivenUp(List.of(1L))));
        pass(100);
        assertFalse(node(1).rejoins, "one may be wrong");
        node(1).inbox.add(() -> node(1).receive(3, new GivenUp(List.of(1L))));
        pass(100);
        assertTrue(node(1).rejoins);
    }

    @Test
    void whoeverIsCutOffGivesNobodyUp() {
        cluster(3);
        isolate(1);
        pass(2_500);
        view(node(1), 1L);
        pass(5_000);
        assertFalse(node(1).disk.state.givenUp().contains(2L));
    }

    @Test
    void aClusterThatFormsWaitsForAWhile() {
        QuorumNode one = start(1, new Disk("n1", 7), Cluster.of(3));
        view(one, 1L);
        pass(9_000);
        assertFalse(one.rejoins);
        pass(2_000);
        assertTrue(one.rejoins, "so that it looks for others anew");
    }

    // ---- voters ----

    @Test
    void aMemberThatStaysBecomesAVoter() {
        cluster(2);
        QuorumNode three = start(3, new Disk("n3", 9), Cluster.of(2));
        nodes.values().forEach(node -> view(node, 1L, 2L, 3L));
        pass(900);
        assertEquals(2, node(1).voters().members().size());
        pass(1_500);
        assertEquals(3, three.voters().members().size());
        assertTrue(good(1) && good(2) && good(3));
    }

    @Test
    void whoeverComesWithAnotherDiskReplacesItself() {
        cluster(3);
        nodes.remove(3L);
        QuorumNode again = start(13, new Disk("n3", 999), Cluster.of(3));
        List.of(node(1), node(2), again).forEach(node -> view(node, 1L, 2L, 13L));
        pass(4_000);
        assertEquals(3, again.voters().members().size());
        assertTrue(again.voters().has(999) && !again.voters().has(103));
        assertTrue(good(13));
    }

    @Test
    void anOperatorForgetsWhoIsNotPresent() {
        cluster(3);
        assertEquals(
                List.of("refused: n3 is present; stop it first"), node(1).quorum.forget("n3"));
        assertEquals(
                List.of("refused: no voter is called n9; the voters are n1, n2, n3"),
                node(1).quorum.forget("n9"));
        nodes.remove(3L);
        view(node(1), 1L, 2L);
        view(node(2), 1L, 2L);
        assertTrue(node(2).quorum.forget("n3").getFirst().startsWith("n3 will vote no more"));
        pass(1_000);
        assertEquals(2, node(1).voters().members().size());
        assertTrue(node(2).quorum.status().contains("last order: forget n3: done"));
    }

    @Test
    void anOperatorGoesOnWithoutAMajority() {
        cluster(3);
        assertTrue(node(1).quorum.recoverByForce().getFirst().startsWith("voters: refused"));
        nodes.remove(2L);
        nodes.remove(3L);
        view(node(1), 1L);
        pass(3_000);
        assertFalse(good(1));
        assertTrue(node(1).quorum.forget("n3").getFirst().startsWith("refused: this node has no majority"));
        node(1).quorum.recoverByForce();
        pass(1_000);
        assertTrue(good(1));
        assertEquals(1, node(1).voters().members().size());
    }

    @Test
    void membersOfTwoClustersDoNotMix() {
        QuorumNode one = start(1, new Disk("n1", 7), Cluster.ALONE);
        QuorumNode two = start(2, new Disk("n2", 8), Cluster.ALONE);
        view(one, 1L);
        view(two, 2L);
        view(one, 1L, 2L);
        view(two, 1L, 2L);
        pass(5_000);
        assertTrue(noted(Effect.Event.FOREIGN_NODE));
        assertEquals(1, one.voters().members().size());
        assertEquals(1, two.voters().members().size());
    }
}
