package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Voters;
import io.lacewing.cluster.core.Voters.Voter;
import io.lacewing.cluster.replica.ReplicaJournal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** How a cluster is born. */
class ClusterFormationTest {
    @Test
    void membersThatBeganAloneFindEachOtherOnceTheirNamesAreKnown() {
        List<Endpoint> endpoints = TestCluster.endpoints(2);
        String name = "test-" + UUID.randomUUID();
        // Both look several times before the names are there, so both have begun alone.
        Discovery late = new Late(endpoints, 6);
        Discovery alsoLate = new Late(endpoints, 6);
        List<Callable<TestMember>> starts = List.of(
                () -> TestMember.start(ClusterSettings.of(name, "a", 1, endpoints.get(0), late, 2)),
                () -> TestMember.start(ClusterSettings.of(name, "b", 2, endpoints.get(1), alsoLate, 2)));
        List<TestMember> members = TestCluster.all(starts);
        for (TestMember member : members) {
            member.awaitNodes(2);
            member.awaitReplicas(2);
        }
        members.forEach(TestMember::close);
    }

    @Test
    void aClusterIsNotBornBeforeItsSizeIsReached() {
        List<Endpoint> endpoints = TestCluster.endpoints(1);
        ClusterSettings settings = ClusterSettings.of(
                "test-" + UUID.randomUUID(), "a", 1, endpoints.get(0), new Discovery.Static(endpoints), 2);
        int[] asked = {0};
        ClusterFormation formation = new ClusterFormation(
                settings, new ReplicaHost(1, CountingReplica.factory(0), ReplicaJournal.NONE, notice -> {}), () -> {
                    asked[0]++;
                    return asked[0] == 3;
                });
        assertThrows(IllegalStateException.class, formation::join);
        assertEquals(3, asked[0], "it waited until it was given up");
    }

    @Test
    void oneThatAcceptsAndDoesNotAnswerKeepsNobodyWaitingForEver() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Endpoint silent = new Endpoint("127.0.0.1", mute.getLocalPort());
            assertFalse(Probe.answers(silent));
            List<Endpoint> endpoints = TestCluster.endpoints(1);
            List<Endpoint> all = List.of(endpoints.get(0), silent);
            ClusterSettings usual = ClusterSettings.of(
                    "test-" + UUID.randomUUID(), "a", 1, endpoints.get(0), new Discovery.Static(all), 1);
            TestMember member = TestMember.start(new ClusterSettings(
                    usual.clusterName(),
                    usual.nodeId(),
                    usual.incarnation(),
                    usual.bind(),
                    usual.discovery(),
                    usual.size(),
                    usual.replicas(),
                    usual.silence(),
                    usual.backupTimeout(),
                    Duration.ofSeconds(3),
                    usual.profile()));
            assertTrue(Probe.answers(endpoints.get(0)));
            member.close();
        }
    }

    @Test
    void aMemberThatDoesNotBelongIsTurnedAwayAndSaysWhy() {
        List<Endpoint> endpoints = TestCluster.endpoints(2);
        String name = "test-" + UUID.randomUUID();
        Discovery all = new Discovery.Static(endpoints);
        TestMember first = TestMember.start(ClusterSettings.of(name, "a", 1, endpoints.get(0), all, 1));
        ClusterSettings durable = ClusterSettings.of(name, "b", 2, endpoints.get(1), all, 1)
                .withProfile(new MemberProfile(2, Voters.NONE, true, ""));
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> TestMember.start(durable));
        assertEquals(
                "persistence.durability is disk on b and memory on a. It must be the same on all nodes",
                refused.getMessage());
        first.member().cluster().set(MemberConfiguration.CLUSTER_ID, 8L);
        ClusterSettings stranger = ClusterSettings.of(name, "b", 2, endpoints.get(1), all, 1)
                .withProfile(new MemberProfile(2, new Voters(7, 1, List.of(new Voter("b", 2))), false, ""));
        assertThrows(IllegalStateException.class, () -> TestMember.start(stranger));
        first.close();
    }

    @Test
    void aMajorityOfTheVotersIsEnoughAndLessIsNot() {
        List<Endpoint> endpoints = TestCluster.endpoints(2);
        String name = "test-" + UUID.randomUUID();
        Discovery all = new Discovery.Static(endpoints);
        Voters voters = new Voters(7, 3, List.of(new Voter("a", 1), new Voter("b", 2), new Voter("c", 3)));
        int[] asked = {0};
        ClusterFormation alone = new ClusterFormation(
                ClusterSettings.of(name, "a", 1, endpoints.get(0), all, 1)
                        .withProfile(new MemberProfile(1, voters, false, "")),
                new ReplicaHost(1, CountingReplica.factory(0), ReplicaJournal.NONE, notice -> {}),
                () -> {
                    asked[0]++;
                    return asked[0] == 3;
                });
        assertThrows(IllegalStateException.class, alone::join);
        List<Callable<TestMember>> starts = List.of(
                () -> TestMember.start(ClusterSettings.of(name, "a", 11, endpoints.get(0), all, 5)
                        .withProfile(new MemberProfile(1, voters, false, ""))),
                () -> TestMember.start(ClusterSettings.of(name, "b", 12, endpoints.get(1), all, 5)
                        .withProfile(new MemberProfile(2, voters, false, ""))));
        TestCluster.all(starts).forEach(TestMember::close);
    }

    @Test
    void aNameThatIsNotKnownIsNoError() {
        assertEquals(List.of(), new Discovery.Dns("nobody.invalid", 5701).find());
        assertEquals(List.of(new Endpoint("127.0.0.1", 5701)), new Discovery.Dns("127.0.0.1", 5701).find());
    }

    @Test
    void endpointsAreReadAndWritten() {
        assertEquals("a.example:5701", Endpoint.parse("A.example:5701").toString());
        assertEquals(new Endpoint("::1", 5701), Endpoint.parse("[::1]:5701"));
        assertEquals("[::1]:5701", new Endpoint("::1", 5701).toString());
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse("a.example"));
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse("a:b"));
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse("a:0"));
    }

    /** Names that are known only from the n-th look on. */
    private static final class Late implements Discovery {
        private final List<Endpoint> endpoints;
        private int looksLeft;

        Late(List<Endpoint> endpoints, int looks) {
            this.endpoints = endpoints;
            this.looksLeft = looks;
        }

        @Override
        public List<Endpoint> find() {
            looksLeft--;
            return looksLeft < 0 ? endpoints : List.of();
        }
    }
}
