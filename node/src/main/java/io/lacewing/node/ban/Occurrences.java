package io.lacewing.node.ban;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts how often something happens to each key within a time. Of at most {@link #KEYS} keys: with more, the one whose time began
 * first is forgotten, so that who makes up keys fills no memory. Thread-safe.
 *
 * @param <K> what it counts for
 */
final class Occurrences<K> {
    static final int KEYS = 10_000;

    private record Count(long since, int number) {}

    private final int most;
    private final long withinNanos;
    private final Map<K, Count> counts = new LinkedHashMap<>();

    /**
     * Counts nothing yet.
     *
     * @param most how often it may happen; positive
     * @param withinNanos in which time, from the first
     */
    Occurrences(int most, long withinNanos) {
        this.most = most;
        this.withinNanos = withinNanos;
    }

    /** It has happened; true if that was once too often, whereupon it is counted from the start. {@code now} as System.nanoTime(). */
    synchronized boolean isTooOften(K key, long now) {
        Count count = counts.get(key);
        if (count == null || now - count.since >= withinNanos) {
            counts.remove(key);
            counts.put(key, new Count(now, 1));
            if (counts.size() > KEYS) {
                counts.remove(counts.keySet().iterator().next());
            }
            return most < 1;
        }
        if (count.number >= most) {
            counts.remove(key);
            return true;
        }
        counts.put(key, new Count(count.since, count.number + 1));
        return false;
    }

    /** How many keys there are counts of. */
    synchronized int size() {
        return counts.size();
    }
}
