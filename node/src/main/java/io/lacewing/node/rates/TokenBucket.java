package io.lacewing.node.rates;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket of tokens that fills at a steady rate and may be overdrawn: whoever takes more than there is gets it, and waits
 * until it is paid back. So a packet larger than the bucket passes, and the rate holds all the same. Any thread; who shares
 * one needs no lock.
 *
 * <p>It is one number: the time at which all that was taken is paid for. Taking moves it on by what that costs, from now less
 * the burst at the earliest. That is the bucket exactly, without a level and a time that would have to change together, and a
 * compare-and-set is all it takes.
 */
final class TokenBucket {
    /** Nanoseconds: nobody pays for longer than an hour, whatever was taken; the rest is forgiven. */
    static final long MAX_DEBT = 3_600_000_000_000L;

    private static final double NANOS_PER_SECOND = 1e9;

    private final double cost;
    private final long burst;
    private final AtomicLong paidAt;

    /**
     * Makes a full one.
     *
     * @param perSecond tokens per second; more than 0
     * @param burst nanoseconds: so long it has been filling when it is full
     * @param now as in all calls, nanoseconds of one clock that does not go back
     */
    TokenBucket(long perSecond, long burst, long now) {
        if (perSecond <= 0 || burst < 0) {
            throw new IllegalArgumentException(perSecond + " per second, burst " + burst);
        }
        this.cost = NANOS_PER_SECOND / perSecond;
        this.burst = burst;
        this.paidAt = new AtomicLong(now - burst);
    }

    /**
     * Takes tokens, whether they are there or not. Rounds what they cost down to nanoseconds, but not below one.
     *
     * @return nanoseconds until the bucket is not overdrawn any more; 0 or less if it is not
     */
    long take(long tokens, long now) {
        long price = Math.max(1, (long) Math.min(tokens * cost, (double) (MAX_DEBT + burst)));
        while (true) {
            long before = paidAt.get();
            long owed = Math.min(Math.max(before - now, -burst) + price, MAX_DEBT);
            if (paidAt.compareAndSet(before, now + owed)) {
                return owed;
            }
        }
    }

    /** Nanoseconds until the bucket is not overdrawn any more; 0 or less if it is not. */
    long debt(long now) {
        return paidAt.get() - now;
    }

    /** Nanoseconds until it is full, if nobody takes anything; 0 if it is. */
    long untilFull(long now) {
        return Math.max(0, debt(now) + burst);
    }
}
