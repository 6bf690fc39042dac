package io.lacewing.node.connection;

import io.lacewing.node.audit.RareLine;
import io.lacewing.node.mqtt.entrance.Refusal;
import io.lacewing.node.mqtt.entrance.RefusalListener;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs connections that were closed before their CONNECT was read, for each reason as rarely as {@link RareLine} says. All are
 * counted in {@code lacewing_connections_refused_total}. Thread-safe.
 */
public final class RefusalLog implements RefusalListener {
    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);

    private final Map<Refusal, RareLine> rare = new EnumMap<>(Refusal.class);

    /** One that has logged nothing. */
    public RefusalLog() {
        for (Refusal each : Refusal.values()) {
            rare.put(each, new RareLine());
        }
    }

    @Override
    public void refused(String listener, Refusal refusal, String address) {
        String line = line(listener, refusal, address, System.nanoTime());
        if (!line.isEmpty()) {
            log.info("{}", line);
        }
    }

    /** The line to log; empty if there is to be none. */
    String line(String listener, Refusal refusal, String address, long now) {
        RareLine of = rare.get(refusal);
        return of == null ? "" : of.line(now, () -> address + " closed at " + listener + ": " + refusal.words());
    }
}
