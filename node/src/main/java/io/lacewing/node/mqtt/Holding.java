package io.lacewing.node.mqtt;

import io.lacewing.node.overload.Budget;
import io.lacewing.node.overload.Overload;
import io.lacewing.node.overload.Overload.Action;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * What the connections of one listener on one event loop have in network buffers, counted against the node's budget, and who is
 * disconnected for it. Used on that loop alone.
 *
 * <p>A connection that keeps up costs an addition per packet and a comparison per flush: {@code written} is what was written in
 * this turn, and is forgotten with the flush, which leaves nothing of it where the sockets take it. Those that have something
 * left are on a list, which is gone through ten times a second while it is not empty, as the operating system takes bytes
 * without telling.
 */
final class Holding {
    private static final long REFRESH_MILLIS = 100;

    /** A client that has no more than this waiting keeps up. */
    private static final long LITTLE = 64 * 1024;

    /** An unfinished packet that takes more than this is longer than one read. */
    private static final long LONG = 128 * 1024;

    /** Nobody is disconnected for less. */
    private static final long LEAST = 1024;

    /** So many connections at most are closed in one turn. */
    private static final int MOST_AT_ONCE = 64;

    private final Overload overload;
    private final Budget budget;
    private final Budget.Share share;
    private final EventLoop eventLoop;
    private final long longTurn;
    private final long fullTurn;
    private List<Wire> holders = new ArrayList<>();
    private long written;
    private boolean refreshing;

    Holding(Overload overload, EventLoop eventLoop) {
        this.overload = overload;
        this.budget = overload.buffers();
        this.share = budget.share();
        this.eventLoop = eventLoop;
        this.longTurn = Math.max(1, budget.limit() / 16);
        this.fullTurn = Math.max(1, budget.limit() / 4);
    }

    /** So many bytes are written to a connection, and leave at the end of this turn. */
    void writing(int bytes) {
        written += bytes;
    }

    /** The end of the turn: what has not left is counted with its connection. */
    void flushed() {
        written = 0;
    }

    /** True if so much is written in this turn that the next packet should be taken in another one. */
    boolean isTurnLong() {
        return written > longTurn;
    }

    /** True if a message at QoS 0 is not to be sent there. */
    boolean isShort(Outflow to) {
        if (written > fullTurn) {
            return true;
        }
        boolean full = budget.isFull();
        return (full || overload.drops()) && (to.waiting() > LITTLE || (full && to.unsent() > 0));
    }

    /**
     * True if a message at QoS 1 or 2 can't be sent, as the memory for it is not there; then the connection is closed, soon.
     * That its budget is taken twice is for those who are behind; three times, for any.
     */
    boolean isTooMuch(Wire to) {
        if (written <= fullTurn && !budget.isExhausted()) {
            return false;
        }
        boolean over = budget.isOverdrawn() || written > 2 * budget.limit();
        if (!over && !(budget.isExhausted() && to.counted > LEAST)) {
            return false;
        }
        to.endpoint().abort();
        overload.count(Action.BUFFERS, 1);
        return true;
    }

    /** Bytes of a connection have come or gone: counts what it holds now. */
    void count(Wire wire) {
        long now = wire.holds();
        long change = now - wire.counted;
        if (change == 0) {
            return;
        }
        wire.counted = now;
        share.add(change);
        if (!wire.listed) {
            wire.listed = true;
            holders.add(wire);
            if (!refreshing) {
                refreshing = true;
                refreshLater();
            }
        }
    }

    /**
     * As {@link #count}, for what has come; who takes more though it is not there is closed, at once, as the next one may be read
     * in the same turn. A packet that is longer than what is read at once may double its buffer each time, so it does not grow
     * where the budget is taken; a short one may, up to twice the budget.
     */
    void kept(Wire wire) {
        long before = wire.counted;
        count(wire);
        boolean grows = wire.counted > before && wire.counted > LEAST;
        if (grows && (budget.isExhausted() || (budget.isFull() && wire.counted > LONG))) {
            shed(wire);
        }
    }

    private void shed(Wire wire) {
        if (wire.isOpen()) {
            overload.count(Action.BUFFERS, 1);
            wire.shed();
        }
    }

    private void refreshLater() {
        var unused = eventLoop.schedule(this::refresh, REFRESH_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void refresh() {
        List<Wire> left = new ArrayList<>();
        for (Wire wire : holders) {
            wire.listed = false;
        }
        List<Wire> before = holders;
        holders = left;
        for (Wire wire : before) {
            count(wire);
            if (wire.counted > 0 && !wire.listed) {
                wire.listed = true;
                left.add(wire);
            }
        }
        share.holders(left.size());
        if (overload.sheds() && budget.fill() >= 0.5) {
            shedMost();
        }
        refreshing = !left.isEmpty();
        if (refreshing) {
            refreshLater();
        }
    }

    /** Closes those of this loop for which most waits; nobody for whom much less waits than for others of the node. */
    private void shedMost() {
        long least = Math.max(LEAST, budget.average() / 2);
        PriorityQueue<Wire> most = new PriorityQueue<>(Comparator.comparingLong(wire -> wire.counted));
        for (Wire wire : holders) {
            if (wire.counted >= least) {
                most.add(wire);
                if (most.size() > MOST_AT_ONCE) {
                    most.poll();
                }
            }
        }
        int may = overload.claim(most.size());
        while (most.size() > may) {
            most.poll();
        }
        most.forEach(Wire::shed);
        overload.count(Action.BUFFERS, may);
    }
}
