package io.lacewing.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/** What is counted before CONNECT. Thread-safe; each supplier may run on any thread. */
public final class EntranceMetrics {
    private final MeterRegistry registry;

    EntranceMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows how many connections have sent no CONNECT yet. */
    public void showPending(LongSupplier pending) {
        Gauge.builder("lacewing.connections.pending", pending, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Connections that have sent no CONNECT yet, what limits.maxPendingConnections bounds")
                .register(registry);
    }

    /** Shows how many connections a listener has. */
    public void showConnections(String listener, LongSupplier connections) {
        Gauge.builder("lacewing.listener.connections", connections, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Connections of a listener now, with those that have sent no CONNECT yet")
                .tag("listener", listener)
                .register(registry);
    }

    /** Shows how many connections a listener has closed for one cause, whose name comes from a fixed set. */
    public void showRefused(String listener, String cause, LongSupplier refused) {
        // The registry keeps no strong reference to what a counter reads: the lambda must hold it.
        FunctionCounter.builder("lacewing.connections.refused", this, metrics -> refused.getAsLong())
                .description("Connections that were closed before their CONNECT was read")
                .tag("listener", listener)
                .tag("cause", cause)
                .register(registry);
    }
}
