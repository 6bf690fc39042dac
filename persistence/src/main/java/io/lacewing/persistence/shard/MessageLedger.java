package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.Ledger;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.router.Message;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a shard: a message that many sessions hold counts once, each place in a queue a little. */
final class MessageLedger implements Ledger {
    private static final long PLACE = 72;

    private final MessageUses uses = new MessageUses();
    private final long[] dropped = new long[DropCause.count()];
    private SessionLimits limits;
    private boolean anyDropped;
    private long bytes;
    private long queued;
    private long inflight;
    private int nearlyFull;

    MessageLedger(SessionLimits limits) {
        this.limits = limits;
    }

    @Override
    public SessionLimits limits() {
        return limits;
    }

    void limit(SessionLimits other) {
        limits = other;
    }

    /** The bytes of all held messages. */
    long bytes() {
        return bytes;
    }

    /** What it takes, in bytes, that one session more keeps the message. */
    long cost(Message message) {
        return PLACE + (uses.contains(message) ? 0 : message.size());
    }

    @Override
    public void held(Message message) {
        if (uses.add(message)) {
            bytes += message.size();
        }
        bytes += PLACE;
    }

    @Override
    public void released(Message message) {
        bytes -= PLACE;
        if (uses.remove(message)) {
            bytes -= message.size();
        }
    }

    @Override
    public void dropped(DropCause cause) {
        dropped[cause.ordinal()]++;
        anyDropped = true;
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

    long queued() {
        return queued;
    }

    long inflight() {
        return inflight;
    }

    int nearlyFull() {
        return nearlyFull;
    }

    /** What was dropped since the last call. */
    List<Dropped> takeDropped() {
        if (!anyDropped) {
            return List.of();
        }
        List<Dropped> taken = new ArrayList<>();
        for (int i = 0; i < dropped.length; i++) {
            if (dropped[i] > 0) {
                taken.add(new Dropped(DropCause.of(i), dropped[i]));
                dropped[i] = 0;
            }
        }
        anyDropped = false;
        return List.copyOf(taken);
    }
}
