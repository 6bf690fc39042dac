package io.lacewing.persistence.session;

import io.lacewing.persistence.session.Outgoing.State;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flow of messages between the broker and one client: a deterministic machine without clock and I/O. A shard holds
 * one for each persistent session; for a transient session it lives on the connection's event loop.
 *
 * <p>A message to the client goes through these states, and no others:
 *
 * <pre>
 *   offer, window open             (new)        -> PUBLISH_SENT
 *   offer, window closed           (new)        -> QUEUED
 *   offer, queue full              (new)        -> QUEUED in place of the oldest, or dropped, as the policy says
 *   expired                        QUEUED       -> dropped
 *   next                           QUEUED       -> PUBLISH_SENT
 *   next, at QoS 0                 QUEUED       -> ended
 *   PUBACK (QoS 1)                 PUBLISH_SENT -> ended
 *   PUBREC, reason below 0x80      PUBLISH_SENT -> PUBREL_SENT
 *   PUBREC again                   PUBREL_SENT  -> PUBREL_SENT   (PUBREL again)
 *   PUBREC, reason 0x80 or above   PUBLISH_SENT -> ended
 *   PUBCOMP                        PUBREL_SENT  -> ended
 *   attach                         PUBLISH_SENT -> PUBLISH_SENT  (sent again with DUP, same packet id)
 *   attach                         PUBREL_SENT  -> PUBREL_SENT   (PUBREL again, same packet id)
 *   end                            any          -> ended, or passed on to the share group
 * </pre>
 *
 * <p>A QoS 2 message from the client: PUBLISH makes its packet id <i>received</i>; PUBREL frees it [MQTT-4.3.3-10,
 * MQTT-4.3.3-12].
 *
 * <p>The window: a connection has at most {@code window} messages open, which is the client's Receive Maximum under the
 * session's own limit [MQTT-4.9.0-1, MQTT-4.9.0-2]. What an earlier connection left in flight counts once this one has
 * sent it again; a PUBREL is sent whether there is room or not [MQTT-4.9.0-3].
 *
 * <p>Order: messages are sent in the order in which they were offered, and again in the order in which they were sent;
 * PUBRELs in the order of their PUBRECs (4.6).
 */
public final class Session {
    /** PUBRELs first, as they need no room; then PUBLISHes as they were sent. */
    private static final Comparator<Outgoing> RESEND_ORDER =
            Comparator.<Outgoing>comparingInt(o -> o.isPubrel() ? 0 : 1).thenComparingLong(o -> o.order);

    private static final Comparator<Outgoing> DELIVERY_ORDER = Comparator.comparingLong(o -> o.delivery);

    // Valid for the session.
    private final Ledger ledger;
    final InflightRing inflight = new InflightRing();

    final SendQueue queue;

    @Nullable
    PacketIdSet received;

    long orders;

    // Valid for the connection.
    int window;
    long deliveries;
    private boolean held;
    private int open;
    private long openBytes;
    private Outgoing @Nullable [] resend;
    private int resendNext;

    /** A new session without connection. */
    public Session(Ledger ledger) {
        this.ledger = ledger;
        queue = new SendQueue(ledger);
    }

    /**
     * A connection begins; an earlier one is forgotten. What is in flight is to be sent again [MQTT-4.4.0-1]: call
     * {@link #next} until it returns null.
     *
     * @param receiveMaximum the client's Receive Maximum, 1 to 65,535
     */
    public void attach(int receiveMaximum) {
        if (receiveMaximum < 1) {
            throw new IllegalArgumentException("a Receive Maximum of " + receiveMaximum);
        }
        detach();
        window = Math.min(receiveMaximum, ledger.limits().maxInflight());
        deliveries = 0;
        if (inflight.count() > 0) {
            Outgoing[] all = inflight.inOrder(RESEND_ORDER);
            for (Outgoing message : all) {
                message.delivery = 0;
                message.dup = !message.isPubrel();
            }
            resend = all;
        }
    }

    /** The connection has ended. */
    public void detach() {
        window = 0;
        held = false;
        open = 0;
        openBytes = 0;
        resend = null;
        resendNext = 0;
    }

    /** The connection is to be sent nothing for now: all that comes waits, and {@link #next} gives nothing. Ends with it. */
    public void hold() {
        held = true;
    }

    /** Ends {@link #hold}; call {@link #next} until it returns null. */
    public void goOn() {
        held = false;
    }

    /** True from {@link #hold} to {@link #goOn}. */
    public boolean isHeld() {
        return held;
    }

    /** True between {@link #attach} and {@link #detach}. */
    public boolean isAttached() {
        return window > 0;
    }

    /**
     * The owner's limits have changed. Nothing is dropped before the next message comes; the window changes with the next
     * connection.
     */
    public void limitsChanged() {
        queue.weigh();
    }

    /**
     * What {@link #offer} would make of a message now.
     *
     * @param qos the level to send it at
     * @param now milliseconds since the epoch
     */
    public Fate fate(Message message, Qos qos, long now) {
        int size = message.size();
        if (message.isExpired(now)) {
            return Fate.DROPPED;
        }
        if (goesAtOnce(size, qos)) {
            return Fate.SENT;
        }
        if (queue.hasRoom(size) || queue.canMakeRoom(size)) {
            return Fate.QUEUED;
        }
        return ledger.limits().policy() == QueuePolicy.REJECT ? Fate.REJECTED : Fate.DROPPED;
    }

    /**
     * A message for the client. One at QoS 0 that is sent at once is not kept, and so has no packet id; it waits if there is
     * no connection, or others at QoS 0 wait already.
     *
     * @param qos the level to send it at
     * @param retain the RETAIN flag to send
     * @param identifiers the subscription identifiers to send; kept, so not to be changed
     * @param group the shared subscription that brought it, or null
     * @param now milliseconds since the epoch
     * @return what to send now, or null: it was queued, or dropped and counted
     */
    public @Nullable Outgoing offer(
            Message message,
            Qos qos,
            boolean retain,
            List<Integer> identifiers,
            @Nullable TopicFilter group,
            long now) {
        if (message.isExpired(now)) {
            ledger.dropped(DropCause.EXPIRED);
            return null;
        }
        Outgoing outgoing = new Outgoing(message, qos, retain, identifiers, group);
        if (!goesAtOnce(message.size(), qos)) {
            queue.add(outgoing);
            return null;
        }
        if (qos == Qos.AT_MOST_ONCE) {
            return outgoing;
        }
        ledger.held(message);
        return send(outgoing);
    }

    private boolean goesAtOnce(int size, Qos qos) {
        return window > 0
                && !held
                && (qos == Qos.AT_MOST_ONCE ? !queue.holdsQos0() : resend == null && queue.isEmpty() && hasRoom(size));
    }

    /**
     * What to send next: first what an earlier connection left in flight, then what is queued. Call it after
     * {@link #attach} and after every acknowledgement until it returns null. Queued messages that have expired are
     * dropped; those that were sent once never expire [MQTT-4.3.3-7]. One at QoS 0 has no packet id and has ended with this.
     *
     * @param now milliseconds since the epoch
     */
    public @Nullable Outgoing next(long now) {
        if (window == 0 || held) {
            return null;
        }
        if (resend != null) {
            Outgoing again = nextResend(resend);
            if (again != null || resend != null) {
                return again;
            }
        }
        Outgoing oldest = queue.peek(now);
        if (oldest == null) {
            return null;
        }
        if (oldest.qos() == Qos.AT_MOST_ONCE) {
            ledger.released(oldest.kept());
            return queue.remove();
        }
        return hasRoom(oldest.size()) ? send(queue.remove()) : null;
    }

    /**
     * When {@link #expire} has something to do, milliseconds since the epoch; Long.MAX_VALUE if no message that waits can
     * expire. A second or so after the first of them does.
     */
    public long sweepAt() {
        return queue.sweepAt();
    }

    /** Drops the messages that have expired while they waited, if {@link #sweepAt} has come. */
    public void expire(long now) {
        queue.expire(now);
    }

    /**
     * Drops the message that has waited longest, to make room elsewhere.
     *
     * @throws IllegalStateException if none waits
     */
    public void dropOldest(DropCause cause) {
        queue.dropOldest(cause);
    }

    /** PUBACK for a QoS 1 message. A reason of 0x80 and above ends it as well [MQTT-4.4.0-2]. */
    public AckOutcome puback(int packetId) {
        Outgoing message = inflight.get(packetId);
        if (message == null) {
            return AckOutcome.NOT_FOUND;
        }
        if (message.qos() != Qos.AT_LEAST_ONCE) {
            return AckOutcome.PROTOCOL_ERROR;
        }
        complete(message);
        return AckOutcome.DONE;
    }

    /** PUBREC for a QoS 2 message, with its reason code. */
    public AckOutcome pubrec(int packetId, int reasonCode) {
        Outgoing message = inflight.get(packetId);
        if (message == null) {
            return AckOutcome.NOT_FOUND;
        }
        if (message.qos() != Qos.EXACTLY_ONCE) {
            return AckOutcome.PROTOCOL_ERROR;
        }
        if (message.isPubrel()) {
            return reasonCode >= 0x80 ? AckOutcome.PROTOCOL_ERROR : AckOutcome.SEND_PUBREL;
        }
        if (reasonCode >= 0x80) {
            complete(message);
            return AckOutcome.DONE;
        }
        if (message.sentHere()) {
            openBytes -= message.size();
        }
        ledger.released(message.kept());
        message.message = null;
        message.state = State.PUBREL_SENT;
        message.dup = false;
        message.order = ++orders;
        if (window > 0 && !message.sentHere()) {
            recount(); // acknowledged before it was sent again: now a PUBREL, it has another place in the order
        }
        return AckOutcome.SEND_PUBREL;
    }

    /** PUBCOMP for a QoS 2 message. */
    public AckOutcome pubcomp(int packetId) {
        Outgoing message = inflight.get(packetId);
        if (message == null) {
            return AckOutcome.NOT_FOUND;
        }
        if (!message.isPubrel()) {
            return AckOutcome.PROTOCOL_ERROR;
        }
        complete(message);
        return AckOutcome.DONE;
    }

    /**
     * A QoS 2 PUBLISH from the client.
     *
     * @return true if it is new; false if it is known and must not be passed on again [MQTT-4.3.3-10]
     */
    public boolean receive(int packetId) {
        PacketIdSet ids = received;
        if (ids == null) {
            ids = new PacketIdSet();
            received = ids;
        }
        return ids.add(packetId);
    }

    /** True if a QoS 2 PUBLISH with this id was received and not yet released. */
    public boolean isReceived(int packetId) {
        return received != null && received.contains(packetId);
    }

    /**
     * A PUBREL from the client: its packet id may be used again [MQTT-4.3.3-12].
     *
     * @return false if there is no such packet id (0x92)
     */
    public boolean release(int packetId) {
        return received != null && received.remove(packetId);
    }

    /** What this connection was sent from delivery number {@code from} on and is not yet acknowledged, in order. */
    public List<Outgoing> sentSince(long from) {
        List<Outgoing> found = new ArrayList<>();
        for (Outgoing message : inflight.inOrder(DELIVERY_ORDER)) {
            if (message.sentHere() && message.delivery >= from) {
                found.add(message);
            }
        }
        return found;
    }

    /**
     * The session ends. Gives back what the share groups are still owed: messages not sent, and QoS 1 messages not
     * acknowledged; a QoS 2 message once sent goes to nobody else [MQTT-4.8.2-5]. All others are dropped and counted.
     *
     * @param now milliseconds since the epoch; expired messages are not passed on
     */
    public List<Outgoing> end(long now) {
        List<Outgoing> passedOn = new ArrayList<>();
        for (Outgoing message : inflight.inOrder(RESEND_ORDER)) {
            if (!message.isPubrel()) {
                leave(message, message.qos() == Qos.AT_LEAST_ONCE, now, passedOn);
            }
        }
        for (Outgoing message : queue.all()) {
            leave(message, true, now, passedOn);
        }
        ledger.inflight(-inflight.count());
        inflight.clear();
        queue.clear();
        received = null;
        detach();
        return passedOn;
    }

    /** How many messages wait to be sent. */
    public int queued() {
        return queue.size();
    }

    /** The bytes of the messages that wait to be sent. */
    public long queuedBytes() {
        return queue.bytes();
    }

    /** True if messages at QoS 0 wait: then others at QoS 0 wait behind them. */
    public boolean holdsQos0() {
        return queue.holdsQos0();
    }

    /**
     * True from when the queue is more than 80 % full, in messages or bytes, or had no room for a message, until it is less
     * than half full.
     */
    public boolean isNearlyFull() {
        return queue.level() != SendQueue.CALM;
    }

    /** How many messages are sent and not ended, by this connection or an earlier one. */
    public int inflight() {
        return inflight.count();
    }

    /** The bytes of the messages that this connection was sent and has not acknowledged. */
    public long inflightBytes() {
        return openBytes;
    }

    /** How many packet ids of QoS 2 messages from the client are received and not released. */
    public int received() {
        return received == null ? 0 : received.size();
    }

    private void leave(Outgoing outgoing, boolean movable, long now, List<Outgoing> passedOn) {
        Message message = outgoing.kept();
        ledger.released(message);
        if (message.isExpired(now)) {
            ledger.dropped(DropCause.EXPIRED);
        } else if (movable && outgoing.group() != null) {
            passedOn.add(outgoing);
        } else {
            ledger.dropped(DropCause.SESSION_ENDED);
        }
    }

    private boolean hasRoom(int size) {
        return open < window
                && (openBytes == 0 || openBytes + size <= ledger.limits().maxInflightBytes());
    }

    /** The next of what an earlier connection left; null and {@link #resend} null: none is left; else: no room. */
    private @Nullable Outgoing nextResend(Outgoing[] all) {
        while (resendNext < all.length) {
            Outgoing message = all[resendNext];
            boolean ended = inflight.get(message.packetId) != message;
            if (!ended && !message.isPubrel() && !hasRoom(message.size())) {
                return null;
            }
            resendNext++;
            if (!ended) {
                return transmit(message);
            }
        }
        resend = null;
        resendNext = 0;
        return null;
    }

    private Outgoing send(Outgoing message) {
        inflight.add(message);
        ledger.inflight(1);
        message.state = State.PUBLISH_SENT;
        message.order = ++orders;
        return transmit(message);
    }

    private Outgoing transmit(Outgoing message) {
        message.delivery = ++deliveries;
        open++;
        openBytes += message.size();
        return message;
    }

    private void complete(Outgoing message) {
        inflight.remove(message);
        ledger.inflight(-1);
        if (message.sentHere()) {
            open--;
            openBytes -= message.size();
        }
        Message kept = message.message;
        if (kept != null) {
            ledger.released(kept);
        }
    }

    /** Works out the connection's part from the messages in flight, as after a restore. */
    void recount() {
        open = 0;
        openBytes = 0;
        List<Outgoing> again = new ArrayList<>();
        if (window > 0) {
            for (Outgoing message : inflight.inOrder(RESEND_ORDER)) {
                if (message.sentHere()) {
                    open++;
                    openBytes += message.size();
                } else {
                    again.add(message);
                }
            }
        }
        resend = again.isEmpty() ? null : again.toArray(new Outgoing[0]);
        resendNext = 0;
    }
}
