package io.lacewing.node.connection;

import io.lacewing.node.audit.RareLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what finds out who a client is and has failed by its own fault, as rarely as {@link RareLine} says. Thread-safe. */
final class FaultLog {
    private static final Logger log = LoggerFactory.getLogger(FaultLog.class);

    private final RareLine rare = new RareLine();

    /** Whoever was to find out who a client is has thrown. */
    void broken(String what, Throwable problem) {
        long leftOut = rare.take(System.nanoTime());
        if (leftOut != RareLine.NONE) {
            log.error("{}{}", what, RareLine.more(leftOut), problem);
        }
    }
}
