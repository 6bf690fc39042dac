package io.lacewing.cluster.core;

/** The time of the input being handled, for all parts of a core. Set by {@link NodeCore} alone. */
final class Now {
    private final SteadyTime steady = new SteadyTime();
    private long wall;

    /** Takes the wall clock and the monotonic one. */
    void advance(long now, long monotonic) {
        wall = now;
        steady.advance(monotonic);
    }

    /** Milliseconds since the epoch, for deadlines that clients gave: may be set back. */
    long wall() {
        return wall;
    }

    /** Milliseconds that never go back, for waiting. */
    long steady() {
        return steady.millis();
    }
}
