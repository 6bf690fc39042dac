package io.lacewing.node.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** What is counted of another system that is asked who clients are. Thread-safe. */
public final class RemoteMetrics {

    /** What came of a client that was to be asked about. */
    public enum Outcome {
        /** It is let in. */
        ALLOW,
        /** It is refused. */
        DENY,
        /** Others are asked. */
        NEXT,
        /** The system failed. */
        ERROR,
        /** It said something that can't be used. */
        UNFIT,
        /** It took too long. */
        TIMEOUT,
        /** It was not asked, as it has failed before. */
        OPEN,
        /** It was not asked, as too many waited. */
        BUSY
    }

    private final MeterRegistry registry;
    private final String authenticator;
    private final Counter[] outcomes;
    private final Timer latency;
    private final Counter hits;
    private final Counter misses;

    RemoteMetrics(MeterRegistry registry, String authenticator) {
        this.registry = registry;
        this.authenticator = authenticator;
        outcomes = Arrays.stream(Outcome.values()).map(this::outcome).toArray(Counter[]::new);
        latency = Timer.builder("lacewing.auth.remote.latency")
                .description("Duration of a question to another system, until its answer, failure or time-out")
                .tag("authenticator", authenticator)
                .register(registry);
        hits = cache("hit");
        misses = cache("miss");
    }

    private Counter outcome(Outcome outcome) {
        return Counter.builder("lacewing.auth.remote.answers")
                .description("Clients that another system was to be asked about, by what came of it")
                .tag("authenticator", authenticator)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private Counter cache(String result) {
        return Counter.builder("lacewing.auth.remote.cache")
                .description("Clients of whom it was looked up whether the answer is remembered")
                .tag("authenticator", authenticator)
                .tag("result", result)
                .register(registry);
    }

    /** Shows gauges. Both may run on any thread. */
    public void show(IntSupplier breaker, IntSupplier waiting) {
        Gauge.builder("lacewing.auth.remote.breaker", breaker, IntSupplier::getAsInt)
                .strongReference(true)
                .description("0: another system is asked; 1: one client is asked about, to see; 2: it is left alone")
                .tag("authenticator", authenticator)
                .register(registry);
        Gauge.builder("lacewing.auth.remote.waiting", waiting, IntSupplier::getAsInt)
                .strongReference(true)
                .description("Clients that wait until another system can be asked about them")
                .tag("authenticator", authenticator)
                .register(registry);
    }

    /** Somebody was to be asked about. */
    public void count(Outcome outcome) {
        outcomes[outcome.ordinal()].increment();
    }

    /** A question has come to its end. */
    public void took(long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The cache was asked. */
    public void looked(boolean hit) {
        (hit ? hits : misses).increment();
    }
}
