package io.lacewing.node.connection;

import io.lacewing.node.auth.Identity;
import io.lacewing.node.mqtt.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what was kept from clients, as rarely as {@link RareLine} says; all of it is counted in
 * {@code lacewing_authorization_denied_total}. Thread-safe.
 */
final class ForbiddenLog {
    private static final Logger log = LoggerFactory.getLogger(ForbiddenLog.class);

    private final RareLine rare = new RareLine();

    /** Something was kept from a client now. */
    void forbidden(Forbidden what, String topic, Endpoint endpoint, String clientId, Identity identity) {
        String line = rare.line(System.nanoTime(), () -> {
            String user = identity.userName();
            return endpoint.remoteAddress() + " at " + endpoint.listener() + ", client id " + RareLine.shown(clientId)
                    + (user == null ? ", no user name" : ", user name " + RareLine.shown(user)) + ": "
                    + said(what) + RareLine.shown(topic);
        });
        if (!line.isEmpty()) {
            log.info("{}", line);
        }
    }

    private static String said(Forbidden what) {
        return switch (what) {
            case PUBLISH -> "may not publish to ";
            case SUBSCRIBE -> "may not subscribe to ";
            case WILL -> "may not leave a will for ";
            case REVOKED -> "may not be subscribed any more to ";
        };
    }
}
