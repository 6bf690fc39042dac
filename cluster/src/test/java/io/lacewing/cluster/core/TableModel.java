package io.lacewing.cluster.core;

import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteKey;
import io.lacewing.router.TopicName;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was ever asked of the shared tables and what was answered: whoever is ready must show, for each key, what was
 * answered last or something newer.
 */
final class TableModel {
    /** What a key was to become, by version; an empty box is a removal. */
    private record Box(@Nullable Object value) {}

    private final Map<Object, TreeMap<Version, Box>> issued = new HashMap<>();
    private final Map<Object, Version> answered = new HashMap<>();

    void issued(Object key, Version version, @Nullable Object value) {
        issued.computeIfAbsent(key, unknown -> new TreeMap<>()).put(version, new Box(value));
    }

    void answered(Object key, Version version) {
        answered.merge(key, version, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }

    /** The highest version that was answered, or null. */
    @Nullable
    Version answered(Object key) {
        return answered.get(key);
    }

    Set<Object> keys() {
        return issued.keySet();
    }

    /** The routes of a dead node are nobody's concern. */
    void dead(long incarnation) {
        issued.keySet().removeIf(key -> leadsTo(key, incarnation));
        answered.keySet().removeIf(key -> leadsTo(key, incarnation));
    }

    static boolean leadsTo(Object key, long incarnation) {
        return key instanceof RouteKey route && route.destination().equals(new NodeDestination(incarnation));
    }

    /** What indexes show for a key. */
    static @Nullable Object seen(Object key, RouteIndex routes, RetainedIndex retained) {
        return key instanceof RouteKey route ? routes.get(route) : retained.get((TopicName) key);
    }

    /** True if {@code seen} is what was answered last for the key, or newer; messages may have expired at {@code now}. */
    boolean isCurrent(Object key, @Nullable Object seen, long now) {
        Version least = answered.get(key);
        TreeMap<Version, Box> versions = issued.getOrDefault(key, new TreeMap<>());
        if (least == null) {
            return seen == null || versions.containsValue(new Box(seen));
        }
        for (Box box : versions.tailMap(least, true).values()) {
            boolean expired = box.value() instanceof Message message && message.isExpired(now);
            if (Objects.equals(box.value(), seen) || (expired && seen == null)) {
                return true;
            }
        }
        return false;
    }

    /** Forgets versions that can't be seen any more, so that long runs stay fast. */
    void compact() {
        answered.forEach((key, version) -> {
            TreeMap<Version, Box> versions = issued.get(key);
            if (versions != null) {
                versions.headMap(version, false).clear();
            }
        });
    }
}
