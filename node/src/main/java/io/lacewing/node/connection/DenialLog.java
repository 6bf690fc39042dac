package io.lacewing.node.connection;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.mqtt.ReasonCode;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs clients that were refused because of who they are, as rarely as {@link RareLine} says: who guesses passwords must not
 * fill the disk. All are counted in {@code lacewing_connects_total}. Thread-safe.
 */
final class DenialLog {
    private static final Logger log = LoggerFactory.getLogger(DenialLog.class);

    /** A JWT begins so: its first two parts are objects in base64. */
    private static final Pattern TOKEN = Pattern.compile("\\AeyJ[\\w-]*\\.eyJ");

    private final RareLine rare = new RareLine();
    private final RareLine faults = new RareLine();

    /** A client was refused now. */
    void denied(ClientDetails client, ReasonCode reason, String why) {
        String line = line(client, reason, why, System.nanoTime());
        if (!line.isEmpty()) {
            log.info("{}", line);
        }
    }

    /** Whoever was to find out who a client is has thrown. */
    void broken(String what, Throwable problem) {
        String line = faults.line(System.nanoTime(), () -> what);
        if (!line.isEmpty()) {
            log.error("{}", line, problem);
        }
    }

    /** What a client has given as its user name; not if it is a token. */
    private static String shown(String userName) {
        return TOKEN.matcher(userName).find() ? "(a token)" : RareLine.shown(userName);
    }

    /** The line to log; empty if there is to be none. */
    String line(ClientDetails client, ReasonCode reason, String why, long now) {
        return rare.line(now, () -> {
            String userName = client.userName();
            return client.remoteAddress() + " refused at " + client.listener() + ", client id "
                    + RareLine.shown(client.clientId())
                    + (userName == null ? ", no user name" : ", user name " + shown(userName)) + ": " + reason
                    + ", " + why;
        });
    }
}
