package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.TableRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What happens to nodes and to the network between them while there is load. */
final class Disasters {
    /** How long, in milliseconds, after a disk has lost something no other may lose anything. */
    private static final long APART = 8_000;

    /** How often a cut that lasts is made again, for those that have started meanwhile. */
    private static final long RENEW = 100;

    private static final long WEEK = 7 * 24 * 3_600_000L;

    private final World world;
    private final Scheduler scheduler;
    private final Scenario scenario;
    private long end;
    private long lostAt;
    private long damagedAt;
    private boolean rolling;

    Disasters(World world) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.scenario = world.scenario();
    }

    /** From now on until {@code time}. */
    void begin(long time) {
        end = time;
        if (world.chaos().eventGap() > 0) {
            next();
        }
    }

    private void next() {
        scheduler.after(scheduler.between(1, 2 * world.chaos().eventGap()), () -> {
            if (scheduler.now() < end) {
                if (scenario.durable() && scheduler.chance(0.3)) {
                    great();
                } else if (scenario.durable() || isUndisturbed()) {
                    small();
                } else {
                    startOrAdd();
                }
                next();
            }
        });
    }

    /** True if nothing is amiss: what is in memory only survives one thing at a time. */
    private boolean isUndisturbed() {
        return !world.network().isCut()
                && world.grid().isWhole()
                && world.hosts().stream().allMatch(host -> host.isUp() && host.isAwake())
                && world.nodes().stream()
                        .allMatch(node -> node.isReady() && !world.grid().isLeaving(node.incarnation()));
    }

    /** All of them are over: everything runs and is heard. */
    void calm() {
        world.network().calm();
        world.shards().calm();
        world.tables().calm();
        for (SimHost host : world.hosts()) {
            host.thaw();
            host.full(false);
        }
        startAll();
    }

    /** Who does not run is started, also if it has just left. */
    void startAll() {
        for (SimHost host : world.hosts()) {
            if (!host.isUp()) {
                host.startAfter(scheduler.between(0, 3_000));
            }
        }
    }

    private SimHost any() {
        return scheduler.pick(world.hosts());
    }

    private boolean maySpare(SimHost host) {
        SimNode node = host.node();
        boolean enough = world.nodes().size() > 2;
        return node != null && (scenario.durable() || (enough && world.grid().canSpare(node.incarnation())));
    }

    // ---- small ones ----

    private void small() {
        SimHost host = any();
        switch (scheduler.below(7)) {
            case 0, 1 -> cutPair(host, any());
            case 2 -> {
                if (maySpare(host)) {
                    host.kill();
                    startLater(host, 8_000);
                }
            }
            case 3 -> startOrAdd();
            case 4 -> {
                SimNode node = host.node();
                if (node != null && maySpare(host)) {
                    leave(node);
                    startLater(host, 8_000);
                }
            }
            case 5 -> {
                if (maySpare(host)) {
                    host.freeze(scheduler.between(50, scheduler.chance(0.3) ? 20_000 : 3_000));
                }
            }
            default -> world.grid().moveAny(scenario.durable() && Vice.SWAPS_BACKUP_WHILE_WRITING.on());
        }
    }

    /**
     * How nodes are cut off from each other.
     *
     * @param until when it ends
     * @param bothWays or only one
     * @param rejects whether the senders are told
     * @param flap for how long at a time it is cut, and not; 0: always
     */
    private record Cut(long until, boolean bothWays, boolean rejects, long flap) {}

    private void cutPair(SimHost one, SimHost other) {
        if (scenario.durable() || world.grid().isWhole()) {
            long millis = scheduler.between(50, scheduler.chance(0.2) ? 6_000 : 1_500);
            cut(one, other, millis, false);
            if (scheduler.chance(0.5)) {
                cut(other, one, millis, false);
            }
        }
    }

    private void cut(SimHost from, SimHost to, long millis, boolean rejects) {
        SimNode one = from.node();
        SimNode other = to.node();
        if (one != null && other != null && one != other) {
            if (rejects) {
                world.network().reject(one.incarnation(), other.incarnation(), millis);
            } else {
                world.network().cut(one.incarnation(), other.incarnation(), millis);
            }
        }
    }

    private void startLater(SimHost host, long atMost) {
        if (scenario.durable()) {
            host.startAfter(scheduler.between(0, atMost));
        }
    }

    private void startOrAdd() {
        List<SimHost> down = world.hosts().stream().filter(host -> !host.isUp()).toList();
        if (!down.isEmpty()) {
            scheduler.pick(down).start();
        } else if (scenario.nodes() > 1 && world.hosts().size() <= scenario.nodes()) {
            world.addHost().start();
        }
    }

    /** In order: its shards go elsewhere first, if there is somebody. */
    private void leave(SimNode node) {
        if (world.nodes().size() == 1) {
            node.host().end();
            return;
        }
        world.grid().leave(node.incarnation());
        scheduler.after(scheduler.between(0, 500), () -> node.room().closeAll());
        // Whoever waits for it has patience, but not for ever.
        scheduler.after(20_000, node::left);
    }

    // ---- great ones, which only disks survive ----

    private void great() {
        switch (scheduler.below(9)) {
            case 0 -> killAll();
            case 1, 2, 3 -> split();
            case 4 -> any().freeze(scheduler.between(3_000, 20_000));
            case 5 -> roll();
            case 6 -> loseVolume();
            case 7 -> {
                switch (scheduler.below(3)) {
                    case 0 -> stayAway();
                    case 1 -> losePower();
                    default -> killSome();
                }
            }
            default -> fillDisk();
        }
    }

    private void killAll() {
        scheduler.note("disaster", "kill of all");
        for (SimHost host : world.hosts()) {
            host.kill();
            host.startAfter(scheduler.between(0, scheduler.chance(0.3) ? 15_000 : 2_000));
        }
    }

    private void killSome() {
        for (SimHost host : world.hosts()) {
            if (scheduler.chance(0.5)) {
                host.kill();
                host.startAfter(scheduler.between(0, scheduler.chance(0.3) ? 15_000 : 2_000));
            }
        }
    }

    private void split() {
        int sides = scenario.nodes() > 2 && scheduler.chance(0.2) ? 3 : 2;
        List<List<SimHost>> groups = new ArrayList<>();
        for (int i = 0; i < sides; i++) {
            groups.add(new ArrayList<>());
        }
        world.hosts().forEach(host -> scheduler.pick(groups).add(host));
        long millis = scheduler.between(200, scheduler.chance(0.5) ? 30_000 : 4_000);
        long flap = scheduler.chance(0.2) ? scheduler.between(100, 3_000) : 0;
        Cut cut = new Cut(scheduler.now() + millis, scheduler.chance(0.7), scheduler.chance(0.4), flap);
        scheduler.note("disaster", "split of " + groups + " for " + millis + ": " + cut);
        cut(groups, cut);
        if (scheduler.chance(0.2)) {
            scheduler.after(scheduler.between(0, millis), this::killAll);
        }
    }

    /** Also those that start meanwhile are cut. */
    private void cut(List<List<SimHost>> groups, Cut how) {
        long left = how.until - scheduler.now();
        if (left <= 0 || scheduler.now() >= end) {
            return;
        }
        long length = Math.min(left, how.flap > 0 ? how.flap : RENEW + 20);
        for (int i = 0; i < groups.size(); i++) {
            for (int j = how.bothWays ? 0 : i + 1; j < groups.size(); j++) {
                if (i != j) {
                    List<SimHost> others = groups.get(j);
                    groups.get(i).forEach(one -> others.forEach(two -> cut(one, two, length, how.rejects)));
                }
            }
        }
        scheduler.after(how.flap > 0 ? 2 * how.flap : RENEW, () -> cut(groups, how));
    }

    /** One after another leaves, and comes back before the next one goes. */
    private void roll() {
        if (!rolling) {
            rolling = true;
            roll(0);
        }
    }

    private void roll(int index) {
        if (index >= world.hosts().size() || scheduler.now() >= end) {
            rolling = false;
            return;
        }
        SimHost host = world.hosts().get(index);
        SimNode node = host.node();
        if (node == null) {
            roll(index + 1);
            return;
        }
        leave(node);
        awaitReturn(host, node, index);
    }

    private void awaitReturn(SimHost host, SimNode old, int index) {
        scheduler.after(200, () -> {
            if (!old.isAlive()) {
                host.startAfter(0);
            }
            SimNode node = host.node();
            boolean back = node != null && node != old && node.isReady();
            if (back || scheduler.now() >= end) {
                roll(index + 1);
            } else {
                awaitReturn(host, old, index);
            }
        });
    }

    /** Only when all is whole, and has been since another disk lost something. */
    private boolean mayLose() {
        return scenario.nodes() > 2
                && world.grid().isWhole()
                && world.nodes().size() == world.hosts().size()
                && world.nodes().stream().allMatch(SimNode::isReady)
                && world.hosts().stream().allMatch(this::mayVote)
                && scheduler.now() - Math.max(lostAt, damagedAt) > APART;
    }

    /** True if all hosts know this one, with the disk that it has, for a voter: else a second loss could be the majority's. */
    private boolean mayVote(SimHost host) {
        return world.hosts().stream()
                .allMatch(other -> other.disk().state().learned().members().stream()
                        .anyMatch(
                                voter -> voter.identity() == host.disk().state().identity()));
    }

    /** True if of each shard somebody else has a copy that is sure to have all: nobody promises more than that. */
    private boolean isOneOfMany(SimHost host) {
        Map<Integer, TableRecord.Holders> recorded = new HashMap<>();
        for (SimHost any : world.hosts()) {
            for (TableRecord row : any.disk().rows()) {
                if (row instanceof TableRecord.Holders holders) {
                    recorded.merge(
                            holders.shard(), holders, (a, b) -> b.version().compareTo(a.version()) > 0 ? b : a);
                }
            }
        }
        return recorded.values().stream()
                .allMatch(holders -> world.hosts().stream()
                        .filter(other -> other != host)
                        .anyMatch(other -> holders.identities()
                                        .contains(other.disk().state().identity())
                                && other.disk()
                                        .isSure(
                                                holders.shard(),
                                                holders.version().major())));
    }

    private void loseVolume() {
        SimHost host = any();
        if (mayLose() && isOneOfMany(host)) {
            lostAt = scheduler.now();
            host.loseVolume();
            host.startAfter(scheduler.between(0, 5_000));
        }
    }

    /** What a disk forces now and then may be lost with the machine: of one, or of all if they force always. */
    private void losePower() {
        boolean all = world.hosts().stream().allMatch(host -> host.disk().forcesAlways());
        if (all && scheduler.chance(0.5)) {
            scheduler.note("disaster", "power loss of all");
            for (SimHost host : world.hosts()) {
                host.losePower();
                host.startAfter(scheduler.between(0, 5_000));
            }
            return;
        }
        SimHost host = any();
        if (mayLose() && isOneOfMany(host)) {
            damagedAt = scheduler.now();
            scheduler.note("disaster", "power loss of " + host);
            host.losePower();
            host.startAfter(scheduler.between(0, 10_000));
        }
    }

    /** A node is away for a week. */
    private void stayAway() {
        SimHost host = any();
        if (host.isUp()) {
            host.kill();
            scheduler.after(scheduler.between(500, 2_000), () -> world.leap(WEEK));
            host.startAfter(scheduler.between(2_000, 10_000));
        }
    }

    private void fillDisk() {
        SimHost host = any();
        host.full(true);
        scheduler.after(scheduler.between(100, 8_000), () -> host.full(false));
    }
}
