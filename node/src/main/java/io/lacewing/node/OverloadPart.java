package io.lacewing.node;

import io.lacewing.node.config.OverloadConfig;
import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.overload.Overload;
import io.lacewing.node.overload.Thresholds;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The protection of a node against more than it can do or hold. Used by the thread that starts the node. */
final class OverloadPart {
    private final OverloadConfig config;
    private final Overload state;
    private final OverloadWatch watch;

    OverloadPart(OverloadConfig config, Metrics metrics) {
        this.config = config;
        this.state = new Overload(
                config.effectiveBufferedBytes(PlatformDependent.maxDirectMemory()), config.effectiveTransientBytes());
        Thresholds thresholds = new Thresholds(
                config.refuseAt() / 100.0,
                config.dropAt() / 100.0,
                config.disconnectAt() / 100.0,
                config.refuseLag().toMillis(),
                config.dropLag().toMillis(),
                config.recovery().toMillis());
        this.watch = new OverloadWatch(state, thresholds, config.disconnectsPerSecond());
        metrics.showOverload(state, watch::sample);
    }

    /** What event loops read, and listeners count in. */
    Overload state() {
        return state;
    }

    /** Begins to watch these event loops, and the thread of the core, by what runs something there; unless it is disabled. */
    void begin(List<Context> loops, Consumer<Runnable> core, Parts parts) throws StartException {
        List<Consumer<Runnable>> threads = new ArrayList<>();
        loops.forEach(loop -> threads.add(probe -> loop.runOnContext(v -> probe.run())));
        threads.add(core);
        if (config.enabled()) {
            watch.begin(threads);
        }
        parts.add("watch of overload", Parts.closing(watch));
    }

    /** Why the node should get no new clients; null if it may. Any thread. */
    @Nullable
    String objection() {
        return state.refuses() ? "the node is overloaded, and refuses new clients" : null;
    }
}
