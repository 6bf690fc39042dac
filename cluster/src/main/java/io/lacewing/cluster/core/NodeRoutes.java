package io.lacewing.cluster.core;

import io.lacewing.router.Destination.NodeDestination;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the routes of nodes that are gone out of the table and the map, and lets none of them return. */
final class NodeRoutes {
    /** When the map is told a second time to forget a dead node: a store of its may have come late. */
    private static final long FORGET_AGAIN_MILLIS = 30_000;

    private static final int DROPPED = 1024;

    private final long self;
    private final TableSettings settings;
    private final RouteTable routes;
    private final Links links;
    private final Effects effects;

    private View view = new View(List.of(), List.of());
    /** Dead nodes, and when the map is told again. */
    private final Map<Long, Long> forgetAgain = new HashMap<>();
    /** Nodes with routes that are no peers, and since when: they join, or died before this node came. */
    private final Map<Long, Long> strangers = new HashMap<>();
    /** Strangers that were given up: two nodes must not mend each other's tables with what both drop. */
    private final Departed dropped = new Departed(DROPPED);

    NodeRoutes(long self, TableSettings settings, RouteTable routes, Links links, Effects effects) {
        this.self = self;
        this.settings = settings;
        this.routes = routes;
        this.links = links;
        this.effects = effects;
    }

    /** Members come and go; {@code time} in steady milliseconds. */
    void viewChanged(View changed, long time) {
        List<Long> gone = new ArrayList<>();
        for (View.Member member : view.members()) {
            if (!changed.has(member.incarnation())) {
                gone.add(member.incarnation());
            }
        }
        view = changed;
        for (long incarnation : gone) {
            forgetAgain.put(incarnation, time + FORGET_AGAIN_MILLIS);
        }
        if (!gone.isEmpty() && isLowest()) {
            // Those that left a while ago too: the member that told the map of them may just have left itself.
            forgetAgain.keySet().stream().sorted().forEach(this::forget);
        }
        dropDeparted();
    }

    private boolean isLowest() {
        return !view.members().isEmpty() && view.members().getFirst().incarnation() == self;
    }

    private void forget(long incarnation) {
        effects.add(new Effect.ForgetDestination(incarnation));
    }

    private void dropDeparted() {
        for (long incarnation : routes.nodes()) {
            if (links.isDeparted(incarnation)) {
                drop(incarnation);
            }
        }
    }

    private void drop(long incarnation) {
        int count = routes.dropNode(incarnation);
        effects.add(new Effect.Note(
                Effect.Event.ROUTES_OF_DEAD_NODE_DROPPED, count, "node " + Long.toHexString(incarnation)));
    }

    /** True if the route leads to a node that is gone. */
    boolean isDead(TableRecord.Route route) {
        return route.key().destination() instanceof NodeDestination node
                && (links.isDeparted(node.incarnation())
                        || (dropped.has(node.incarnation()) && !links.isPeer(node.incarnation())));
    }

    /** Now and then; {@code time} in steady milliseconds. */
    void sweep(long time) {
        forgetAgain.entrySet().removeIf(entry -> {
            boolean due = entry.getValue() <= time;
            if (due && isLowest()) {
                forget(entry.getKey());
            }
            return due;
        });
        dropDeparted();
        Set<Long> present = new HashSet<>();
        for (long node : routes.nodes()) {
            if (node != self && !links.isPeer(node)) {
                present.add(node);
                if (time - strangers.computeIfAbsent(node, unknown -> time) >= settings.strangerMillis()) {
                    dropped.add(node);
                    drop(node);
                    // Whoever saw it die may have died itself. Should it live, its routes come back by repair.
                    forget(node);
                }
            }
        }
        strangers.keySet().retainAll(present);
    }
}
