package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Effect;
import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.NodeMessage;
import io.lacewing.cluster.core.Shards;
import io.lacewing.cluster.core.TableRecord;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteMatch;
import io.lacewing.router.Subscription;
import io.lacewing.router.SubscriptionTrie;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node's connections and transient sessions, and how they reach the core. */
final class NodeRoom {
    private final World world;
    private final SimNode node;
    private final Map<Long, Connection> connections = new TreeMap<>();
    private final Map<Long, Request> requests = new TreeMap<>();
    private final Map<TopicFilter, TreeMap<Long, Subscription>> groups = new TreeMap<>();
    private SubscriptionTrie<Long, Subscription> plain = SubscriptionTrie.empty();
    private RouteIndex routes = RouteIndex.empty();
    private RetainedIndex retained = RetainedIndex.empty();
    private long lastRequest;
    private long lastConnection;
    private long lastRetainedVersion;
    private boolean open = true;

    private record Request(Object what, int shard, Consumer<Answer> reply) {}

    NodeRoom(World world, SimNode node) {
        this.world = world;
        this.node = node;
    }

    boolean isOpen() {
        return open;
    }

    RouteIndex routes() {
        return routes;
    }

    RetainedIndex retained() {
        return retained;
    }

    /** Requests that have no answer yet. */
    int pending() {
        return requests.size();
    }

    List<Connection> connections() {
        return List.copyOf(connections.values());
    }

    /** A client dials. */
    ConnectionId accept(Wire wire) {
        Connection connection =
                new Connection(this, world, new ConnectionId(node.incarnation(), ++lastConnection), wire);
        connections.put(connection.id().number(), connection);
        return connection.id();
    }

    void remove(Connection connection) {
        connections.remove(connection.id().number());
    }

    /** All clients are sent away, but the node goes on. */
    void closeAll() {
        connections().forEach(Connection::close);
    }

    SimNode node() {
        return node;
    }

    /** The process is gone, and everything in it. */
    void stop() {
        open = false;
        connections().forEach(Connection::die);
        connections.clear();
        requests.clear();
    }

    /** What waits, as text. */
    String waits() {
        return requests.toString();
    }

    private long expect(Object what, Consumer<Answer> reply) {
        return expect(what, -1, reply);
    }

    private long expect(Object what, int shard, Consumer<Answer> reply) {
        requests.put(++lastRequest, new Request(what, shard, reply));
        return lastRequest;
    }

    long request(String clientId, ShardOp op, Consumer<Answer> reply) {
        long request = expect(op, Shards.of(clientId, world.scenario().shards()), reply);
        node.input(new Input.Request(request, clientId, op));
        return request;
    }

    /** The connection of an attach is gone. */
    void cancel(long request) {
        node.input(new Input.Cancel(request));
    }

    /** As the gate does. */
    void settle(Consumer<Answer> reply) {
        node.input(new Input.Settle(expect("settle", reply)));
    }

    /** The core's answer. */
    void reply(long request, Answer answer) {
        Request asked = requests.remove(request);
        if (asked == null) {
            throw new AssertionError("request " + request + " of " + node.member() + " was answered twice: " + answer);
        }
        if (answer instanceof Answer.Unavailable) {
            world.book().unavailable();
        } else {
            world.leases().acknowledges(node, asked.what());
        }
        if (answer instanceof Answer.Shard && asked.shard() >= 0) {
            world.book().acknowledgedBy(asked.shard());
        }
        asked.reply().accept(answer);
    }

    /** As the node room does: own transient sessions first, then the core, if there is anybody else. */
    void publish(Message message, @Nullable Consumer<Answer> reply) {
        deliverPlain(message);
        RouteMatch match = routes.match(message.topic());
        Destination self = new NodeDestination(node.incarnation());
        // Of QoS 1 only: at the others a member that is picked twice is noticed as a repetition, before the group is
        // looked at.
        if (world.faults().has(Fault.SHARE_TWICE) && message.qos() == Qos.AT_LEAST_ONCE) {
            match.groups().forEach(group -> passOn(group.filter(), message));
        }
        boolean elsewhere = !match.groups().isEmpty()
                || match.destinations().stream().anyMatch(destination -> !destination.equals(self));
        // Without lease nothing is acknowledged here: the core holds it back.
        if (elsewhere || message.retain() || (reply != null && !node.mayAcknowledge())) {
            node.input(new Input.Publish(reply == null ? 0 : expect(message, reply), message));
            if (world.faults().has(Fault.PUBLISH_TWICE)) {
                node.input(new Input.Publish(0, message));
            }
        } else if (reply != null) {
            world.leases().acknowledges(node, message);
            reply.accept(new Answer.Published(0));
        }
    }

    /** What the core hears raises the clock of versions, so that a later message has a later one. */
    void observe(Input input) {
        switch (input) {
            case Input.FrameReceived(var frame) -> {
                for (NodeMessage message : frame.messages()) {
                    switch (message) {
                        case NodeMessage.Changes changes -> observe(changes.records());
                        case NodeMessage.Ranges ranges -> observe(ranges.records());
                        default -> {}
                    }
                }
            }
            case Input.TablesLoaded loaded -> observe(loaded.records());
            default -> {}
        }
    }

    private void observe(List<TableRecord> records) {
        for (TableRecord entry : records) {
            if (entry instanceof TableRecord.Retained) {
                lastRetainedVersion =
                        Math.max(lastRetainedVersion, entry.version().major());
            }
        }
    }

    void passOn(TopicFilter group, Message message) {
        node.input(new Input.PassOn(group, message));
    }

    /** A transient subscription. */
    void subscribe(Connection connection, Subscription subscription, Consumer<Answer> reply) {
        long number = connection.id().number();
        TopicFilter filter = subscription.filter();
        boolean existed;
        if (filter.isShared()) {
            existed = groups.computeIfAbsent(filter, any -> new TreeMap<>()).put(number, subscription) != null;
        } else {
            existed = plain.get(filter, number) != null;
            plain = plain.with(filter, number, subscription);
        }
        if (world.faults().has(Fault.EARLY_SUBACK)) {
            node.input(new Input.LocalSubscriptions(0, filter, existed ? 0 : 1));
            reply.accept(new Answer.Ok());
        } else {
            node.input(new Input.LocalSubscriptions(expect(filter, reply), filter, existed ? 0 : 1));
        }
    }

    void unsubscribe(Connection connection, TopicFilter filter, Consumer<Answer> reply) {
        long number = connection.id().number();
        if (filter.isShared()) {
            groups.getOrDefault(filter, new TreeMap<>()).remove(number);
        } else {
            plain = plain.without(filter, number);
        }
        node.input(new Input.LocalSubscriptions(expect(filter, reply), filter, -1));
    }

    /** From the core. */
    void deliverLocal(Message message, boolean toPlain, List<TopicFilter> toGroups) {
        if (toPlain) {
            deliverPlain(message);
        }
        for (TopicFilter group : toGroups) {
            TreeMap<Long, Subscription> members = groups.getOrDefault(group, new TreeMap<>());
            if (members.isEmpty()) {
                // The last member has just gone: to somebody elsewhere.
                passOn(group, message);
                continue;
            }
            long number = world.scheduler().pick(List.copyOf(members.keySet()));
            Connection connection = connections.get(number);
            Subscription subscription = members.get(number);
            if (connection != null && subscription != null) {
                connection.write(message, message.qos().min(subscription.qos()), false, group);
            }
        }
    }

    private void deliverPlain(Message message) {
        Map<Long, Qos> matched = new TreeMap<>();
        plain.match(
                message.topic(),
                (number, subscription) ->
                        matched.merge(number, subscription.qos(), (a, b) -> a.compareTo(b) >= 0 ? a : b));
        matched.forEach((number, qos) -> {
            Connection connection = connections.get(number);
            if (connection != null) {
                connection.write(message, message.qos().min(qos), false, null);
            }
        });
    }

    void deliver(Delivery delivery) {
        Connection connection = connections.get(delivery.connection().number());
        if (connection != null) {
            connection.deliver(delivery);
        }
    }

    void takenOver(Effect.CloseConnection close) {
        Connection connection = connections.get(close.number());
        if (connection != null) {
            connection.takenOver();
        } else {
            request(close.clientId(), new ShardOp.Detach(close.clientId(), close.epoch(), true, -1), answer -> {});
        }
    }

    void routes(RouteIndex now) {
        routes = now;
    }

    void retained(RetainedIndex now) {
        retained = now;
    }

    /** The retained messages that a new subscription is owed; none if it is shared [MQTT-3.8.4-4]. */
    List<Message> retained(TopicFilter filter) {
        List<Message> found = new ArrayList<>();
        if (!filter.isShared()) {
            retained.match(filter, found::add);
        }
        return found;
    }

    long nextRetainedVersion() {
        lastRetainedVersion = Math.max(lastRetainedVersion + 1, node.host().wall() << 16);
        return lastRetainedVersion;
    }
}
