package io.lacewing.cluster.core;

import java.util.LinkedHashSet;

/** The incarnations that are gone for good, the latest of them: what still comes from or about them is refused. */
final class Departed {
    private final int bound;
    private final LinkedHashSet<Long> incarnations = new LinkedHashSet<>();

    Departed(int bound) {
        this.bound = bound;
    }

    /** This incarnation is gone. */
    void add(long incarnation) {
        if (incarnations.add(incarnation) && incarnations.size() > bound) {
            incarnations.removeFirst();
        }
    }

    /** True if this incarnation is known to be gone. */
    boolean has(long incarnation) {
        return incarnations.contains(incarnation);
    }
}
