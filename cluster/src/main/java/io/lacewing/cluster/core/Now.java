package io.lacewing.cluster.core;

/** The time of the input being handled, for all parts of a core. Set by {@link NodeCore} alone. */
final class Now {
    private final SteadyTime steady = new SteadyTime();
    private long wall;
    private long monotonic;

    /** Takes the wall clock and the monotonic one. */
    void advance(long now, long steadily) {
        wall = now;
        monotonic = steadily;
        steady.advance(steadily);
    }

    /** Milliseconds since the epoch, for deadlines that clients gave: may be set back. */
    long wall() {
        return wall;
    }

    /** Milliseconds of the monotonic clock, for leases: they go on while the process stands still. */
    long monotonic() {
        return monotonic;
    }

    /** Milliseconds that never go back, for waiting: a pause of the process counts as a short step. */
    long steady() {
        return steady.millis();
    }
}
