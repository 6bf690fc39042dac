package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Shards;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.Map;
import java.util.Set;
import java.util.HashSet;
import java.util.Objects;
import java.util.TreeMap;

/** What is checked when a run has become calm. */
final class Invariants {
    private final World world;
    private final Scenario scenario;

    Invariants(World world, Scenario scenario) {
        this.world = world;
        this.scenario = scenario;
    }

    void checkAll() {
        checkNothingStuck();
        checkAcknowledgedReaches();
        world.book().checkWills();
        world.book().checkGroups();
        checkTablesEqual();
        checkCopiesEqual();
        checkQueuesBounded();
    }

    /** True if nothing is under way in any node. */
    boolean isQuiet() {
        for (SimNode node : world.nodes()) {
            if (!node.isReady() || node.room().pending() > 0) {
                return false;
            }
        }
        for (int shard = 0; shard < scenario.shards(); shard++) {
            Replica owner = world.copies().get(world.grid().placement(shard).owner(), shard);
            if (owner == null || !owner.shard().outbox().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** {@link Invariant#NOTHING_STUCK}. */
    void checkNothingStuck() {
        checkWhole();
        for (SimNode node : world.nodes()) {
            if (!node.isReady()) {
                throw new Violation(Invariant.NOTHING_STUCK, node.member() + " is not ready");
            }
            if (node.room().pending() > 0) {
                throw new Violation(
                        Invariant.NOTHING_STUCK,
                        node.member() + " still waits for "
                                + Words.of(node.room().waits()));
            }
        }
        for (SimClient client : world.clients()) {
            if (!client.isIdle()) {
                throw new Violation(Invariant.NOTHING_STUCK, client.waitsFor());
            }
        }
        for (int shard = 0; shard < scenario.shards(); shard++) {
            Replica owner = world.copies().get(world.grid().placement(shard).owner(), shard);
            if (owner == null) {
                throw new Violation(Invariant.NOTHING_STUCK, "shard " + shard + " is not open");
            }
            if (!owner.shard().outbox().isEmpty()) {
                throw new Violation(
                        Invariant.NOTHING_STUCK,
                        "shard " + shard + " still owes " + owner.shard().outbox());
            }
        }
    }

    private void checkWhole() {
        for (SimHost host : world.hosts()) {
            SimNode node = host.node();
            if (node == null || world.grid().partOf(node.incarnation()) == null) {
                throw new Violation(Invariant.NOTHING_STUCK, host + " has not joined");
            }
        }
        if (!world.grid().isBalanced()) {
            throw new Violation(
                    Invariant.NOTHING_STUCK,
                    "the grid: "
                            + world.grid().parts().stream().map(GridPart::homes).toList());
        }
    }

    /** {@link Invariant#ACKNOWLEDGED_REACHES_SESSIONS} and {@link Invariant#SUBACK_THEN_DELIVERED}. */
    void checkAcknowledgedReaches() {
        for (SimClient client : world.clients()) {
            for (Publication publication : client.inbound().expected().values()) {
                if (publication.isAcked()) {
                    Invariant which = client.traits().persistent()
                            ? Invariant.ACKNOWLEDGED_REACHES_SESSIONS
                            : Invariant.SUBACK_THEN_DELIVERED;
                    throw new Violation(
                            which,
                            publication + " did not reach " + client.traits().id());
                }
            }
        }
    }

    /** {@link Invariant#TABLES_EQUAL}. */
    void checkTablesEqual() {
        SimNode first = world.nodes().getFirst();
        for (SimNode node : world.nodes()) {
            checkSame(
                    node,
                    "routes",
                    routes(node.room().routes()),
                    routes(first.room().routes()));
            checkSame(
                    node,
                    "retained",
                    retained(node.room().retained()).toString(),
                    retained(first.room().retained()).toString());
            checkRoutesComplete(node);
            world.book().retained().check(node, node.room().retained());
        }
        checkMapKnows(first);
    }

    private static void checkSame(SimNode node, String table, String here, String there) {
        if (!here.equals(there)) {
            throw new Violation(
                    Invariant.TABLES_EQUAL,
                    table + " at " + node.member() + " is\n" + here + "\nand elsewhere it is\n" + there);
        }
    }

    /**
     * What the map has of routes is what the nodes have. It may lack some that somebody is subscribed by, and may know other
     * retained messages: {@link KnownGap#MAP_DIFFERS_FROM_NODES}.
     */
    private void checkMapKnows(SimNode node) {
        Set<RouteKey> known = new HashSet<>();
        for (var route : world.grid().parts().getFirst().rows().routes()) {
            known.add(route.key());
            RouteValue here = node.room().routes().get(route.key());
            if (!Objects.equals(route.value(), here)) {
                throw new Violation(
                        Invariant.TABLES_EQUAL, "the map has " + route + ", and " + node.member() + " has " + here);
            }
        }
        node.room()
                .routes()
                .byDestination()
                .forEach((destination, routes) -> routes.forEach((filter, value) -> {
                    if (!known.contains(new RouteKey(destination, filter)) && !isSubscribed(destination, filter)) {
                        throw new Violation(
                                Invariant.TABLES_EQUAL,
                                node.member() + " has " + filter + " for " + destination
                                        + ", which the map does not have and" + " nobody is subscribed by");
                    }
                }));
    }

    private boolean isSubscribed(Destination destination, TopicFilter filter) {
        return world.clients().stream()
                .filter(client -> switch (destination) {
                    case ShardDestination(int shard) -> client.traits().persistent() && shardOf(client) == shard;
                    case NodeDestination to -> !client.traits().persistent();
                })
                .anyMatch(client -> client.isDoubtful() || client.confirmed().contains(filter));
    }

    private static String routes(RouteIndex index) {
        TreeMap<Destination, TreeMap<TopicFilter, String>> sorted = new TreeMap<>();
        index.byDestination()
                .forEach((destination, filters) ->
                        filters.forEach((filter, value) -> sorted.computeIfAbsent(destination, any -> new TreeMap<>())
                                .put(filter, value.toString())));
        return sorted.toString();
    }

    private static Map<TopicName, Long> retained(RetainedIndex index) {
        Map<TopicName, Long> versions = new TreeMap<>();
        index.match(TopicFilter.of("#"), message -> versions.put(message.topic(), message.retainedVersion()));
        return versions;
    }

    /** Each subscription that a client was told of is routed from every node. */
    private void checkRoutesComplete(SimNode node) {
        for (SimClient client : world.clients()) {
            for (TopicFilter filter : client.confirmed()) {
                boolean routed = client.traits().persistent()
                        ? isRouted(node, new ShardDestination(shardOf(client)), filter)
                        : isRoutedToAnyNode(node, filter);
                if (!routed && !client.isDoubtful()) {
                    throw new Violation(
                            Invariant.TABLES_EQUAL,
                            filter + " of " + client.traits().id() + " is not routed from " + node.member());
                }
            }
        }
    }

    private boolean isRoutedToAnyNode(SimNode from, TopicFilter filter) {
        return world.nodes().stream().anyMatch(node -> isRouted(from, new NodeDestination(node.incarnation()), filter));
    }

    private static boolean isRouted(SimNode from, Destination to, TopicFilter filter) {
        return from.room().routes().routes(to).containsKey(filter);
    }

    private int shardOf(SimClient client) {
        return Shards.of(client.traits().id(), scenario.shards());
    }

    /** {@link Invariant#COPIES_EQUAL}. */
    void checkCopiesEqual() {
        for (int shard = 0; shard < scenario.shards(); shard++) {
            Placement at = world.grid().placement(shard);
            Replica owner = Objects.requireNonNull(world.copies().get(at.owner(), shard));
            for (long backup : at.backups()) {
                Replica copy = world.copies().get(backup, shard);
                if (copy == null || copy.sequence() != owner.sequence() || copy.hash() != owner.hash()) {
                    throw new Violation(Invariant.COPIES_EQUAL, "shard " + shard + " differs at " + backup);
                }
            }
        }
    }

    /** {@link Invariant#QUEUES_BOUNDED}: what is over the bound comes from one batch and from what may not be refused. */
    void checkQueuesBounded() {
        for (int shard = 0; shard < scenario.shards(); shard++) {
            Placement at = world.grid().placement(shard);
            Replica owner = world.copies().get(at.owner(), shard);
            if (owner != null && owner.shard().bytes() / 2 > scenario.limits().maxBytes()) {
                throw new Violation(
                        Invariant.QUEUES_BOUNDED,
                        "shard " + shard + " holds " + owner.shard().bytes() + " bytes");
            }
        }
    }
}
