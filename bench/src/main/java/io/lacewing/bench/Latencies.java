package io.lacewing.bench;

/** Durations, counted in buckets that are an eighth of their power of two wide. */
final class Latencies {
    private static final int PARTS = 3;

    private final long[] counts = new long[64 << PARTS];
    private long total;

    /** One more, in nanoseconds. */
    void add(long nanos) {
        counts[bucket(Math.max(1, nanos))]++;
        total++;
    }

    private static int bucket(long nanos) {
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        int part = power < PARTS ? 0 : (int) (nanos >>> (power - PARTS)) & ((1 << PARTS) - 1);
        return (power << PARTS) | part;
    }

    /** So many. */
    long count() {
        return total;
    }

    /** The duration, in milliseconds, that this share of all does not exceed; 0 if there are none. */
    double quantile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && counts[i] > 0) {
                int power = i >>> PARTS;
                long upper = (1L << power) + ((i & ((1 << PARTS) - 1)) + 1L) * ((1L << power) >> PARTS);
                return upper / 1e6;
            }
        }
        return 0;
    }
}
