package io.lacewing.node.overload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How a node stands, as its event loops see it: they read it and claim from it, the watch writes it. The budgets hold also where
 * nobody watches. Thread-safe.
 */
public final class Overload {
    /** What was done to clients. */
    public enum Action {
        /** A CONNECT was refused. */
        REFUSED,
        /** A client was disconnected for what waits in network buffers, its own unfinished packet included. */
        BUFFERS,
        /** A client was disconnected for what waits in its transient session. */
        SESSION
    }

    /** Publishers are read from in one of so many ticks. */
    private static final int SLOWED = 4;

    private final Budget buffers;
    private final Budget sessions;
    private final AtomicInteger quota = new AtomicInteger();
    private final LongAdder[] counts = new LongAdder[Action.values().length];
    private volatile Level level = Level.NORMAL;
    private volatile boolean slow;

    /** With these budgets, in bytes, for network buffers and for sessions that end with their connection. */
    public Overload(long maxBuffered, long maxTransient) {
        this.buffers = new Budget(maxBuffered);
        this.sessions = new Budget(maxTransient);
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** Where there is no bound. */
    public static Overload none() {
        return new Overload(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4);
    }

    /** Bytes that wait to be sent to clients, or to become whole packets of theirs. */
    public Budget buffers() {
        return buffers;
    }

    /** Bytes of messages that wait, or wait to be acknowledged, in sessions that end with their connection. */
    public Budget sessions() {
        return sessions;
    }

    public Level level() {
        return level;
    }

    /** True if no client is to be let in. */
    public boolean refuses() {
        return level != Level.NORMAL;
    }

    /** True if messages at QoS 0 go only to clients that keep up. */
    public boolean drops() {
        return level.isAtLeast(Level.DROP);
    }

    /** True if publishers are not to be read from just now. */
    public boolean slows() {
        return slow;
    }

    /** True if clients are to be disconnected now. */
    public boolean sheds() {
        return quota.get() > 0;
    }

    /** How many of {@code wanted} clients may be disconnected now; they count as disconnected. */
    public int claim(int wanted) {
        int before = quota.getAndUpdate(left -> left - Math.min(left, wanted));
        return Math.min(before, wanted);
    }

    public void count(Action action, int times) {
        counts[action.ordinal()].add(times);
    }

    public long count(Action action) {
        return counts[action.ordinal()].sum();
    }

    /**
     * The watch has judged.
     *
     * @param disconnects how many clients may be disconnected until the next time
     * @param tick counts the times
     */
    public void set(Level now, int disconnects, long tick) {
        level = now;
        slow = now.isAtLeast(Level.DROP) && tick % SLOWED != 0;
        quota.set(disconnects);
    }
}
