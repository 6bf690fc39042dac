package io.lacewing.node;

import io.lacewing.node.overload.HeapGauge;
import io.lacewing.node.overload.Judge;
import io.lacewing.node.overload.Lag;
import io.lacewing.node.overload.Level;
import io.lacewing.node.overload.Overload;
import io.lacewing.node.overload.Sample;
import io.lacewing.node.overload.Thresholds;
import io.lacewing.node.overload.Verdict;
import io.netty.util.internal.PlatformDependent;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures ten times a second how much a node has to do and to hold, and tells its event loops what to do. On a thread of its
 * own, as what it measures are the others. Each change of the level is one line in the log.
 */
final class OverloadWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OverloadWatch.class);
    private static final long TICK_MILLIS = 100;

    private final Overload overload;
    private final Judge judge;
    private final int disconnectsPerTick;
    private final HeapGauge heap = new HeapGauge();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("overload-watch").daemon().factory());
    private List<Lag> lags = List.of();
    private Level level = Level.NORMAL;
    private long ticks;
    private volatile Sample sample = Sample.IDLE;

    OverloadWatch(Overload overload, Thresholds thresholds, int disconnectsPerSecond) {
        this.overload = overload;
        this.judge = new Judge(thresholds);
        this.disconnectsPerTick = Math.max(1, (int) (disconnectsPerSecond * TICK_MILLIS / 1_000));
    }

    /** Begins. Once; each of {@code threads} runs what it is given. */
    void begin(List<Consumer<Runnable>> threads) {
        lags = threads.stream()
                .map(each -> new Lag(each, OverloadWatch::millis))
                .toList();
        var unused = thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What was measured last. Any thread. */
    Sample sample() {
        return sample;
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }

    private void tick() {
        try {
            look(millis());
        } catch (RuntimeException e) {
            LOG.error("what the node has to do could not be measured", e);
        }
    }

    private void look(long now) {
        Sample measured = measure();
        sample = measured;
        Verdict verdict = judge.judge(measured, now);
        // Of the heap it is not known what an earlier disconnect has freed until it is collected again.
        boolean knows = measured.heap() < Math.max(measured.buffers(), measured.sessions()) || heap.isFresh();
        overload.set(verdict.level(), verdict.sheds() && knows ? disconnectsPerTick : 0, ++ticks);
        if (verdict.level() != level) {
            say(verdict);
            level = verdict.level();
        }
    }

    private Sample measure() {
        long lag = 0;
        for (Lag each : lags) {
            lag = Math.max(lag, each.look());
        }
        return new Sample(
                heap.read(),
                // Less than 0 if Netty does not count.
                Math.max(0, (double) PlatformDependent.usedDirectMemory() / PlatformDependent.maxDirectMemory()),
                overload.buffers().fill(),
                overload.sessions().fill(),
                lag);
    }

    private void say(Verdict verdict) {
        String does = switch (verdict.level()) {
            case NORMAL -> "all clients are served";
            case REFUSE -> "new connections are refused";
            case DROP ->
                "new connections are refused, QoS 0 messages to clients that are behind dropped, publishers slowed down";
            case DISCONNECT -> "as before, and the clients for which most waits are disconnected";
        };
        int number = verdict.level().ordinal();
        if (verdict.level().isAtLeast(level)) {
            LOG.warn("overload level {}: {} ({})", number, does, verdict.cause());
        } else {
            LOG.info("overload level {}: {} ({})", number, does, verdict.cause());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
