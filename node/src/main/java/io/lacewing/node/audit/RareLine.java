package io.lacewing.node.audit;

import java.util.function.Supplier;

/**
 * At most so many lines in a time, and the number of those that were left out with the next: what clients do must not fill the
 * disk. Thread-safe.
 */
public final class RareLine {
    /** What {@link #take} says where there is to be no line. */
    public static final long NONE = -1;

    /** The time of a line in the log of the broker. */
    public static final long INTERVAL_NANOS = 10_000_000_000L;

    private final int most;
    private final long interval;
    private long since = Long.MIN_VALUE;
    private boolean begun;
    private int told;
    private long leftOut;

    /** One line in {@link #INTERVAL_NANOS}. */
    public RareLine() {
        this(1, INTERVAL_NANOS);
    }

    /** At most {@code most} lines in {@code interval} nanoseconds, from the first of them. */
    RareLine(int most, long interval) {
        this.most = most;
        this.interval = interval;
    }

    /** The line with how many were left out before it; empty if it is left out itself. */
    public String line(long now, Supplier<String> line) {
        long before = take(now);
        return before == NONE ? "" : line.get() + more(before);
    }

    /**
     * Something is to be told.
     *
     * @param now as System.nanoTime()
     * @return {@link #NONE} if it is left out; else how many were since the last line
     */
    public synchronized long take(long now) {
        if (!begun || now - since >= interval) {
            begun = true;
            since = now;
            told = 0;
        }
        if (told == most) {
            leftOut++;
            return NONE;
        }
        told++;
        return takeLeftOut();
    }

    /** How many were left out, if a line may be told now that says only that; else 0. */
    synchronized long rest(long now) {
        return leftOut > 0 && now - since >= interval ? take(now) : 0;
    }

    /** How many were left out since the last line; from now on they count as told. */
    synchronized long takeLeftOut() {
        long since = leftOut;
        leftOut = 0;
        return since;
    }

    /** How a line ends that tells of those before it, for people. */
    public static String more(long leftOut) {
        return leftOut == 0 ? "" : " (and " + leftOut + " more since the last such line)";
    }
}
