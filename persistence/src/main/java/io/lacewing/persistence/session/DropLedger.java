package io.lacewing.persistence.session;

import io.lacewing.router.Message;

/** A ledger that only adds up: the bytes kept, each session's for itself, and what else sessions say. One thread. */
public final class DropLedger implements Ledger {
    private final long[] dropped = new long[DropCause.count()];
    private SessionLimits limits;
    private long heldBytes;
    private long queued;
    private long inflight;
    private int nearlyFull;

    public DropLedger(SessionLimits limits) {
        this.limits = limits;
    }

    @Override
    public SessionLimits limits() {
        return limits;
    }

    /** Gives the sessions other bounds. */
    public void limit(SessionLimits other) {
        limits = other;
    }

    @Override
    public void held(Message message) {
        heldBytes += message.size();
    }

    @Override
    public void released(Message message) {
        heldBytes -= message.size();
    }

    @Override
    public void dropped(DropCause cause) {
        dropped[cause.ordinal()]++;
    }

    @Override
    public void queued(int change) {
        queued += change;
    }

    @Override
    public void inflight(int change) {
        inflight += change;
    }

    @Override
    public void nearlyFull(int change) {
        nearlyFull += change;
    }

    /** How many messages were dropped for this cause since the ledger was made. */
    public long count(DropCause cause) {
        return dropped[cause.ordinal()];
    }

    /** The bytes of all kept messages; one that several sessions keep counts for each. */
    public long heldBytes() {
        return heldBytes;
    }

    /** How many messages wait in all sessions. */
    public long queued() {
        return queued;
    }

    /** How many messages are in flight in all sessions. */
    public long inflight() {
        return inflight;
    }

    /** How many sessions have a queue that is nearly full. */
    public int nearlyFull() {
        return nearlyFull;
    }
}
