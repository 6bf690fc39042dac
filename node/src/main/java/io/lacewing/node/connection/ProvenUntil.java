package io.lacewing.node.connection;

import io.lacewing.node.mqtt.ReasonCode;
import java.time.Instant;

/**
 * Ends a connection when that by which its client has proven who it is holds no longer. Owned by the connection's event loop.
 * It costs such a connection one timer.
 */
final class ProvenUntil {
    /** The clock may be set meanwhile: it is looked at again at least this often, and more often in the last hour. */
    private static final long LOOK_MILLIS = 3_600_000;

    private static final long LAST_LOOKS_MILLIS = 60_000;

    private static final long NO_TIMER = -1;

    private final Connection connection;
    private final ConnectionLoop loop;
    private final long end;
    private long timer = NO_TIMER;

    ProvenUntil(Connection connection, ConnectionLoop loop, Instant end) {
        this.connection = connection;
        this.loop = loop;
        this.end = end.toEpochMilli();
    }

    /** Ends the connection now or later; it is open. */
    void begin() {
        long left = end - System.currentTimeMillis();
        if (left <= 0) {
            connection.disconnect(
                    ReasonCode.MAXIMUM_CONNECT_TIME, "what the client has proven who it is by holds no longer");
        } else {
            timer = loop.context().owner().setTimer(untilNextLook(left), id -> {
                timer = NO_TIMER;
                begin();
            });
        }
    }

    private static long untilNextLook(long left) {
        return left > LOOK_MILLIS ? LOOK_MILLIS : Math.min(left, LAST_LOOKS_MILLIS);
    }

    /** The connection has ended. */
    void cancel() {
        if (timer != NO_TIMER) {
            loop.context().owner().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}
