package io.lacewing.node.metrics;

import io.lacewing.cluster.core.ClusterStanding;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How the node stands in its cluster, as gauges; all are 0 as long as nobody knows. */
final class ClusterMetrics {
    private ClusterMetrics() {}

    static void show(MeterRegistry registry, Supplier<@Nullable ClusterStanding> standing) {
        gauge("lacewing.cluster.lease", standing, now -> now.lease() ? 1 : 0)
                .description("1 if a majority of the voters answers this node, so that it may acknowledge")
                .register(registry);
        gauge("lacewing.cluster.voters", standing, now -> now.voters().members().size())
                .description("Nodes whose majority decides")
                .register(registry);
        gauge("lacewing.cluster.members", standing, now -> now.present().size())
                .description("Nodes that this node sees, itself included")
                .register(registry);
        shards(registry, standing, "owned", ClusterStanding::owned);
        shards(registry, standing, "closed", ClusterStanding::closed);
        shards(registry, standing, "behind", ClusterStanding::behind);
    }

    private static void shards(
            MeterRegistry registry,
            Supplier<@Nullable ClusterStanding> standing,
            String state,
            ToDoubleFunction<ClusterStanding> count) {
        gauge("lacewing.shards", standing, count)
                .tag("state", state)
                .description(
                        "Shards that this node owns; of these, those that are closed, as no copy that may be used is"
                                + " here, and those with fewer copies than they should have")
                .register(registry);
    }

    private static Gauge.Builder<Supplier<@Nullable ClusterStanding>> gauge(
            String name, Supplier<@Nullable ClusterStanding> standing, ToDoubleFunction<ClusterStanding> value) {
        return Gauge.builder(name, standing, from -> {
                    ClusterStanding now = from.get();
                    return now == null ? 0 : value.applyAsDouble(now);
                })
                .strongReference(true);
    }
}
