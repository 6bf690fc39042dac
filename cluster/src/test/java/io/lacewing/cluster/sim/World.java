package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.ShardBudget;
import io.lacewing.persistence.shard.ShardLimits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything there is in a run, put together. */
final class World {
    private static final int BACKUPS = 1;
    private static final int MIN_COPIES = 2;

    private final Scheduler scheduler;
    private final Chaos chaos;
    private final CoreSettings settings;
    private final FakeNetwork network;
    private final FakeGrid grid;
    private final ShardCopies copies;
    private final FakeShardMap shards;
    private final FakeTableMap tables;
    private final Faults faults;
    private final Book book;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private long lastIncarnation = 100;

    World(long seed, Scenario scenario) {
        Trace trace = new Trace(Integer.getInteger("lacewing.sim.trace", 500));
        scheduler = new Scheduler(seed, trace);
        Chaos given = scenario.chaos();
        chaos = given == null ? Chaos.of(scheduler) : given;
        CoreSettings usual = CoreSettings.DEFAULT;
        ShardLimits limits = scenario.faults().contains(Fault.BOUNDLESS_SHARDS) ? Scenario.AMPLE : scenario.limits();
        ShardBudget budget = new ShardBudget(limits, Long.MAX_VALUE, MIN_COPIES);
        CoreSettings.Cluster serving = new CoreSettings.Cluster(1, true, false, 2_000, 250);
        settings = new CoreSettings(scenario.shards(), MIN_COPIES, usual.bounds(), usual.times(), serving, budget);
        faults = new Faults(scenario.faults());
        book = new Book(scheduler);
        copies = new ShardCopies();
        network = new FakeNetwork(scheduler, chaos);
        grid = new FakeGrid(scheduler, chaos, scenario.shards(), BACKUPS, copies);
        shards = new FakeShardMap(this, scenario.limits());
        tables = new FakeTableMap(scheduler, chaos);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Chaos chaos() {
        return chaos;
    }

    CoreSettings settings() {
        return settings;
    }

    FakeNetwork network() {
        return network;
    }

    FakeGrid grid() {
        return grid;
    }

    ShardCopies copies() {
        return copies;
    }

    FakeShardMap shards() {
        return shards;
    }

    FakeTableMap tables() {
        return tables;
    }

    Faults faults() {
        return faults;
    }

    Book book() {
        return book;
    }

    List<SimClient> clients() {
        return clients;
    }

    /** The nodes that run. */
    List<SimNode> nodes() {
        return nodes.stream().filter(SimNode::isAlive).toList();
    }

    /** The node of this incarnation, if it runs. */
    @Nullable
    SimNode node(long incarnation) {
        for (SimNode node : nodes) {
            if (node.incarnation() == incarnation && node.isAlive()) {
                return node;
            }
        }
        return null;
    }

    /** A process starts and joins. */
    SimNode start() {
        SimNode node = new SimNode(this, ++lastIncarnation);
        nodes.removeIf(old -> !old.isAlive());
        nodes.add(node);
        grid.join(node);
        return node;
    }

    /** A process dies; the others find out later. */
    void crash(SimNode node) {
        node.stop();
        scheduler.after(scheduler.between(100, 2_000), () -> grid.remove(node.incarnation()));
    }
}
