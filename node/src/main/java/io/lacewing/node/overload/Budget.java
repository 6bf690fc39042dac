package io.lacewing.node.overload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that all clients of a node together may take of one kind of memory. Each event loop counts for itself, in a
 * {@link Share}, and tells the sum only in steps, so that counting costs an addition and a comparison, and asking a read of a
 * field that seldom changes. The sum is right to a step per loop.
 *
 * <p>There are three bounds. Who counts is to take nothing for those who are behind once the budget {@linkplain #isFull is
 * full}; to end those who take more all the same at {@linkplain #isExhausted twice} the budget; and to end whoever takes more at
 * {@linkplain #isOverdrawn three times} of it, be they behind or not. The first is the rule; the others are for what a message to
 * thousands of clients takes in one turn of a loop.
 */
public final class Budget {
    private static final long MAX_STEP = 256 << 10;
    private static final int STEPS = 256;

    private final long limit;
    private final long step;
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger holders = new AtomicInteger();

    /** So many bytes, at least one. */
    public Budget(long limit) {
        if (limit < 1 || limit > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException("a budget of " + limit + " bytes");
        }
        this.limit = limit;
        this.step = Math.clamp(limit / STEPS, 1, MAX_STEP);
    }

    /** What one event loop counts; of that loop. */
    public Share share() {
        return new Share();
    }

    /** The bytes that it is made for. */
    public long limit() {
        return limit;
    }

    /** The bytes that are taken. Any thread. */
    public long used() {
        return used.get();
    }

    /** The part that is taken; 1.0 is the whole, and there may be more. Any thread. */
    public double fill() {
        return (double) used.get() / limit;
    }

    /** True if all is taken. Any thread. */
    public boolean isFull() {
        return used.get() >= limit;
    }

    /** True if twice as much is taken. Any thread. */
    public boolean isExhausted() {
        return used.get() >= 2 * limit;
    }

    /** True if three times as much is taken. Any thread. */
    public boolean isOverdrawn() {
        return used.get() >= 3 * limit;
    }

    /** What each of those takes who take anything, in the middle. Any thread. */
    public long average() {
        return used.get() / Math.max(1, holders.get());
    }

    /** One event loop's count. Owned by that loop. */
    public final class Share {
        private long held;
        private long told;
        private int toldHolders;

        private Share() {}

        /** So many bytes more, or fewer, are taken. */
        public void add(long bytes) {
            held += bytes;
            if (Math.abs(held - told) >= step) {
                used.addAndGet(held - told);
                told = held;
            }
        }

        /** So many of this loop's connections take anything now. */
        public void holders(int now) {
            if (now != toldHolders) {
                holders.addAndGet(now - toldHolders);
                toldHolders = now;
            }
        }

        /** The bytes that this loop's connections take. */
        public long held() {
            return held;
        }
    }
}
