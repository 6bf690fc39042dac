package io.lacewing.node.overload;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How long a task waits for one thread. There is always one probe on its way. What is told is the least of the last five seconds
 * and of the last three probes: a thread that has more to do than it can is late each time, while one long turn, one collection or
 * a machine that stands still for a moment delays one probe, however long it takes. A probe that is on its way for half a minute
 * counts alone, as that is no moment.
 *
 * <p>The time is that of the one who looks: what passes between two looks counts for two tenths of a second at most. If the
 * looks come late, the machine or the whole process has stood still, and the thread could not have run either; that is nothing
 * that fewer clients would mend. Used by one thread but for the probe, which the measured thread runs.
 */
public final class Lag {
    private static final int SAMPLES = 50;
    private static final int PROBES = 3;
    private static final long LONGEST_STEP_MILLIS = 200;
    private static final long STANDSTILL_MILLIS = 30_000;

    private final Consumer<Runnable> thread;
    private final LongSupplier clock;
    private final long[] samples = new long[SAMPLES];
    private final long[] probes = new long[PROBES];
    private volatile long arrivedAt = Long.MIN_VALUE;
    private long sentAt;
    private boolean underway;
    private long lookedAt;

    /** How long the last probe is on its way, or was. */
    private long waited;

    private int looks;
    private int arrivals;

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
        if (underway) {
            waited += Math.min(now - lookedAt, LONGEST_STEP_MILLIS);
            arrive();
        }
        lookedAt = now;
        long last = probes[Math.floorMod(arrivals - 1, PROBES)];
        samples[looks] = underway ? Math.max(last, waited) : last;
        looks = (looks + 1) % SAMPLES;
        boolean standsStill = underway && waited >= STANDSTILL_MILLIS;
        if (!underway) {
            send(now);
        }
        return standsStill ? least(samples) : Math.min(least(samples), least(probes));
    }

    private void send(long now) {
        underway = true;
        sentAt = now;
        waited = 0;
        thread.accept(() -> arrivedAt = clock.getAsLong());
    }

    private void arrive() {
        long arrived = arrivedAt;
        if (arrived >= sentAt) {
            underway = false;
            probes[arrivals] = Math.min(arrived - sentAt, waited);
            arrivals = (arrivals + 1) % PROBES;
        }
    }

    private static long least(long[] of) {
        return Arrays.stream(of).min().orElse(0);
    }
}
