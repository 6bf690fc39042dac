package io.lacewing.cluster.runtime;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A hybrid logical clock: versions grow with the wall clock, and are always higher than every version seen, so that a
 * retained message published after another was acknowledged anywhere replaces it, however the nodes' clocks differ. Any
 * thread.
 */
public final class VersionClock {
    private static final int COUNTER_BITS = 16;

    private final LongSupplier wallMillis;
    private final AtomicLong last = new AtomicLong();

    /** A clock over a wall clock in milliseconds since the epoch. */
    public VersionClock(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    /**
     * The next version; higher than all before and all {@link #observe}d. Always even: odd ones are the core's own, for wills,
     * so that two threads of one node never give out the same.
     */
    public long next() {
        long wall = wallMillis.getAsLong() << COUNTER_BITS;
        return last.updateAndGet(version -> (Math.max(version + 1, wall) + 1) & ~1L);
    }

    /** Another node used this version. */
    public void observe(long version) {
        last.accumulateAndGet(version, Math::max);
    }
}
