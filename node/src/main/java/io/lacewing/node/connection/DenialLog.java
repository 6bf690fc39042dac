package io.lacewing.node.connection;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.mqtt.ReasonCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs clients that were refused because of who they are, as rarely as {@link RareLine} says: who guesses passwords must not
 * fill the disk. All are counted in {@code lacewing_connects_total}. Thread-safe.
 */
final class DenialLog {
    private static final Logger log = LoggerFactory.getLogger(DenialLog.class);

    private final RareLine rare = new RareLine();

    /** A client was refused now. */
    void denied(ClientDetails client, ReasonCode reason, String why) {
        String line = line(client, reason, why, System.nanoTime());
        if (!line.isEmpty()) {
            log.info("{}", line);
        }
    }

    /** The line to log; empty if there is to be none. */
    String line(ClientDetails client, ReasonCode reason, String why, long now) {
        return rare.line(now, () -> {
            String userName = client.userName();
            return client.remoteAddress() + " refused at " + client.listener() + ", client id "
                    + RareLine.shown(client.clientId())
                    + (userName == null ? ", no user name" : ", user name " + RareLine.shown(userName)) + ": " + reason
                    + ", " + why;
        });
    }
}
