package io.lacewing.cluster.core;

import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicFilter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the subscriptions of this node's transient sessions by filter, and makes of them the routes to this node: a
 * plain one comes with the first subscription and goes with the last; a share group's tells each count.
 */
final class LocalRoutes {
    private final NodeDestination self;
    private final Map<TopicFilter, Integer> counts = new HashMap<>();
    private long number;

    LocalRoutes(long self) {
        this.self = new NodeDestination(self);
    }

    /** The key of this node's route for {@code filter}. */
    RouteKey key(TopicFilter filter) {
        return new RouteKey(self, filter);
    }

    /**
     * Counts {@code delta} more subscriptions of {@code filter}.
     *
     * @return the route as it has to be announced now, or null if nothing changes for others
     * @throws IllegalArgumentException if more are taken away than there were
     */
    TableRecord.@Nullable Route change(TopicFilter filter, int delta) {
        int before = counts.getOrDefault(filter, 0);
        int after = before + delta;
        if (after < 0) {
            throw new IllegalArgumentException(before + " subscriptions of " + filter + " and " + delta);
        }
        if (after == 0) {
            counts.remove(filter);
        } else {
            counts.put(filter, after);
        }
        boolean announce = filter.isShared() ? before != after : (before == 0) != (after == 0);
        if (!announce) {
            return null;
        }
        RouteValue value = filter.isShared() ? new RouteValue(after, 0) : RouteValue.PLAIN;
        return new TableRecord.Route(key(filter), new Version(0, ++number), after == 0 ? null : value);
    }
}
