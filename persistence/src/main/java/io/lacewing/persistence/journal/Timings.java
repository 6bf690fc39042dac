package io.lacewing.persistence.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Measures writes and forces. Any thread. */
final class Timings {
    private static final double NANOS = 1e9;

    private final Histogram writes = new Histogram();
    private final Histogram forces = new Histogram();

    private static final class Histogram {
        private final AtomicLongArray counts = new AtomicLongArray(Timing.BOUNDS.size() + 1);
        private final AtomicLong nanos = new AtomicLong();

        void add(long took) {
            int i = 0;
            while (i < Timing.BOUNDS.size() && took / NANOS > Timing.BOUNDS.get(i)) {
                i++;
            }
            counts.incrementAndGet(i);
            nanos.addAndGet(took);
        }

        Timing timing() {
            List<Long> all = new ArrayList<>(counts.length());
            long sum = 0;
            for (int i = 0; i < counts.length(); i++) {
                all.add(counts.get(i));
                sum += counts.get(i);
            }
            return new Timing(sum, nanos.get() / NANOS, List.copyOf(all));
        }
    }

    void wrote(long nanos) {
        writes.add(nanos);
    }

    void forced(long nanos) {
        forces.add(nanos);
    }

    Timing writes() {
        return writes.timing();
    }

    Timing forces() {
        return forces.timing();
    }
}
