package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.ReplicaTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Members of one cluster in this process. */
final class TestCluster implements AutoCloseable {
    private final List<TestMember> members;

    private TestCluster(List<TestMember> members) {
        this.members = members;
    }

    /** Starts them at the same time, and waits until each shard has its owner and its backup. */
    static TestCluster of(int size) {
        List<Endpoint> endpoints = endpoints(size);
        String name = "test-" + UUID.randomUUID();
        List<Callable<TestMember>> starts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Endpoint bind = endpoints.get(i);
            long incarnation = 100L + i;
            starts.add(() -> TestMember.start(ClusterSettings.of(
                    name, "node-" + incarnation, incarnation, bind, new Discovery.Static(endpoints), size)));
        }
        TestCluster cluster = new TestCluster(all(starts));
        for (TestMember member : cluster.members) {
            member.awaitReplicas(Math.min(2, size));
        }
        return cluster;
    }

    /** Loopback addresses whose ports are free. */
    static List<Endpoint> endpoints(int count) {
        List<ServerSocket> held = new ArrayList<>();
        List<Endpoint> endpoints = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                endpoints.add(new Endpoint("127.0.0.1", socket.getLocalPort()));
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return endpoints;
    }

    /** Does all of it at once, one thread each. */
    static <T> List<T> all(List<Callable<T>> tasks) {
        try (var threads = Executors.newCachedThreadPool()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    TestMember member(int index) {
        return members.get(index);
    }

    TestMember ownerOf(int shard) {
        long owner = table().ownerOf(shard);
        return members.stream()
                .filter(each -> each.incarnation() == owner)
                .findFirst()
                .orElseThrow();
    }

    TestMember other(TestMember one) {
        return members.stream().filter(each -> each != one).findFirst().orElseThrow();
    }

    ReplicaTable table() {
        return members.get(0).table();
    }

    @Override
    public void close() {
        for (TestMember member : members) {
            member.close();
        }
    }
}
