package io.lacewing.node.metrics;

import io.lacewing.node.overload.Overload;
import io.lacewing.node.overload.Overload.Action;
import io.lacewing.node.overload.Sample;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** How overloaded the node is, by what, and what it has done. */
final class OverloadMetrics {
    private OverloadMetrics() {}

    static void show(MeterRegistry registry, Overload overload, Supplier<Sample> sample) {
        Gauge.builder("lacewing.overload.level", overload, now -> now.level().ordinal())
                .strongReference(true)
                .description(
                        "0: not overloaded; 1: refuses new connections; 2: drops QoS 0 messages, too; 3: disconnects"
                                + " clients, too")
                .register(registry);
        Gauge.builder("lacewing.overload.lag.seconds", sample, now -> now.get().lagMillis() / 1_000.0)
                .strongReference(true)
                .description(
                        "How long what is to be done has waited for an event loop, or the core, three times in a row and"
                                + " for the whole of five seconds; of the slowest")
                .register(registry);
        fill(registry, "heap", sample, Sample::heap);
        fill(registry, "direct", sample, Sample::direct);
        fill(registry, "buffers", sample, Sample::buffers);
        fill(registry, "sessions", sample, Sample::sessions);
        for (Action action : Action.values()) {
            FunctionCounter.builder("lacewing.overload.shed", overload, now -> now.count(action))
                    .description("Clients that were refused, or disconnected for what waited for them, by what that was"
                            + " for")
                    .tag("what", action.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static void fill(
            MeterRegistry registry, String resource, Supplier<Sample> sample, ToDoubleFunction<Sample> part) {
        Gauge.builder("lacewing.overload.fill.ratio", sample, now -> part.applyAsDouble(now.get()))
                .strongReference(true)
                .description(
                        "The part that is taken of the heap after its last collection, of the memory for buffers, and"
                                + " of the budgets for network buffers and transient sessions")
                .tag("resource", resource)
                .register(registry);
    }
}
