package io.lacewing.node.overload;

import java.util.function.Consumer;

/**
 * How long a task waits for one thread. There is always one probe on its way. What is told is the least of the last second: one
 * long turn, or one collection, is no overload. Used by one thread but for the probe, which the measured thread runs.
 */
public final class Lag {
    private static final int SAMPLES = 10;

    private final Consumer<Runnable> thread;
    private final long[] last = new long[SAMPLES];
    private volatile long arrivedAt;
    private long sentAt = -1;
    private long measured;
    private int next;

    /** Of the thread that runs what this is given. It may throw away what comes before it runs. */
    public Lag(Consumer<Runnable> thread) {
        this.thread = thread;
    }

    /**
     * Looks, ten times a second.
     *
     * @param now milliseconds of System.nanoTime(), which the probe reads, too
     * @return milliseconds
     */
    public long look(long now) {
        long arrived = arrivedAt;
        if (sentAt >= 0 && arrived >= sentAt) {
            measured = arrived - sentAt;
            sentAt = -1;
        }
        last[next] = Math.max(measured, sentAt < 0 ? 0 : now - sentAt);
        next = (next + 1) % SAMPLES;
        if (sentAt < 0) {
            sentAt = now;
            thread.accept(() -> arrivedAt = System.nanoTime() / 1_000_000);
        }
        long least = Long.MAX_VALUE;
        for (long sample : last) {
            least = Math.min(least, sample);
        }
        return least;
    }
}
