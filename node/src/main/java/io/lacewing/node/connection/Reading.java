package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.PacketMeter;
import io.lacewing.node.rates.Meter;
import io.lacewing.node.rates.RateCause;

/**
 * Holds a client to the rates at which it may send: what it has sent beyond them is taken, and then it is not read from until
 * that is paid for, so that TCP slows it down and nothing is lost. Meanwhile its silence is not its own (see {@link Silence}).
 * Owned by the connection's event loop.
 *
 * <p>The packet that overdraws a bucket has its connection wait for as long as the bucket owes then, whatever others take from
 * it meanwhile: of those who share one nobody waits for ever, each brings a packet at a time, and the rate holds as each pays.
 */
final class Reading implements PacketMeter {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** No shorter wait than this: it costs less to take some packets at a time than to stop for each. */
    private static final long SHORTEST_MILLIS = 10;

    private static final long NO_TIMER = -1;

    private final Connection connection;
    private final Endpoint endpoint;
    private final ConnectionLoop loop;
    private final Meter meter;
    private RateCause cause = RateCause.CLIENT_MESSAGES;
    private long heldSince;
    private long timer = NO_TIMER;
    private boolean ended;

    Reading(Connection connection, Endpoint endpoint, ConnectionLoop loop, Meter meter) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.loop = loop;
        this.meter = meter;
    }

    @Override
    public void took(boolean publish, int size) {
        if (ended) {
            return;
        }
        long now = System.nanoTime();
        long debt = meter.take(publish, size, now);
        if (debt > 0 && timer == NO_TIMER) {
            hold(debt, now);
        }
    }

    private void hold(long debt, long now) {
        cause = meter.cause();
        heldSince = now;
        long millis = Math.max(SHORTEST_MILLIS, (debt + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        loop.broker().rateLog().held(connection, endpoint, cause, millis, now);
        timer = loop.context().owner().setTimer(millis, id -> goOn());
        connection.pause();
    }

    private void goOn() {
        count();
        connection.resume();
    }

    private void count() {
        timer = NO_TIMER;
        loop.broker().counters().readingHeld(loop.index(), cause, System.nanoTime() - heldSince);
    }

    /** The connection has ended. */
    void end() {
        ended = true;
        if (timer != NO_TIMER) {
            loop.context().owner().cancelTimer(timer);
            count();
        }
    }
}
