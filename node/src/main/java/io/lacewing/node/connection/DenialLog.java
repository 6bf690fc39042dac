package io.lacewing.node.connection;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.mqtt.ReasonCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs clients that were refused because of who they are, at most one line per {@link #INTERVAL_NANOS}: who guesses passwords
 * must not fill the disk. What was left out is told as a number by the next line; all are counted in
 * {@code lacewing_connects_total}. Thread-safe.
 */
final class DenialLog {
    private static final Logger log = LoggerFactory.getLogger(DenialLog.class);

    static final long INTERVAL_NANOS = 10_000_000_000L;

    /** Characters of what a client has chosen that are shown. */
    private static final int SHOWN = 64;

    private long last = System.nanoTime() - INTERVAL_NANOS;
    private long leftOut;

    /** A client was refused now. */
    void denied(ClientDetails client, ReasonCode reason, String why) {
        String line = line(client, reason, why, System.nanoTime());
        if (!line.isEmpty()) {
            log.info("{}", line);
        }
    }

    /** The line to log; empty if there is to be none. */
    synchronized String line(ClientDetails client, ReasonCode reason, String why, long now) {
        if (now - last < INTERVAL_NANOS) {
            leftOut++;
            return "";
        }
        String more = leftOut == 0 ? "" : " (and " + leftOut + " more since the last such line)";
        last = now;
        leftOut = 0;
        String userName = client.userName();
        return client.remoteAddress() + " refused at " + client.listener() + ", client id " + shown(client.clientId())
                + (userName == null ? ", no user name" : ", user name " + shown(userName)) + ": " + reason + ", " + why
                + more;
    }

    /** What a client has chosen, short, and without what would break the line or change what it seems to say. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder("'");
        int end = text.offsetByCodePoints(0, Math.min(SHOWN, text.codePointCount(0, text.length())));
        text.substring(0, end).codePoints().forEach(point -> {
            int type = Character.getType(point);
            boolean harmless = type != Character.CONTROL
                    && type != Character.FORMAT
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR
                    && point != '\'';
            shown.appendCodePoint(harmless ? point : '?');
        });
        return shown.append(end < text.length() ? "'..." : "'").toString();
    }
}
