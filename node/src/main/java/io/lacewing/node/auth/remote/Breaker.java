package io.lacewing.node.auth.remote;

/**
 * Whether a system is to be asked: not for a while after it has failed a number of times in a row, then once to see. Decides,
 * and knows no clock. Times are in milliseconds, of one clock that never goes back. Owned by one thread; {@link #state} is for
 * any.
 */
final class Breaker {
    /** What it does. The order is that of the metric's values. */
    enum State {
        /** All may ask. */
        CLOSED,
        /** One asks, to see. */
        HALF_OPEN,
        /** Nobody may ask. */
        OPEN
    }

    private final int failures;
    private final long pause;
    private volatile State state = State.CLOSED;
    private int inARow;
    private long until;

    Breaker(int failures, long pause) {
        this.failures = failures;
        this.pause = pause;
    }

    State state() {
        return state;
    }

    /** True if it is not even worth waiting to ask. */
    boolean isLeftAlone(long now) {
        return state == State.HALF_OPEN || (state == State.OPEN && now < until);
    }

    /** True if somebody may ask now, who then has to say what came of it. */
    boolean mayAsk(long now) {
        if (state == State.OPEN && now >= until) {
            state = State.HALF_OPEN;
            return true;
        }
        return state == State.CLOSED;
    }

    /** The system has answered. */
    void succeeded() {
        inARow = 0;
        state = State.CLOSED;
    }

    /** The system has failed. True if it is left alone from now on. */
    boolean failed(long now) {
        inARow++;
        // Those that were asked before it was left alone may still fail: they change nothing.
        if (state == State.OPEN || (state == State.CLOSED && inARow < failures)) {
            return false;
        }
        state = State.OPEN;
        until = now + pause;
        return true;
    }
}
