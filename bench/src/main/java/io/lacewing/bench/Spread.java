package io.lacewing.bench;

import java.util.Arrays;
import java.util.Locale;

/** What several rounds gave: the middle of them, and how far they lie apart. */
final class Spread {
    private Spread() {}

    /** The median; of an even number the mean of the two in the middle. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** As {@code 0.52 (0.47-0.60)}: the median, the least and the most. */
    static String text(double[] values, int decimals) {
        double least = Arrays.stream(values).min().orElseThrow();
        double most = Arrays.stream(values).max().orElseThrow();
        String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + "-" + number + ")", median(values), least, most);
    }

    /** Each value by that of the same round. */
    static double[] ratios(double[] values, double[] base) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            ratios[i] = values[i] / base[i];
        }
        return ratios;
    }
}
