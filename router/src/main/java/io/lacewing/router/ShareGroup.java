package io.lacewing.router;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one shared subscription (4.8.2), which is a group name and a topic filter: the destinations where
 * members live, in their order, and how many. Immutable. Two arrays, because a group is read with every message and has
 * at most as many destinations as there are nodes and shards.
 */
public final class ShareGroup {
    private final TopicFilter filter;
    private final Destination[] destinations;
    private final RouteValue[] values;
    private final long online;
    private final long offline;

    private ShareGroup(TopicFilter filter, Destination[] destinations, RouteValue[] values) {
        this.filter = filter;
        this.destinations = destinations;
        this.values = values;
        long on = 0;
        long off = 0;
        for (RouteValue value : values) {
            on += value.online();
            off += value.offline();
        }
        this.online = on;
        this.offline = off;
    }

    /** A group with members at one destination. */
    static ShareGroup of(TopicFilter filter, Destination destination, RouteValue value) {
        return new ShareGroup(filter, new Destination[] {destination}, new RouteValue[] {value});
    }

    /** The same group with {@code value} for {@code destination}. */
    ShareGroup with(Destination destination, RouteValue value) {
        int index = Arrays.binarySearch(destinations, destination);
        if (index >= 0) {
            RouteValue[] changed = values.clone();
            changed[index] = value;
            return new ShareGroup(filter, destinations, changed);
        }
        int at = -index - 1;
        return new ShareGroup(
                filter, Collision.inserted(destinations, at, destination), Collision.inserted(values, at, value));
    }

    /** The same group without {@code destination}, or null if no other is left. */
    @Nullable
    ShareGroup without(Destination destination) {
        int index = Arrays.binarySearch(destinations, destination);
        if (index < 0) {
            return this;
        }
        if (destinations.length == 1) {
            return null;
        }
        return new ShareGroup(filter, Collision.removed(destinations, index), Collision.removed(values, index));
    }

    /** The filter with {@code $share/group/}. */
    public TopicFilter filter() {
        return filter;
    }

    /** At how many destinations members live: at least 1. */
    public int size() {
        return destinations.length;
    }

    /** The destination at {@code index}, 0 to {@link #size()} - 1, in ascending order. */
    public Destination destination(int index) {
        return destinations[index];
    }

    /** The members at {@link #destination(int)}. */
    public RouteValue members(int index) {
        return values[index];
    }

    /** Connected members at all destinations. */
    public long online() {
        return online;
    }

    /** Waiting members at all destinations. */
    public long offline() {
        return offline;
    }

    @Override
    public String toString() {
        return filter + " at " + Arrays.toString(destinations) + " with " + Arrays.toString(values);
    }
}
