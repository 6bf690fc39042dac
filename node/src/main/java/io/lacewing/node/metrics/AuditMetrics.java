package io.lacewing.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/** Bans and the audit log. */
final class AuditMetrics {
    private AuditMetrics() {}

    static void bans(MeterRegistry registry, String kind, LongSupplier count) {
        Gauge.builder("lacewing.bans", count, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Bans in force in the cluster, as this node knows them, by what is banned")
                .tag("kind", kind)
                .register(registry);
    }

    static void automaticBans(MeterRegistry registry, String cause, LongSupplier count) {
        counter(registry, "lacewing.bans.automatic", "Bans that this node has set by itself", "cause", cause, count);
    }

    static void events(MeterRegistry registry, String event, LongSupplier count) {
        counter(registry, "lacewing.audit.events", "Events that the audit log has told", "event", event, count);
    }

    static void losses(MeterRegistry registry, LongSupplier leftOut, LongSupplier dropped) {
        String description =
                "Events that the audit log has not told, as too many came (rate) or they could not be written"
                        + " as fast (queue)";
        counter(registry, "lacewing.audit.dropped", description, "cause", "rate", leftOut);
        counter(registry, "lacewing.audit.dropped", description, "cause", "queue", dropped);
    }

    private static void counter(
            MeterRegistry registry, String name, String description, String tag, String value, LongSupplier count) {
        // The registry keeps no strong reference to what a counter reads: the lambda must hold it.
        FunctionCounter.builder(name, registry, unused -> count.getAsLong())
                .description(description)
                .tag(tag, value)
                .register(registry);
    }
}
