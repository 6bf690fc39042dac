package io.lacewing.persistence.session;

import io.lacewing.router.Message;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait to be sent, oldest first, bounded by number and bytes: a new one takes the place of the oldest.
 * Costs nothing while nothing has waited, and gives a long array back when it has become empty.
 */
final class SendQueue {
    /** A queue that was longer than this gives its array back. */
    private static final int KEPT = 16;

    private final SessionLimits limits;
    private final Ledger ledger;
    private @Nullable ArrayDeque<Outgoing> waiting;
    private long bytes;
    private boolean wasLong;

    SendQueue(SessionLimits limits, Ledger ledger) {
        this.limits = limits;
        this.ledger = ledger;
    }

    boolean isEmpty() {
        return waiting == null || waiting.isEmpty();
    }

    int size() {
        return waiting == null ? 0 : waiting.size();
    }

    long bytes() {
        return bytes;
    }

    Collection<Outgoing> all() {
        return waiting == null ? List.of() : waiting;
    }

    /** Adds a message, or drops it if it is too big by itself. */
    void add(Outgoing outgoing) {
        Message message = outgoing.kept();
        int size = message.size();
        if (limits.maxQueued() == 0 || size > limits.maxQueuedBytes()) {
            ledger.dropped(DropCause.QUEUE_FULL);
            return;
        }
        while (size() >= limits.maxQueued() || bytes + size > limits.maxQueuedBytes()) {
            drop(DropCause.QUEUE_FULL);
        }
        ledger.held(message);
        restore(outgoing);
    }

    /** Adds a message that the ledger knows. */
    void restore(Outgoing outgoing) {
        ArrayDeque<Outgoing> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>(4);
            waiting = queue;
        }
        queue.add(outgoing);
        bytes += outgoing.size();
        wasLong |= queue.size() > KEPT;
    }

    /** The oldest message, or null. Those that have expired are dropped first [MQTT-3.3.2-5]. */
    @Nullable
    Outgoing peek(long now) {
        while (waiting != null) {
            Outgoing oldest = waiting.peek();
            if (oldest == null) {
                giveBack();
                return null;
            }
            if (!oldest.kept().isExpired(now)) {
                return oldest;
            }
            drop(DropCause.EXPIRED);
        }
        return null;
    }

    /** Takes the oldest message out; it is still held. There must be one. */
    Outgoing remove() {
        if (waiting == null) {
            throw new IllegalStateException("nothing waits");
        }
        Outgoing oldest = waiting.remove();
        bytes -= oldest.size();
        return oldest;
    }

    void clear() {
        waiting = null;
        bytes = 0;
        wasLong = false;
    }

    private void drop(DropCause cause) {
        ledger.released(remove().kept());
        ledger.dropped(cause);
    }

    private void giveBack() {
        if (wasLong) {
            clear();
        }
    }
}
