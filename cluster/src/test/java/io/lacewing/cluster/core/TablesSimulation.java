package io.lacewing.cluster.core;

import io.lacewing.router.Destination.NodeDestination;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Nodes with {@link Tables}, a bad network, a map that answers late or fails, nodes that join and die, clocks that
 * disagree; all from a seed. Every violation is an {@link AssertionError} that names the invariant.
 */
final class TablesSimulation {
    /** Something broken on purpose, to see that it is noticed. */
    enum Fault {
        NONE,
        /** The network says that more was taken than was. */
        FORGES_ACKNOWLEDGEMENTS,
        /** A node takes changes and leaves them out. */
        SKIPS_CHANGES,
        /** A node's readers see changes only after the acknowledgement has left. */
        PUBLISHES_LATE,
        /** The map answers that it stored, and did not. */
        MAP_LOSES,
        /** The map answers a reader with half of what it has. */
        MAP_READS_HALF,
        /** Greetings are acknowledged but not heeded, and neither is the appearance of the node in the view. */
        NOBODY_GREETS,
        /** Nodes don't hear that others left. */
        DEATHS_UNNOTICED,
        /** Differences are not mended. */
        NO_DIGESTS
    }

    private static final TableSettings SETTINGS =
            new TableSettings(8, 2_000, 4, 100, 1_000, 20_000, 10_000, 3_000, 4, 1_000_000, 1L << 30);
    private static final long SKEW = 200;

    private record Event(long at, long order, Runnable action) {}

    private final Random random;
    private final Fault fault;
    private final TableModel model = new TableModel();
    private final FakeTableMap map = new FakeTableMap();
    private final TreeMap<Long, TablesNode> alive = new TreeMap<>();
    private final TablesLoad load;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private long now = 1_000_000_000;
    private long lastOrder;
    private long lastIncarnation = 100;
    private long answers;
    private long joins;
    private long differences;
    private int vice;

    TablesSimulation(long seed, Fault fault) {
        this.random = new Random(seed);
        this.fault = fault;
        this.load = new TablesLoad(random, model);
        start();
        for (int shard = 0; shard < TablesLoad.SHARDS; shard++) {
            move(shard);
        }
    }

    /** Runs with vices, then until it is quiet, and checks what is left. Returns how many changes were answered. */
    long run(int steps) {
        for (int i = 0; i < steps; i++) {
            if (i % 300 == 0) {
                vice = random.nextInt(4);
            }
            step();
            if (i % 20 == 0) {
                checkOne(any());
            }
            if (i % 500 == 0) {
                model.compact();
            }
        }
        dieWhileTelling();
        vice = 0;
        pass(60_000);
        long before = differences;
        pass(10_000);
        check(differences == before, "digests are equal in the end");
        alive.values().forEach(this::checkQuiet);
        // What a dead node's late store left in the map, the next that joins clears away.
        start();
        pass(20_000);
        alive.values().forEach(this::checkQuiet);
        checkMap();
        return answers;
    }

    /** The last that happens: nobody makes good for what only some were told. */
    private void dieWhileTelling() {
        vice = 3;
        TablesNode node = any();
        if (alive.size() > 1 && node.ready) {
            for (int i = 0; i < 20; i++) {
                load.changeRetained(node, now);
            }
            endOfTurn(node);
            die(node);
        }
    }

    long joins() {
        return joins;
    }

    private void step() {
        int what = random.nextInt(1000);
        if (what < 2 && alive.size() > 1) {
            die(any());
        } else if (what < 5 && alive.size() < 5) {
            start();
        } else if (what < 10) {
            move(random.nextInt(TablesLoad.SHARDS));
        } else if (what < 500) {
            TablesNode node = any();
            int changes = random.nextInt(10) == 0 ? 30 : 1 + random.nextInt(2);
            for (int i = 0; i < changes; i++) {
                load.change(node, now);
            }
            endOfTurn(node);
        } else {
            pass(random.nextInt(30));
        }
    }

    private TablesNode any() {
        return new ArrayList<>(alive.values()).get(random.nextInt(alive.size()));
    }

    // ---- answers ----

    private void answered(TablesNode node, TablesNode.Asked asked) {
        answers++;
        model.answered(asked.key(), asked.version());
        load.answered(asked);
        for (TablesNode each : alive.values()) {
            if (each.ready) {
                checkKey(each, asked.key(), "a change is answered only after every live node has it");
            }
        }
    }

    // ---- life and death ----

    private void start() {
        long skew = random.nextLong(-SKEW, SKEW);
        TablesNode node = new TablesNode(++lastIncarnation, skew, SETTINGS, this::answered);
        alive.put(node.incarnation, node);
        node.tickAt = now;
        membershipChanged();
        tick(node);
        changeView(node);
    }

    private void die(TablesNode node) {
        alive.remove(node.incarnation);
        model.dead(node.incarnation);
        membershipChanged();
        for (int shard : load.shardsOf(node)) {
            move(shard);
        }
    }

    private void membershipChanged() {
        List<View.Member> members =
                alive.keySet().stream().map(each -> new View.Member(each, "n")).toList();
        alive.values().forEach(node -> node.views.add(new View(members, List.of())));
    }

    private void changeView(TablesNode node) {
        View view = node.views.remove();
        if (fault == Fault.NOBODY_GREETS && node.ready) {
            view = new View(
                    view.members().stream()
                            .filter(member -> member.incarnation() <= node.incarnation)
                            .toList(),
                    List.of());
        }
        if (fault != Fault.DEATHS_UNNOTICED || !node.ready) {
            node.links.viewChanged(view);
            node.tables.viewChanged(view);
        }
        endOfTurn(node);
    }

    /** Another node owns the shard now, or the same anew. */
    private void move(int shard) {
        TablesNode owner = any();
        load.move(shard, owner);
        endOfTurn(owner);
    }

    // ---- time ----

    private void at(long delay, Runnable action) {
        events.add(new Event(now + delay, ++lastOrder, action));
    }

    private long delay() {
        return vice == 0 ? 1 : 1 + random.nextInt(vice * 150);
    }

    private void pass(long millis) {
        long end = now + millis;
        while (now < end) {
            now = Math.min(end, now + 10);
            while (!events.isEmpty() && events.element().at() <= now) {
                events.remove().action().run();
            }
            for (TablesNode node : alive.values()) {
                if (!node.views.isEmpty() && (vice == 0 || random.nextInt(50) == 0)) {
                    changeView(node);
                }
                if (now >= node.tickAt) {
                    tick(node);
                }
            }
        }
    }

    private void tick(TablesNode node) {
        node.tickAt = now + 50;
        for (TablesNode other : alive.values()) {
            NodeMessage.Pulse pulse =
                    new NodeMessage.Pulse(0, List.of(), node.tables.isReady(), node.tables.hasOffered(), 0, 1);
            at(delay(), () -> other.majority.pulses.put(node.incarnation, pulse));
        }
        node.links.tick(now + node.skew);
        node.tables.tick(now + node.skew);
        endOfTurn(node);
    }

    // ---- effects ----

    private void endOfTurn(TablesNode node) {
        List<Effect> effects = node.endOfTurn();
        for (Effect effect : effects) {
            if (fault != Fault.PUBLISHES_LATE || random.nextInt(10) > 0) {
                publish(node, effect);
            } else {
                at(300, () -> publish(node, effect));
            }
            carryOut(node, effect);
        }
        if (!node.ready && node.tables.isReady()) {
            node.ready = true;
            joins++;
            checkOne(node);
        }
    }

    private static void publish(TablesNode node, Effect effect) {
        if (effect instanceof Effect.PublishRoutes published) {
            node.routes = published.routes();
        } else if (effect instanceof Effect.PublishRetained published) {
            node.retained = published.retained();
        }
    }

    private void carryOut(TablesNode node, Effect effect) {
        switch (effect) {
            case Effect.Send send -> network(send.frame());
            case Effect.StoreRecords store -> store(node, store);
            case Effect.LoadTables load -> load(node);
            case Effect.KeepRecords keep -> keep(node, keep.keep());
            case Effect.ForgetDestination forget -> at(delay(), () -> map.forget(forget.incarnation()));
            case Effect.PublishRoutes routes -> {}
            case Effect.PublishRetained retained -> {}
            case Effect.Note note -> {
                if (note.event() == Effect.Event.DIGEST_DIFFERS) {
                    differences++;
                }
            }
            default -> throw new AssertionError("not from tables: " + effect);
        }
    }

    private void store(TablesNode node, Effect.StoreRecords store) {
        boolean ok = vice < 2 || random.nextInt(4) > 0;
        long last = 1;
        for (TableRecord record : store.records()) {
            boolean lost = ok ? fault == Fault.MAP_LOSES && random.nextInt(10) == 0 : random.nextBoolean();
            if (!lost) {
                long delay = delay();
                last = Math.max(last, delay);
                at(delay, () -> map.store(record));
            }
        }
        at(last + delay(), () -> {
            if (alive.containsKey(node.incarnation)) {
                node.tables.stored(new Input.RecordsStored(store.store(), ok));
                endOfTurn(node);
            }
        });
    }

    /** The disk answers in the order in which it was given. */
    private void keep(TablesNode node, long number) {
        node.keptAt = Math.max(node.keptAt, now + delay() / 3);
        at(node.keptAt - now, () -> {
            if (alive.containsKey(node.incarnation)) {
                node.tables.kept(new Input.RecordsKept(number));
                endOfTurn(node);
            }
        });
    }

    private void load(TablesNode node) {
        boolean ok = vice < 2 || random.nextInt(4) > 0;
        List<TableRecord> records = new ArrayList<>();
        long one = delay();
        long other = delay();
        if (ok) {
            at(one, () -> records.addAll(map.read(true)));
        }
        if (ok && fault != Fault.MAP_READS_HALF) {
            at(other, () -> records.addAll(map.read(false)));
        }
        at(Math.max(one, other) + delay(), () -> {
            if (alive.containsKey(node.incarnation)) {
                node.tables.loaded(new Input.TablesLoaded(ok, records));
                endOfTurn(node);
            }
        });
    }

    private void network(Frame frame) {
        boolean lost = vice >= 2 && random.nextInt(vice == 2 ? 10 : 3) == 0;
        if (!lost) {
            at(delay(), () -> arrive(frame));
        }
        if (vice >= 1 && random.nextInt(10) == 0) {
            at(delay(), () -> arrive(frame));
        }
    }

    private void arrive(Frame frame) {
        TablesNode node = alive.get(frame.to());
        if (node == null) {
            return;
        }
        long forged = fault == Fault.FORGES_ACKNOWLEDGEMENTS ? 1 : 0;
        List<NodeMessage> messages = node.links.receive(
                new Frame(frame.from(), frame.to(), frame.first(), frame.acknowledged() + forged, frame.messages()));
        for (NodeMessage message : messages) {
            if (!isLeftOut(message)) {
                node.receive(frame.from(), message);
            }
        }
        endOfTurn(node);
    }

    private boolean isLeftOut(NodeMessage message) {
        return (fault == Fault.NO_DIGESTS && message instanceof NodeMessage.Digests digests && !digests.joining())
                || (fault == Fault.NOBODY_GREETS && message instanceof NodeMessage.Hello)
                || (fault == Fault.SKIPS_CHANGES && message instanceof NodeMessage.Changes && random.nextInt(10) == 0);
    }

    // ---- invariants ----

    private void checkOne(TablesNode node) {
        if (node.ready) {
            model.keys().forEach(key -> checkKey(node, key, "who is ready misses nothing, and nothing returns"));
        }
    }

    private void checkKey(TablesNode node, Object key, String invariant) {
        Object seen = TableModel.seen(key, node.routes, node.retained);
        check(
                model.isCurrent(key, seen, now + SKEW),
                invariant + ": " + key + " at " + node.incarnation + " is " + seen);
    }

    private void checkQuiet(TablesNode node) {
        check(node.ready, "a node becomes ready");
        check(node.asked.isEmpty(), "every change is answered");
        checkOne(node);
        for (Object key : model.keys()) {
            check(
                    Objects.equals(
                            TableModel.seen(key, node.routes, node.retained),
                            TableModel.seen(
                                    key,
                                    alive.firstEntry().getValue().routes,
                                    alive.firstEntry().getValue().retained)),
                    "all nodes show the same in the end: " + key);
        }
        node.routes.byDestination().forEach((destination, routes) -> {
            if (destination instanceof NodeDestination to) {
                check(alive.containsKey(to.incarnation()), "no route leads to a dead node");
            }
        });
    }

    private void checkMap() {
        check(!map.hasRoutesBeside(alive.keySet()), "the map has no routes of dead nodes");
        for (Object key : model.keys()) {
            check(model.isCurrent(key, map.value(key), now + SKEW), "the map has what was answered: " + key);
        }
    }

    private static void check(boolean holds, String invariant) {
        if (!holds) {
            throw new AssertionError(invariant);
        }
    }
}
