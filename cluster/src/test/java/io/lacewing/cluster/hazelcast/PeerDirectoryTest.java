package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the nodes are, on two members in this process. */
@Timeout(120)
class PeerDirectoryTest {
    private static final String FIRST = "100";
    private static final String SECOND = "101";

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch lost = new CountDownLatch(1);
    private List<HazelcastInstance> members = List.of();

    @BeforeEach
    void start() {
        List<Endpoint> endpoints = TestCluster.endpoints(2);
        members = TestCluster.all(List.of(() -> member(endpoints, 0), () -> member(endpoints, 1)));
        eventually(() -> members.stream()
                .allMatch(member -> member.getCluster().getMembers().size() == 2));
    }

    @AfterEach
    void stop() {
        members.forEach(member -> member.getLifecycleService().terminate());
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whatWasFoundOnceIsKnownWhateverBecomesOfTheMap() {
        PeerDirectory first = directory(0, 4711);
        directory(1, 4712);
        assertEquals(4712, found(first, SECOND).port());
        addresses(0).clear();
        assertEquals(4712, found(first, SECOND).port());
        assertEquals(List.of(new RegistrationInfo(SECOND, 0, false)), registrations(first, "lw." + SECOND));
        PeerDirectory fresh = new PeerDirectory(members.get(0));
        fresh.init(vertx);
        assertEquals(List.of(), registrations(fresh, "lw." + SECOND), "nobody has told it");
    }

    @Test
    void aLookUpThatHazelcastDoesNotAnswerFailsSoon() throws InterruptedException {
        directory(1, 4712);
        PeerDirectory first = directory(0, 4711);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch held = hold(SECOND, answer);
        assertTrue(held.await(30, TimeUnit.SECONDS));
        assertFalse(isFound(first, SECOND));
        assertThrows(CompletionException.class, () -> registrations(first, "lw." + SECOND));
        answer.countDown();
        eventually(() -> isFound(first, SECOND));
    }

    @Test
    void theAddressOfWhoHasGoneGoesAndItsOwnIsToldAgain() throws InterruptedException {
        PeerDirectory first = directory(0, 4711);
        directory(1, 4712);
        assertEquals(4712, found(first, SECOND).port());
        addresses(0).remove(FIRST);
        members.get(1).getLifecycleService().terminate();
        assertTrue(lost.await(60, TimeUnit.SECONDS));
        assertFalse(isFound(first, SECOND));
        eventually(() -> Map.of(FIRST, "127.0.0.1:4711").equals(addresses(0).getAll(Set.of(FIRST, SECOND))));
    }

    private static HazelcastInstance member(List<Endpoint> endpoints, int index) {
        long incarnation = 100L + index;
        ClusterSettings settings = ClusterSettings.of(
                "test-" + endpoints,
                "node-" + incarnation,
                incarnation,
                endpoints.get(index),
                new Discovery.Static(endpoints),
                2);
        ReplicaHost host =
                new ReplicaHost(incarnation, CountingReplica.factory(0, () -> {}), ReplicaJournal.NONE, notice -> {});
        var config = MemberConfiguration.of(settings, host);
        MemberConfiguration.setMembers(config.getNetworkConfig(), endpoints);
        return Hazelcast.newHazelcastInstance(config);
    }

    /** As Vert.x starts it. */
    private PeerDirectory directory(int index, int port) {
        PeerDirectory directory = new PeerDirectory(members.get(index));
        directory.init(vertx);
        directory.registrationListener(new RegistrationListener() {
            @Override
            public void registrationsLost() {
                if (index == 0) {
                    lost.countDown();
                }
            }
        });
        call(directory::join);
        PeerDirectoryTest.<Void>call(told -> directory.setNodeInfo(new NodeInfo("127.0.0.1", port, null), told));
        return directory;
    }

    private IMap<String, String> addresses(int index) {
        return members.get(index).getMap(MemberConfiguration.ADDRESSES);
    }

    private static NodeInfo found(PeerDirectory directory, String nodeId) {
        return call(promise -> directory.getNodeInfo(nodeId, promise));
    }

    private static boolean isFound(PeerDirectory directory, String nodeId) {
        try {
            return found(directory, nodeId).port() > 0;
        } catch (CompletionException unknown) {
            return false;
        }
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within a minute");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static List<RegistrationInfo> registrations(PeerDirectory directory, String address) {
        return call(promise -> directory.getRegistrations(address, promise));
    }

    private static <T> T call(Consumer<Completable<T>> what) {
        Promise<T> promise = Promise.promise();
        what.accept(promise);
        Future<T> done = promise.future();
        return done.toCompletionStage().toCompletableFuture().join();
    }

    /** The partition of a key does nothing else until it may answer. */
    private CountDownLatch hold(String key, CountDownLatch answer) {
        CountDownLatch held = new CountDownLatch(1);
        for (HazelcastInstance member : members) {
            Member self = member.getCluster().getLocalMember();
            if (self.equals(member.getPartitionService().getPartition(key).getOwner())) {
                member.<String, String>getMap(MemberConfiguration.ADDRESSES).submitToKey(key, new Hold(held, answer));
            }
        }
        return held;
    }

    /** Runs where it is made: what it holds can't be sent. */
    private record Hold(CountDownLatch held, CountDownLatch answer) implements EntryProcessor<String, String, Boolean> {
        @Override
        public Boolean process(Map.Entry<String, String> entry) {
            held.countDown();
            try {
                answer.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }

        @Override
        public @Nullable EntryProcessor<String, String, Boolean> getBackupProcessor() {
            return null;
        }
    }
}
