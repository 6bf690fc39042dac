package io.lacewing.node.mqtt.entrance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket for new connections, with a burst of one second's worth. It is kept as one number, the time up to which
 * connections are paid for: taking one moves it on by a second's fraction, and it may be a second ahead at most. Thread-safe,
 * without locks.
 */
final class ConnectRate {
    private static final long SECOND = 1_000_000_000L;

    /** Nanoseconds per connection; 0: no bound. */
    private final long interval;

    private final AtomicLong paidUntil;

    /**
     * A full bucket.
     *
     * @param perSecond connections per second; 0: no bound
     * @param now as {@link System#nanoTime}
     */
    ConnectRate(int perSecond, long now) {
        this.interval = perSecond == 0 ? 0 : SECOND / perSecond;
        this.paidUntil = new AtomicLong(now);
    }

    /** Takes one; false if there is none. */
    boolean take(long now) {
        if (interval == 0) {
            return true;
        }
        while (true) {
            long paid = paidUntil.get();
            long next = (paid - now > 0 ? paid : now) + interval;
            if (next - now > SECOND) {
                return false;
            }
            if (paidUntil.compareAndSet(paid, next)) {
                return true;
            }
        }
    }
}
