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
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random changes of the shared tables: routes of nodes, routes of shards that change their owner, retained messages. */
final class TablesLoad {
    static final int SHARDS = 3;

    /** What the owner of a shard has to announce, by filter. */
    private static final class Shard {
        private long epoch = 1;
        private long outboxId;
        private long owner;
        private final Map<TopicFilter, Owed.Route> undone = new LinkedHashMap<>();
    }

    private final Random random;
    private final TableModel model;
    private final List<Shard> shards = new ArrayList<>();
    private final Map<RouteKey, Integer> localCounts = new HashMap<>();
    private long lastRequest;

    TablesLoad(Random random, TableModel model) {
        this.random = random;
        this.model = model;
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new Shard());
        }
    }

    /** Asks for a change of any kind, if the node takes any yet. */
    void change(TablesNode node, long now) {
        if (!node.ready) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> changeLocal(node);
            case 1 -> changeShard(node);
            default -> changeRetained(node, now);
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

    /** Asks for a change of a retained message. */
    void changeRetained(TablesNode node, long now) {
        TopicName topic = TopicName.of("t/" + random.nextInt(40));
        byte[] payload = random.nextInt(3) == 0
                ? new byte[0]
                : Long.toString(++lastRequest).getBytes(StandardCharsets.US_ASCII);
        long expiresAt = random.nextInt(4) == 0 ? now + random.nextInt(5_000) : Message.NEVER;
        Message message = node.tables.stamped(
                new Message(topic, payload, Qos.AT_LEAST_ONCE, true, expiresAt, new byte[0], null, 0));
        Version version = new Version(message.retainedVersion(), node.incarnation);
        Version last = model.answered(topic);
        if (last != null && last.compareTo(version) >= 0) {
            throw new AssertionError("a message is newer than what was answered before it");
        }
        Token token = new Token.PublishPart(++lastRequest);
        ask(node, token, topic, version, payload.length == 0 ? null : message);
        node.tables.retain(message, token);
    }

    private void ask(TablesNode node, Token token, Object key, Version version, @Nullable Object value) {
        model.issued(key, version, value);
        node.asked.put(token, new TablesNode.Asked(key, version));
    }

    /** An outbox entry is done. */
    void answered(TablesNode.Asked asked) {
        if (asked.key() instanceof RouteKey key && key.destination() instanceof ShardDestination to) {
            Map<TopicFilter, Owed.Route> undone = shards.get(to.shard()).undone;
            Owed.Route owed = undone.get(key.filter());
            if (owed != null && owed.id() == asked.version().minor()) {
                undone.remove(key.filter());
            }
        }
    }

    /** The shards of a node. */
    List<Integer> shardsOf(TablesNode node) {
        List<Integer> owned = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            if (shards.get(i).owner == node.incarnation) {
                owned.add(i);
            }
        }
        return owned;
    }

    /** Gives a shard to another owner, which announces again what is not done. */
    void move(int number, TablesNode owner) {
        Shard shard = shards.get(number);
        shard.owner = owner.incarnation;
        shard.epoch++;
        List.copyOf(shard.undone.values()).forEach(owed -> announce(owner, number, owed));
    }
}
