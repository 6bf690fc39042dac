package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.ShardBudget;
import io.lacewing.persistence.shard.ShardLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything there is in a run, put together. */
final class World {
    private static final int BACKUPS = 1;
    private static final int MIN_COPIES = 2;

    private final Scenario scenario;
    private final Scheduler scheduler;
    private final Chaos chaos;
    private final CoreSettings settings;
    private final FakeNetwork network;
    private final FakeGrid grid;
    private final ShardCopies copies;
    private final FakeShardMap shards;
    private final FakeTableMap tables;
    private final LeaseWatch leases;
    private final Faults faults;
    private final Book book;
    private final List<SimHost> hosts = new ArrayList<>();
    private final Map<Long, SimNode> running = new HashMap<>();
    private final List<SimClient> clients = new ArrayList<>();
    private long lastIncarnation = 100;
    private long lastIdentity = 9_000;
    private final boolean skewed;
    private long leap;

    World(long seed, Scenario scenario) {
        this.scenario = scenario;
        Trace trace = new Trace(Integer.getInteger("lacewing.sim.trace", 500));
        scheduler = new Scheduler(seed, trace);
        Chaos given = scenario.chaos();
        chaos = given == null ? Chaos.of(scheduler) : given;
        skewed = scenario.durable() && scheduler.chance(0.3);
        faults = new Faults(scenario.faults(), this);
        CoreSettings usual = CoreSettings.DEFAULT;
        CoreSettings.Cluster cluster = faults.disturb(CoreSettings.Cluster.of(scenario.nodes()));
        ShardLimits limits = faults.has(Fault.BOUNDLESS_SHARDS) ? Scenario.AMPLE : scenario.limits();
        ShardBudget budget = new ShardBudget(limits, Long.MAX_VALUE, MIN_COPIES);
        settings = new CoreSettings(scenario.shards(), MIN_COPIES, usual.bounds(), usual.times(), cluster, budget);
        book = new Book(this);
        copies = new ShardCopies();
        network = new FakeNetwork(this);
        grid = new FakeGrid(this, scenario.shards(), BACKUPS);
        shards = new FakeShardMap(this, scenario.limits());
        tables = new FakeTableMap(this);
        leases = new LeaseWatch(this);
    }

    Scenario scenario() {
        return scenario;
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

    LeaseWatch leases() {
        return leases;
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

    /** What a clock on the wall shows that goes right. */
    long wall() {
        return scheduler.now() + leap;
    }

    /** All clocks on the wall go on by so much at once, as if nothing had happened for so long. */
    void leap(long millis) {
        leap += millis;
        grid.parts().forEach(part -> part.rows().purge(wall()));
        scheduler.note("world", "time goes on by " + millis);
    }

    /** True if the nodes' clocks on the wall differ, by up to 2 s. */
    boolean isSkewed() {
        return skewed;
    }

    /** True if time has leapt: what was to happen after a time may have happened early. */
    boolean hasLeapt() {
        return leap > 0;
    }

    // ---- machines and processes ----

    List<SimHost> hosts() {
        return hosts;
    }

    /** One machine more, with an empty disk. */
    SimHost addHost() {
        SimHost host = new SimHost(this, "h" + (hosts.size() + 1));
        hosts.add(host);
        return host;
    }

    long newIncarnation() {
        return ++lastIncarnation;
    }

    long newIdentity() {
        return ++lastIdentity;
    }

    /** A process has started. */
    void started(SimNode node) {
        running.values().removeIf(old -> !old.isAlive());
        running.put(node.incarnation(), node);
        grid.started(node);
    }

    /** The nodes that run, the oldest first. */
    List<SimNode> nodes() {
        return running.values().stream()
                .filter(SimNode::isAlive)
                .sorted((a, b) -> Long.compare(a.incarnation(), b.incarnation()))
                .toList();
    }

    /** The node of this incarnation, if it runs. */
    @Nullable
    SimNode node(long incarnation) {
        SimNode node = running.get(incarnation);
        return node != null && node.isAlive() ? node : null;
    }

    /** True if this process runs and does not stand still. */
    boolean isAwake(long incarnation) {
        SimNode node = node(incarnation);
        return node == null || node.host().isAwake();
    }
}
