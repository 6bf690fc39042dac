package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.Owed;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

    private static final TableSettings SETTINGS = new TableSettings(8, 2_000, 4, 100, 1_000, 20_000, 10_000, 3_000, 4);
    private static final int SHARDS = 3;
    private static final long SKEW = 200;

    private record Event(long at, long order, Runnable action) {}

    /** What the owner of a shard has to announce, by filter. */
    private static final class Shard {
        private long epoch = 1;
        private long outboxId;
        private long owner;
        private final Map<TopicFilter, Owed.Route> undone = new LinkedHashMap<>();
    }

    private final Random random;
    private final Fault fault;
    private final TableModel model = new TableModel();
    private final FakeTableMap map = new FakeTableMap();
    private final TreeMap<Long, TablesNode> alive = new TreeMap<>();
    private final List<Shard> shards = new ArrayList<>();
    private final Map<RouteKey, Integer> localCounts = new HashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private long now = 1_000_000_000;
    private long lastOrder;
    private long lastIncarnation = 100;
    private long lastRequest;
    private long answers;
    private long joins;
    private long differences;
    private int vice;

    TablesSimulation(long seed, Fault fault) {
        this.random = new Random(seed);
        this.fault = fault;
        start();
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new Shard());
        }
        shards.forEach(this::findOwner);
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
                changeRetained(node);
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
            findOwner(shards.get(random.nextInt(SHARDS)));
        } else if (what < 500) {
            TablesNode node = any();
            int changes = random.nextInt(10) == 0 ? 30 : 1 + random.nextInt(2);
            for (int i = 0; i < changes; i++) {
                change(node);
            }
            endOfTurn(node);
        } else {
            pass(random.nextInt(30));
        }
    }

    private TablesNode any() {
        return new ArrayList<>(alive.values()).get(random.nextInt(alive.size()));
    }

    // ---- changes ----

    private void change(TablesNode node) {
        if (!node.ready) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> changeLocal(node);
            case 1 -> changeShard(node);
            default -> changeRetained(node);
        }
    }

    private TopicFilter anyFilter() {
        int number = random.nextInt(6);
        return TopicFilter.of(number % 2 == 0 ? "a/" + number + "/+" : "$share/g" + number + "/b/#");
    }

    private void changeLocal(TablesNode node) {
        TopicFilter filter = anyFilter();
        RouteKey key = new RouteKey(new NodeDestination(node.incarnation), filter);
        int before = localCounts.getOrDefault(key, 0);
        int delta = before > 0 && random.nextBoolean() ? -random.nextInt(before + 1) : random.nextInt(3);
        int after = before + delta;
        localCounts.put(key, after);
        long request = ++lastRequest;
        RouteValue value = filter.isShared() ? new RouteValue(after, 0) : RouteValue.PLAIN;
        ask(node, new Token.RoutePart(request), key, new Version(0, request), after == 0 ? null : value);
        node.tables.localSubscriptions(request, filter, delta);
    }

    private void changeShard(TablesNode node) {
        int number = random.nextInt(SHARDS);
        Shard shard = shards.get(number);
        if (shard.owner != node.incarnation) {
            return;
        }
        TopicFilter filter = anyFilter();
        long id = ++shard.outboxId;
        int online = random.nextInt(3) == 0 ? 0 : (int) id;
        Owed.Route owed = new Owed.Route(id, shard.epoch, filter, online, 0);
        shard.undone.put(filter, owed);
        announce(node, number, owed);
    }

    private void announce(TablesNode node, int shard, Owed.Route owed) {
        RouteKey key = new RouteKey(new ShardDestination(shard), owed.filter());
        RouteValue value = owed.filter().isShared() ? new RouteValue(owed.online(), 0) : RouteValue.PLAIN;
        Token token = new Token.OwedPart(shard, shards.get(shard).epoch, owed.id());
        ask(node, token, key, new Version(owed.epoch(), owed.id()), owed.online() == 0 ? null : value);
        node.tables.announce(shard, owed, token);
    }

    private void changeRetained(TablesNode node) {
        TopicName topic = TopicName.of("t/" + random.nextInt(40));
        byte[] payload = random.nextInt(3) == 0
                ? new byte[0]
                : Long.toString(++lastRequest).getBytes(StandardCharsets.US_ASCII);
        long expiresAt = random.nextInt(4) == 0 ? now + random.nextInt(5_000) : Message.NEVER;
        Message message = node.tables.stamped(
                new Message(topic, payload, Qos.AT_LEAST_ONCE, true, expiresAt, new byte[0], null, 0));
        Version version = new Version(message.retainedVersion(), node.incarnation);
        Version last = model.answered(topic);
        check(last == null || last.compareTo(version) < 0, "a message is newer than what was answered before it");
        Token token = new Token.PublishPart(++lastRequest);
        ask(node, token, topic, version, payload.length == 0 ? null : message);
        node.tables.retain(message, token);
    }

    private void ask(TablesNode node, Token token, Object key, Version version, @Nullable Object value) {
        model.issued(key, version, value);
        node.asked.put(token, new TablesNode.Asked(key, version));
    }

    private void answered(TablesNode node, TablesNode.Asked asked) {
        answers++;
        model.answered(asked.key(), asked.version());
        if (asked.key() instanceof RouteKey key && key.destination() instanceof ShardDestination to) {
            Map<TopicFilter, Owed.Route> undone = shards.get(to.shard()).undone;
            Owed.Route owed = undone.get(key.filter());
            if (owed != null && owed.id() == asked.version().minor()) {
                undone.remove(key.filter());
            }
        }
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
        for (Shard shard : shards) {
            if (shard.owner == node.incarnation) {
                findOwner(shard);
            }
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

    private void findOwner(Shard shard) {
        TablesNode owner = any();
        shard.owner = owner.incarnation;
        shard.epoch++;
        int number = shards.indexOf(shard);
        List.copyOf(shard.undone.values()).forEach(owed -> announce(owner, number, owed));
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
            case Effect.ForgetDestination forget -> at(delay(), () -> map.forget(forget.incarnation()));
            case Effect.PublishRoutes routes -> {}
            case Effect.PublishRetained retained -> {}
            case Effect.Ready ready -> {
                node.ready = true;
                joins++;
                checkOne(node);
            }
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
        return (fault == Fault.NO_DIGESTS && message instanceof NodeMessage.Digests)
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
