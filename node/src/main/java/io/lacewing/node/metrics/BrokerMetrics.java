package io.lacewing.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What the broker counts: one {@link LoopMetrics} per event loop, summed when someone reads. Thread-safe.
 */
public final class BrokerMetrics {
    private final MeterRegistry registry;
    private final List<LoopMetrics> loops = new CopyOnWriteArrayList<>();

    BrokerMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Family family : Family.values()) {
            register(family);
        }
        Gauge.builder("lacewing.connections", this, BrokerMetrics::connections)
                .description("Network connections open now")
                .register(registry);
    }

    private void register(Family family) {
        int base = family.base();
        for (int i = 0; i < family.values.size(); i++) {
            int cell = base + i;
            FunctionCounter.Builder<BrokerMetrics> counter =
                    FunctionCounter.builder(family.meter, this, metrics -> metrics.sum(cell));
            if (!family.tag.isEmpty()) {
                counter.tag(family.tag, family.values.get(i));
            }
            counter.description(family.description).register(registry);
        }
    }

    /** Counters for one more event loop. Kept for the life of the node: call it once per loop. */
    public LoopMetrics addLoop() {
        LoopMetrics loop = new LoopMetrics();
        loops.add(loop);
        return loop;
    }

    /** Network connections open now, over all event loops. */
    public long connections() {
        // Closed first: a connection that opens and closes in between must not make the number negative.
        long closed = sum(Family.CONNECTIONS_CLOSED.base());
        return sum(Family.CONNECTIONS_OPENED.base()) - closed;
    }

    /** Shows what {@code packets} counts. Once. */
    public void showPackets(PacketReader packets) {
        for (int i = 0; i < PacketTypes.NAMES.size(); i++) {
            int type = i + 1;
            counter("lacewing.packets.received", "MQTT packets from clients", packets, p -> p.received(type))
                    .tag("type", PacketTypes.NAMES.get(i))
                    .register(registry);
            counter("lacewing.packets.sent", "MQTT packets to clients", packets, p -> p.sent(type))
                    .tag("type", PacketTypes.NAMES.get(i))
                    .register(registry);
        }
        counter("lacewing.bytes.received", "Bytes of MQTT packets from clients", packets, PacketReader::bytesReceived)
                .register(registry);
        counter("lacewing.bytes.sent", "Bytes of MQTT packets to clients", packets, PacketReader::bytesSent)
                .register(registry);
    }

    private static FunctionCounter.Builder<PacketReader> counter(
            String name, String description, PacketReader packets, ToDoubleFunction<PacketReader> count) {
        return FunctionCounter.builder(name, packets, count).description(description);
    }

    /** Shows the number of subscriptions on this node. {@code count} may run on any thread. */
    public void showSubscriptions(LongSupplier count) {
        gauge("lacewing.subscriptions", "Subscriptions of the sessions that this node holds", count);
    }

    /** Shows the number of retained messages. {@code count} may run on any thread. */
    public void showRetained(LongSupplier count) {
        gauge("lacewing.retained.messages", "Retained messages in the cluster, as this node knows them", count);
    }

    private void gauge(String name, String description, LongSupplier count) {
        Gauge.builder(name, count, LongSupplier::getAsLong)
                .strongReference(true)
                .description(description)
                .register(registry);
    }

    private long sum(int cell) {
        long sum = 0;
        for (LoopMetrics loop : loops) {
            sum += loop.get(cell);
        }
        return sum;
    }
}
