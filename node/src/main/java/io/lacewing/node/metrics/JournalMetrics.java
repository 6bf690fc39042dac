package io.lacewing.node.metrics;

import io.lacewing.persistence.journal.JournalStats;
import io.lacewing.persistence.journal.Timing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the journal does and how it stands. */
final class JournalMetrics {
    private JournalMetrics() {}

    static void show(PrometheusMeterRegistry registry, Supplier<JournalStats> stats) {
        gauge(registry, "lacewing.journal.disk.bytes", "Bytes of the journal on disk", stats, JournalStats::bytes);
        gauge(registry, "lacewing.journal.segments", "Files of the journal", stats, JournalStats::segments);
        gauge(
                registry,
                "lacewing.journal.waiting.bytes",
                "Bytes that wait to be written to the journal",
                stats,
                JournalStats::waitingBytes);
        gauge(
                registry,
                "lacewing.journal.failing",
                "1 while the disk takes nothing, so that the node acknowledges nothing",
                stats,
                now -> now.failing() == null ? 0 : 1);
        counter(
                registry,
                "lacewing.journal.written.bytes",
                "Bytes written to the journal",
                stats,
                JournalStats::appendedBytes);
        counter(
                registry,
                "lacewing.journal.records",
                "Records written to the journal",
                stats,
                JournalStats::appendedRecords);
        counter(
                registry,
                "lacewing.journal.copies",
                "Records that were whole copies of shards",
                stats,
                JournalStats::copies);
        histogram(
                registry,
                "lacewing_journal_write_seconds",
                "Duration of a write to the journal",
                () -> stats.get().write());
        histogram(
                registry,
                "lacewing_journal_force_seconds",
                "Duration of forcing the journal to the device",
                () -> stats.get().force());
    }

    private static void gauge(
            MeterRegistry registry,
            String name,
            String description,
            Supplier<JournalStats> stats,
            ToDoubleFunction<JournalStats> value) {
        Gauge.builder(name, stats, from -> value.applyAsDouble(from.get()))
                .strongReference(true)
                .description(description)
                .register(registry);
    }

    private static void counter(
            MeterRegistry registry,
            String name,
            String description,
            Supplier<JournalStats> stats,
            ToDoubleFunction<JournalStats> value) {
        // The registry keeps no strong reference to what a counter reads: the lambda must hold it.
        FunctionCounter.builder(name, registry, any -> value.applyAsDouble(stats.get()))
                .description(description)
                .register(registry);
    }

    private static void histogram(
            PrometheusMeterRegistry registry, String name, String description, Supplier<Timing> timing) {
        Function<Timing, HistogramSnapshot> snapshot = now -> {
            List<Double> bounds = new ArrayList<>(Timing.BOUNDS);
            bounds.add(Double.POSITIVE_INFINITY);
            return HistogramSnapshot.builder()
                    .name(name)
                    .help(description)
                    .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                            .classicHistogramBuckets(
                                    ClassicHistogramBuckets.of(bounds, new ArrayList<Number>(now.counts())))
                            .sum(now.seconds())
                            .build())
                    .build();
        };
        registry.getPrometheusRegistry().register(() -> snapshot.apply(timing.get()));
    }
}
