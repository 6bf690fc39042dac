package io.lacewing.node.connection;

import io.lacewing.node.rates.Meter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much a client may be sent for now: its session asks before each message, and says what it has sent. Owned by the
 * connection's event loop.
 */
final class Sending {
    private static final Logger log = LoggerFactory.getLogger(Sending.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** As for {@link Reading}. */
    private static final long SHORTEST_MILLIS = 10;

    private static final long NO_TIMER = -1;

    private final Connection connection;
    private final ConnectionLoop loop;
    private final Meter meter;

    /** When it was asked last: the clock is read once for each message. */
    private long askedAt = System.nanoTime();

    private long timer = NO_TIMER;
    private boolean ended;

    Sending(Connection connection, ConnectionLoop loop, Meter meter) {
        this.connection = connection;
        this.loop = loop;
        this.meter = meter;
    }

    /** True if a rate is reached: what can wait is to wait, the rest is dropped. */
    boolean isSpent() {
        askedAt = System.nanoTime();
        return meter.debt(askedAt) > 0;
    }

    /** As {@link #isSpent}, for a message at QoS 0, which then is to be dropped: it is counted so. */
    boolean drops() {
        if (!isSpent()) {
            return false;
        }
        loop.broker().counters().droppedByRate(loop.index());
        return true;
    }

    /** A PUBLISH was sent, just after {@link #isSpent} was asked; {@code size} is what the endpoint said of it. */
    void sent(int size) {
        if (size > 0) {
            meter.take(true, size, askedAt);
        }
    }

    /** Runs {@code then} when something may be sent again, unless the connection has ended; one waits at a time. */
    void whenRefilled(Runnable then) {
        if (ended || timer != NO_TIMER) {
            return;
        }
        long millis = (meter.debt(System.nanoTime()) + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        timer = loop.context().owner().setTimer(Math.max(SHORTEST_MILLIS, millis), id -> {
            timer = NO_TIMER;
            try {
                then.run();
            } catch (RuntimeException | Error e) {
                log.error("a session could not go on, and its connection is closed", e);
                connection.failed();
            }
        });
    }

    /** The connection has ended. */
    void end() {
        ended = true;
        if (timer != NO_TIMER) {
            loop.context().owner().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}
