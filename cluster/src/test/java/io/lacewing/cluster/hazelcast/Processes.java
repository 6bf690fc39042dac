package io.lacewing.cluster.hazelcast;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Members of one cluster in processes of their own, so that they can be killed and frozen. */
final class Processes implements AutoCloseable {
    private final String name = "torture-" + UUID.randomUUID();
    private final List<Endpoint> endpoints;
    private final List<ChildProcess> children = new ArrayList<>();
    private final int ballast;
    private final int size;

    /**
     * @param places how many members there may be at most
     * @param size how many of them are there at the birth
     * @param ballast how big shard 0 is, bytes
     */
    Processes(int places, int size, int ballast) {
        this.endpoints = TestCluster.endpoints(places);
        this.size = size;
        this.ballast = ballast;
        for (int i = 0; i < size; i++) {
            start();
        }
        for (ChildProcess child : children) {
            child.await("STARTED");
            child.await("FULL " + size);
        }
        for (ChildProcess child : children) {
            child.tell("CREATE");
            child.await("CREATED");
        }
    }

    /** Starts the next member; it takes its time. */
    ChildProcess start() {
        ChildProcess child =
                new ChildProcess(ReplicaProcess.class, 256 + 12 * (ballast >> 20), arguments(children.size()));
        children.add(child);
        return child;
    }

    ChildProcess child(int index) {
        return children.get(index);
    }

    /** The member that owns a shard, as member 0 sees it; -1 in its place if nobody does. */
    ChildProcess ownerOf(int shard) {
        return replicaOf(shard, 0);
    }

    ChildProcess backupOf(int shard) {
        return replicaOf(shard, 1);
    }

    /** No member that lives found a copy older than what it had reported of it. */
    void demandNoRegression() {
        for (ChildProcess child : children) {
            if (child.isAlive()) {
                child.tell("REGRESSIONS");
                String seen = child.await(line -> line.startsWith("REGRESSIONS"));
                if (!seen.equals("REGRESSIONS 0")) {
                    throw new AssertionError(seen);
                }
            }
        }
    }

    private ChildProcess replicaOf(int shard, int index) {
        child(0).tell("OWNER " + shard);
        String[] replicas = child(0).await(line -> line.startsWith("OWNER"))
                .replaceAll("[^0-9,]", "")
                .split(",", -1);
        return child(Integer.parseInt(replicas[index]) - 1);
    }

    @Override
    public void close() {
        for (ChildProcess child : children) {
            child.kill();
        }
    }

    private List<String> arguments(int index) {
        return List.of(
                name,
                Integer.toString(index + 1),
                endpoints.get(index).toString(),
                String.join(",", endpoints.stream().map(Endpoint::toString).toList()),
                Integer.toString(size),
                Integer.toString(ballast));
    }
}
