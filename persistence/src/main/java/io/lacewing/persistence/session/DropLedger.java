package io.lacewing.persistence.session;

import io.lacewing.router.Message;

/**
 * The ledger of an event loop's transient sessions: counts drops by cause and adds up the bytes kept, each session's
 * for itself. One thread.
 */
public final class DropLedger implements Ledger {
    private final long[] dropped = new long[DropCause.count()];
    private long heldBytes;

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

    /** How many messages were dropped for this cause since the ledger was made. */
    public long count(DropCause cause) {
        return dropped[cause.ordinal()];
    }

    /** The bytes of all kept messages; one that several sessions keep counts for each. */
    public long heldBytes() {
        return heldBytes;
    }
}
