package io.lacewing.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.lacewing.persistence.shard.ShardStats;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What the broker counts: one {@link LoopMetrics} per event loop, summed when someone reads. Thread-safe.
 */
public final class BrokerMetrics {
    /** Sums over all nodes count each session once. */
    private static final String OWNED = ", of the shards that this node owns";

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
                    FunctionCounter.builder(family.meter, this, metrics -> metrics.sum(cell) * family.unit);
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
        gauge("lacewing.subscriptions", "Subscriptions of connected transient sessions, without shared ones", count);
    }

    /** Shows how many retained messages there are. Both suppliers may run on any thread. */
    public void showRetained(LongSupplier count, LongSupplier bytes) {
        gauge("lacewing.retained.messages", "Retained messages in the cluster, as this node knows them", count);
        gauge("lacewing.retained.bytes", "Bytes of retained messages, what limits.maxRetainedBytes bounds", bytes);
    }

    /**
     * Shows what the persistent sessions hold whose shards this node owns. {@code sum} may run on any thread, and more than
     * once per reading.
     */
    public void showSessions(Supplier<ShardStats> sum) {
        sessions("connected", () -> sum.get().connected());
        sessions("offline", () -> {
            ShardStats now = sum.get();
            return now.sessions() - now.connected();
        });
        gauge(
                "lacewing.queued.messages",
                "Messages that wait in persistent sessions" + OWNED,
                () -> sum.get().queued());
        gauge(
                "lacewing.inflight.messages",
                "Messages sent by persistent sessions and not acknowledged" + OWNED,
                () -> sum.get().inflight());
        gauge(
                "lacewing.queued.bytes",
                "Bytes of persistent sessions and their messages, one that many wait for once" + OWNED,
                () -> sum.get().bytes());
        gauge(
                "lacewing.queues.near.full",
                "Persistent sessions whose queue is more than 80 % full" + OWNED,
                () -> sum.get().nearlyFull());
        gauge(
                "lacewing.shards.near.full",
                "Shards that hold more than 80 % of what they may" + OWNED,
                () -> sum.get().crowded());
    }

    private void sessions(String state, LongSupplier count) {
        Gauge.builder("lacewing.sessions", count, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Sessions that outlive their connection" + OWNED)
                .tag("kind", "persistent")
                .tag("state", state)
                .register(registry);
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
