package io.lacewing.node.overload;

import java.util.Locale;

/**
 * What was measured at one moment. Parts are of the whole: 1.0 is all there is.
 *
 * @param heap the part of the heap that was in use after it was last collected
 * @param direct the part of the memory outside the heap that network buffers have
 * @param buffers the part of {@code overload.maxBufferedBytes} that clients take
 * @param sessions the part of {@code overload.maxTransientBytes} that clients take
 * @param lagMillis how long a task waits for the slowest event loop, or for the core
 */
public record Sample(double heap, double direct, double buffers, double sessions, long lagMillis) {
    /** Nothing at all. */
    public static final Sample IDLE = new Sample(0, 0, 0, 0, 0);

    /** The largest part. */
    double fullest() {
        return Math.max(Math.max(heap, direct), Math.max(buffers, sessions));
    }

    /** The name of the largest part. */
    String fullestName() {
        double most = fullest();
        if (heap == most) {
            return "heap";
        }
        if (direct == most) {
            return "direct memory";
        }
        return buffers == most ? "network buffers" : "transient sessions";
    }

    /** All parts in one line for people, the fullest first by its name. */
    String describe() {
        return String.format(
                Locale.ROOT,
                "most of all %s; heap after collection %.0f %%, direct memory %.0f %%, network buffers %.0f %% and"
                        + " transient sessions %.0f %% of their budgets, lag %d ms",
                fullestName(),
                100 * heap,
                100 * direct,
                100 * buffers,
                100 * sessions,
                lagMillis);
    }
}
