package io.lacewing.cluster.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The last things that happened, and a hash over all of them, by which two runs of a seed are compared. Things are kept
 * as they are and become text only when a failure is shown.
 */
final class Trace {
    private final Entry[] ring;
    private long count;

    Trace(int kept) {
        this.ring = new Entry[kept];
    }

    private record Entry(long time, String who, Object what) {}

    void add(long time, String who, Object what) {
        ring[(int) (count++ % ring.length)] = new Entry(time, who, what);
    }

    /** How many things happened. */
    long count() {
        return count;
    }

    /** The last things, oldest first, one in a line. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - ring.length); i < count; i++) {
            Entry entry = ring[(int) (i % ring.length)];
            lines.add(String.format("%9d %-10s %s", entry.time, entry.who, Words.of(entry.what)));
        }
        return lines;
    }
}
