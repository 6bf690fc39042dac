package io.lacewing.cluster.core;

/**
 * Milliseconds that only go forward, made of a wall clock that may be set back or forth. A step of the wall clock, or a
 * pause of the process, counts as one short step: during a pause nobody could be heard, so it is no silence of others.
 */
final class SteadyTime {
    private static final long LONGEST_STEP = 500;

    private long wall = Long.MIN_VALUE;
    private long steady;

    /** Takes the wall clock's {@code now}. */
    void advance(long now) {
        if (wall != Long.MIN_VALUE) {
            steady += Math.clamp(now - wall, 0, LONGEST_STEP);
        }
        wall = now;
    }

    /** Milliseconds since the first {@link #advance}. */
    long millis() {
        return steady;
    }
}
