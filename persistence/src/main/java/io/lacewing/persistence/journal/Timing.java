package io.lacewing.persistence.journal;

import java.util.List;

/**
 * How long something took, as a histogram.
 *
 * @param count how many times it was measured
 * @param seconds the sum
 * @param counts how many took at most {@link #BOUNDS} seconds and more than the bound before; one more at the end for those
 *     above the last bound
 */
public record Timing(long count, double seconds, List<Long> counts) {
    /** The upper bounds in seconds. */
    public static final List<Double> BOUNDS =
            List.of(0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5);
}
