package io.lacewing.node.connection;

import io.lacewing.node.audit.RareLine;
import io.lacewing.node.audit.Shown;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.rates.RateCause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs clients that are not read from because of their rate, as rarely as {@link RareLine} says. All are counted in
 * {@code lacewing_reading_held_total}. Thread-safe.
 */
final class RateLog {
    private static final Logger log = LoggerFactory.getLogger(RateLog.class);

    private final RareLine rare = new RareLine();

    /** A client is not read from for a while, from now on. */
    void held(Connection connection, Endpoint endpoint, RateCause cause, long millis, long now) {
        String line = rare.line(
                now,
                () -> endpoint.remoteAddress() + " at " + endpoint.listener() + ", client id "
                        + Shown.of(connection.clientId()) + ", is not read from for " + millis + " ms: "
                        + cause.keyIn() + " is reached");
        if (!line.isEmpty()) {
            log.info("{}", line);
        }
    }
}
