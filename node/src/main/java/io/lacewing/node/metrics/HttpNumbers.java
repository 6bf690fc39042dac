package io.lacewing.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/**
 * What the HTTP port counts. Each may be asked by any thread.
 *
 * @param connections that it has now
 * @param refused connections that it closed, as there were too many
 * @param users of its file now
 * @param rejected changes of the file that were not taken
 * @param allowed passwords that were right
 * @param denied passwords that were wrong
 * @param limited passwords that were not checked, as their address had been wrong too often
 * @param busy passwords that were not checked, as too many waited
 */
public record HttpNumbers(
        LongSupplier connections,
        LongSupplier refused,
        LongSupplier users,
        LongSupplier rejected,
        LongSupplier allowed,
        LongSupplier denied,
        LongSupplier limited,
        LongSupplier busy) {

    /**
     * Shows them.
     *
     * @param owner lives as long as they are to be shown: the registry keeps no strong reference to what a counter reads
     */
    void show(MeterRegistry registry, Object owner) {
        gauge(registry, "lacewing.http.connections", "Connections to the HTTP port now", connections);
        gauge(registry, "lacewing.http.users", "Users of the HTTP port", users);
        counter(
                        "lacewing.http.connections.refused",
                        "Connections to the HTTP port that were closed, as there were too many",
                        refused,
                        owner)
                .register(registry);
        counter(
                        "lacewing.http.users.rejected",
                        "Changes of the file of users of the HTTP port that were not taken, as it could not be used",
                        rejected,
                        owner)
                .register(registry);
        logins(registry, "allowed", allowed, owner);
        logins(registry, "denied", denied, owner);
        logins(registry, "limited", limited, owner);
        logins(registry, "busy", busy, owner);
    }

    private static void logins(MeterRegistry registry, String result, LongSupplier count, Object owner) {
        counter("lacewing.http.logins", "Passwords that came to the HTTP port, by what became of them", count, owner)
                .tag("result", result)
                .register(registry);
    }

    private static void gauge(MeterRegistry registry, String name, String description, LongSupplier value) {
        Gauge.builder(name, value, LongSupplier::getAsLong)
                .strongReference(true)
                .description(description)
                .register(registry);
    }

    private static FunctionCounter.Builder<Object> counter(
            String name, String description, LongSupplier count, Object owner) {
        return FunctionCounter.builder(name, owner, alive -> count.getAsLong()).description(description);
    }
}
