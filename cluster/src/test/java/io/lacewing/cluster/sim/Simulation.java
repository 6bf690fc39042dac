package io.lacewing.cluster.sim;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One run: a cluster forms, clients come and go and publish while the world is bad to them, then the world becomes calm
 * and everything must drain; then the {@link Invariants} are checked. Those that can be seen to break at once are checked
 * all the time.
 */
final class Simulation {
    private static final List<String> TOPICS = List.of("t/a/x", "t/a/y", "t/b/x", "t/b/y", "s/a", "s/b");
    private static final List<String> FILTERS = List.of("t/#", "t/+/x", "t/a/#", "t/a/x", "t/b/y", "+/b/+");
    private static final List<String> GROUPS = List.of("$share/g1/s/#", "$share/g2/s/+");
    /** At most; a client that takes one message at a time from a long queue, in the slowest world, needs half of it. */
    private static final long CALM = 1_800_000;

    private static final long BIRTH = 120_000;
    private static final long QUIET = 14_000;

    private final long seed;
    private final Scenario scenario;
    private final World world;
    private final Scheduler scheduler;
    private final Invariants invariants;
    private final Disasters disasters;

    Simulation(long seed, Scenario scenario) {
        this.seed = seed;
        this.scenario = scenario;
        this.world = new World(seed, scenario);
        this.scheduler = world.scheduler();
        this.invariants = new Invariants(world, scenario);
        this.disasters = new Disasters(world);
    }

    World world() {
        return world;
    }

    /**
     * Runs it to the end.
     *
     * @throws AssertionError with the seed and the last events, if an invariant does not hold or anything throws
     */
    Simulation run() {
        try {
            form();
            load();
            calm();
            invariants.checkAll();
        } catch (Violation violation) {
            violation.addSuppressed(trace());
            throw violation;
        } catch (RuntimeException | AssertionError failure) {
            AssertionError error = new AssertionError("seed " + seed + ": " + failure, failure);
            error.addSuppressed(trace());
            throw error;
        }
        return this;
    }

    private AssertionError trace() {
        return new AssertionError("seed " + seed + ", " + world.chaos() + "\n"
                + String.join("\n", scheduler.trace().lines()));
    }

    private void form() {
        for (int i = 0; i < scenario.nodes(); i++) {
            world.addHost().startAfter(scheduler.between(0, 1_000));
        }
        every(250, () -> {
            world.grid().tick();
            invariants.checkQueuesBounded();
        });
        every(LeaseWatch.LOOK, world.leases()::look);
        until(
                BIRTH,
                () -> world.nodes().size() == scenario.nodes()
                        && world.nodes().stream().allMatch(SimNode::isReady)
                        && world.grid().isBalanced());
        if (!world.grid().isWhole() || !world.nodes().stream().allMatch(SimNode::isReady)) {
            throw new Violation(Invariant.NOTHING_STUCK, "a node did not become ready");
        }
        addClients();
    }

    private void every(long period, Runnable action) {
        scheduler.after(period, () -> {
            action.run();
            every(period, action);
        });
    }

    private void until(long atMost, BooleanSupplier condition) {
        long end = scheduler.now() + atMost;
        while (scheduler.now() < end && !condition.getAsBoolean()) {
            scheduler.runUntil(scheduler.now() + 100);
        }
    }

    private void addClients() {
        SimClient watcher = add(new SimClient.Traits("watcher", true, 1_000, Qos.EXACTLY_ONCE, 50, false, true));
        watcher.subscribe(TopicFilter.of("will/#"));
        int count = 6 + scheduler.below(10);
        boolean steadyGroups = scheduler.chance(0.5);
        for (int i = 0; i < count; i++) {
            boolean persistent = scheduler.chance(0.6);
            boolean member = (persistent || !steadyGroups) && scheduler.chance(0.4);
            int window = persistent ? (int) scheduler.between(1, scheduler.chance(0.5) ? 5 : 100) : 65_535;
            SimClient client = add(new SimClient.Traits(
                    "c" + i,
                    persistent,
                    window,
                    Qos.of(member ? 1 + scheduler.below(2) : scheduler.below(3)),
                    scheduler.between(0, persistent && scheduler.chance(0.3) ? 1_500 : 40),
                    scheduler.chance(0.5),
                    member && persistent && steadyGroups));
            if (member) {
                join(client, scheduler.pick(GROUPS));
            }
            for (int j = scheduler.below(4); j > 0; j--) {
                client.subscribe(TopicFilter.of(scheduler.pick(FILTERS)));
            }
        }
    }

    private SimClient add(SimClient.Traits traits) {
        SimClient client = new SimClient(world, traits);
        world.clients().add(client);
        return client;
    }

    private void join(SimClient client, String group) {
        TopicFilter filter = TopicFilter.of(group);
        world.book().member(client.traits().id(), filter);
        client.subscribe(filter);
    }

    // ---- load and disasters ----

    private void load() {
        SimClient watcher = world.clients().getFirst();
        until(60_000, () -> {
            if (!watcher.isBusy()) {
                dial(watcher, false);
            }
            return watcher.isIdle();
        });
        long end = scheduler.now() + scenario.load();
        long pace = scheduler.between(2, 25);
        act(end, pace);
        disasters.begin(end);
        scheduler.runUntil(end);
    }

    private void act(long end, long pace) {
        if (scheduler.now() < end) {
            SimClient client = scheduler.pick(world.clients());
            if (client.isBusy()) {
                act(client);
            } else {
                dial(client, !client.traits().keeps() && scheduler.chance(0.1));
            }
            scheduler.after(scheduler.between(0, 2 * pace), () -> act(end, pace));
        }
    }

    private void act(SimClient client) {
        int what = scheduler.below(100);
        if (what < 80) {
            TopicName topic = TopicName.of(scheduler.pick(TOPICS));
            boolean retain = scheduler.chance(0.1);
            client.publish(topic, Qos.of(scheduler.below(3)), retain, retain && scheduler.chance(0.2));
        } else if (what < 88) {
            client.subscribe(TopicFilter.of(scheduler.pick(FILTERS)));
        } else if (what < 92) {
            List<TopicFilter> wanted = client.wanted();
            if (!wanted.isEmpty() && !client.traits().keeps()) {
                client.unsubscribe(scheduler.pick(wanted));
            }
        } else if (what < 95) {
            client.lose();
        } else if (what < 97) {
            client.disconnect();
        } else if (what < 99) {
            dial(client, !client.traits().keeps() && scheduler.chance(0.1));
        }
    }

    private void dial(SimClient client, boolean cleanStart) {
        List<SimNode> ready = world.nodes().stream()
                .filter(node -> node.isReady() && !world.grid().isLeaving(node.incarnation()))
                .toList();
        if (!ready.isEmpty()) {
            client.connect(scheduler.pick(ready), cleanStart);
        }
    }

    // ---- calm ----

    private void calm() {
        scheduler.note("simulation", "calm");
        disasters.calm();
        world.clients().forEach(client -> client.inbound().hurry());
        long end = scheduler.now() + CALM;
        long seen = 0;
        long since = scheduler.now();
        // A slow client is idle between two messages: quiet is when nothing has come for a while.
        while (scheduler.now() < end && scheduler.now() - since < QUIET) {
            if (seen != world.book().activity() || !settled() || !invariants.isQuiet()) {
                since = scheduler.now();
                seen = world.book().activity();
            }
            disasters.startAll();
            for (SimClient client : world.clients()) {
                if (!client.isBusy()) {
                    dial(client, false);
                }
            }
            scheduler.runUntil(scheduler.now() + 200);
        }
        invariants.checkNothingStuck();
    }

    private boolean settled() {
        return world.grid().isBalanced() && world.clients().stream().allMatch(SimClient::isIdle);
    }
}
