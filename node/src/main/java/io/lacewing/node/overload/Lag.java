package io.lacewing.node.overload;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How long a task waits for one thread. There is always one probe on its way. What is told is the least of the last five seconds:
 * one long turn, or one collection, or a machine that was busy for a moment, is no overload. Used by one thread but for the probe, which the measured thread runs.
 */
public final class Lag {
    private static final int SAMPLES = 50;

    private final Consumer<Runnable> thread;
    private final LongSupplier clock;
    private final long[] last = new long[SAMPLES];
    private volatile long arrivedAt = Long.MIN_VALUE;
    private long sentAt;
    private boolean underway;
    private long measured;
    private int next;

    /**
     * Of one thread.
     *
     * @param thread runs there what it is given
     * @param clock milliseconds; does not go back. Read by both threads
     */
    public Lag(Consumer<Runnable> thread, LongSupplier clock) {
        this.thread = thread;
        this.clock = clock;
    }

    /** Looks, ten times a second; gives milliseconds. */
    public long look() {
        long now = clock.getAsLong();
        long arrived = arrivedAt;
        if (underway && arrived >= sentAt) {
            measured = arrived - sentAt;
            underway = false;
        }
        last[next] = Math.max(measured, underway ? now - sentAt : 0);
        next = (next + 1) % SAMPLES;
        if (!underway) {
            underway = true;
            sentAt = now;
            thread.accept(() -> arrivedAt = clock.getAsLong());
        }
        long least = Long.MAX_VALUE;
        for (long sample : last) {
            least = Math.min(least, sample);
        }
        return least;
    }
}
