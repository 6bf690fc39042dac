package io.lacewing.persistence.session;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait to be sent, oldest first, bounded by number and bytes; what happens at the bound says
 * {@link QueuePolicy}. Costs nothing while nothing has waited, and gives a long array back when it has become empty.
 *
 * <p>Messages that have expired leave when they would be sent, and by {@link #expire} when {@link #sweepAt} has come, so
 * that they do not take the place of others while the client is away. That is a little after the first of them expires:
 * one pass over the queue is to serve many.
 */
final class SendQueue {
    static final long NEVER = Long.MAX_VALUE;

    /** A queue that was longer than this gives its array back. */
    private static final int KEPT = 16;

    /** Messages that expire in the same second or so, 1,024 ms, leave together. */
    private static final long SWEEP_MASK = 1_023;

    /** After a pass the next one is not before a millisecond for so many messages, so that passes stay cheap. */
    private static final int SWEPT_PER_MILLI = 8;

    /** How full it is: below 80 %, and not above it since it was below 50 %. */
    static final int CALM = 0;
    /** It was above 80 %, and has not been below 50 % since. */
    static final int WARNED = 1;
    /** Above 80 %. */
    static final int NEARLY_FULL = 2;

    private final Ledger ledger;
    private @Nullable ArrayDeque<Outgoing> waiting;
    private long bytes;
    private long sweepAt = NEVER;
    private int atMostOnce;
    private int level = CALM;
    private boolean wasLong;

    SendQueue(Ledger ledger) {
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

    int level() {
        return level;
    }

    /** When {@link #expire} has something to do, milliseconds since the epoch; {@link #NEVER} if nothing can expire. */
    long sweepAt() {
        return sweepAt;
    }

    /** True if a message at QoS 0 is among them. */
    boolean holdsQos0() {
        return atMostOnce > 0;
    }

    Collection<Outgoing> all() {
        return waiting == null ? List.of() : waiting;
    }

    /** True if a message of this size needs nobody else's place. */
    boolean hasRoom(int size) {
        SessionLimits limits = ledger.limits();
        return size() < limits.maxQueued() && bytes + size <= limits.maxQueuedBytes();
    }

    /** True if a message of this size can take the place of others. */
    boolean canMakeRoom(int size) {
        SessionLimits limits = ledger.limits();
        return limits.policy() == QueuePolicy.DROP_OLDEST && limits.maxQueued() > 0 && size <= limits.maxQueuedBytes();
    }

    /** Adds a message, or drops it, as the policy says. */
    void add(Outgoing outgoing) {
        int size = outgoing.size();
        if (!hasRoom(size)) {
            level(NEARLY_FULL);
            if (!canMakeRoom(size)) {
                ledger.dropped(
                        switch (ledger.limits().policy()) {
                            case DROP_OLDEST -> DropCause.QUEUE_FULL;
                            case DROP_NEWEST -> DropCause.QUEUE_FULL_NEWEST;
                            case REJECT -> DropCause.REJECTED;
                        });
                weigh();
                return;
            }
            while (!hasRoom(size)) {
                drop(DropCause.QUEUE_FULL);
            }
        }
        ledger.held(outgoing.kept());
        restore(outgoing);
        long expiresAt = outgoing.kept().expiresAt();
        if (expiresAt != Message.NEVER) {
            sweepAt = Math.min(sweepAt, sweepFor(expiresAt));
        }
        weigh();
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
        atMostOnce += outgoing.qos() == Qos.AT_MOST_ONCE ? 1 : 0;
        wasLong |= queue.size() > KEPT;
        ledger.queued(1);
    }

    /** Takes back what does not follow from the messages. */
    void restore(int levelBefore, long sweepBefore) {
        sweepAt = sweepBefore;
        level(levelBefore);
    }

    /** Works out what does not follow from the messages as if they had just come. */
    void derive() {
        sweepAt = NEVER;
        for (Outgoing outgoing : all()) {
            long expiresAt = outgoing.kept().expiresAt();
            sweepAt = expiresAt == Message.NEVER ? sweepAt : Math.min(sweepAt, sweepFor(expiresAt));
        }
        weigh();
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
            weigh();
        }
        return null;
    }

    /** Takes the oldest message out; it is still held. There must be one. */
    Outgoing remove() {
        Outgoing oldest = take();
        weigh();
        return oldest;
    }

    /** Drops the oldest message. There must be one. */
    void dropOldest(DropCause cause) {
        drop(cause);
        if (isEmpty()) {
            giveBack();
        }
        weigh();
    }

    /** Drops all messages that have expired, if it is time for that. */
    void expire(long now) {
        ArrayDeque<Outgoing> queue = waiting;
        if (now < sweepAt || queue == null) {
            return;
        }
        long first = NEVER;
        int count = queue.size();
        for (int i = 0; i < count; i++) {
            Message message = queue.element().kept();
            if (message.isExpired(now)) {
                drop(DropCause.EXPIRED);
            } else {
                queue.add(queue.remove());
                first = Math.min(first, message.expiresAt());
            }
        }
        sweepAt = first == NEVER ? NEVER : Math.max(sweepFor(first), now + count / SWEPT_PER_MILLI);
        if (queue.isEmpty()) {
            giveBack();
        }
        weigh();
    }

    void clear() {
        ledger.queued(-size());
        waiting = null;
        bytes = 0;
        atMostOnce = 0;
        sweepAt = NEVER;
        wasLong = false;
        level(CALM);
    }

    /** Finds out how full it is, after a change of the messages or of the limits. */
    void weigh() {
        SessionLimits limits = ledger.limits();
        int size = size();
        if (10L * size > 8L * limits.maxQueued() || bytes / 8 * 10 > limits.maxQueuedBytes()) {
            level(NEARLY_FULL);
        } else if (level != CALM) {
            level(2L * size < limits.maxQueued() && bytes * 2 < limits.maxQueuedBytes() ? CALM : WARNED);
        }
    }

    private void level(int now) {
        int change = (now == NEARLY_FULL ? 1 : 0) - (level == NEARLY_FULL ? 1 : 0);
        level = now;
        if (change != 0) {
            ledger.nearlyFull(change);
        }
    }

    private Outgoing take() {
        if (waiting == null) {
            throw new IllegalStateException("nothing waits");
        }
        Outgoing oldest = waiting.remove();
        bytes -= oldest.size();
        atMostOnce -= oldest.qos() == Qos.AT_MOST_ONCE ? 1 : 0;
        if (waiting.isEmpty()) {
            sweepAt = NEVER;
        }
        ledger.queued(-1);
        return oldest;
    }

    private void drop(DropCause cause) {
        ledger.released(take().kept());
        ledger.dropped(cause);
    }

    private void giveBack() {
        if (wasLong) {
            waiting = null;
            wasLong = false;
        }
    }

    private static long sweepFor(long expiresAt) {
        return expiresAt > NEVER - SWEEP_MASK - 1 ? NEVER : (expiresAt | SWEEP_MASK) + 1;
    }
}
