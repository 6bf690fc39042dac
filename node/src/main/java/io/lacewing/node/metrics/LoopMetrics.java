package io.lacewing.node.metrics;

import io.lacewing.node.rates.RateCause;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one event loop counts. Only its own thread may call the methods that count; any thread may read sums through
 * {@link BrokerMetrics}.
 *
 * <p>Counting is a plain read, an addition and an opaque write in an array that no other thread writes: no lock prefix
 * and no sharing of cache lines, which a LongAdder would cost on each packet. A reader may see a count a little late,
 * never torn, never going back.
 */
public final class LoopMetrics {
    /** Cells left free at both ends, so that two loops' arrays never share a cache line (64 bytes). */
    private static final int PADDING = 8;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int OPENED = Family.CONNECTIONS_OPENED.base();
    private static final int CLOSED = Family.CONNECTIONS_CLOSED.base();
    private static final int CONNECTS = Family.CONNECTS.base();
    private static final int MESSAGES_RECEIVED = Family.MESSAGES_RECEIVED.base();
    private static final int MESSAGES_SENT = Family.MESSAGES_SENT.base();
    private static final int DROPPED = Family.MESSAGES_DROPPED.base();
    private static final int DENIED = Family.AUTHORIZATION_DENIED.base();
    private static final int READING_HELD = Family.READING_HELD.base();
    private static final int READING_HELD_TIME = Family.READING_HELD_TIME.base();
    private static final int FORWARDS_SENT = Family.FORWARDS_SENT.base();
    private static final int FORWARDS_RECEIVED = Family.FORWARDS_RECEIVED.base();
    private static final int SHARDS_LOST = Family.SHARDS_LOST.base();
    private static final int SHARDS_FORCED = Family.SHARDS_FORCED.base();
    private static final int SHARDS_RECOVERED = Family.SHARDS_RECOVERED.base();
    private static final int REPLICAS_BEHIND = Family.REPLICAS_BEHIND.base();
    private static final int REPLICAS_DIVERGED = Family.REPLICAS_DIVERGED.base();
    private static final int PAUSES = Family.PAUSES.base();

    private final long[] cells = new long[PADDING + Family.CELLS + PADDING];

    LoopMetrics() {}

    /** A network connection was taken. */
    public void connectionOpened() {
        add(OPENED, 1);
    }

    /** A network connection that was counted as opened has ended. */
    public void connectionClosed() {
        add(CLOSED, 1);
    }

    /**
     * CONNECT was answered.
     *
     * @param reasonCode the reason code of MQTT 5 (3.2.2.2), also for clients of older versions
     */
    public void connectAnswered(int reasonCode) {
        add(CONNECTS + ConnectReasons.index(reasonCode), 1);
    }

    /** A PUBLISH came from a client. */
    public void messageReceived(int qos) {
        add(MESSAGES_RECEIVED + qos, 1);
    }

    /** A PUBLISH was written to a client. */
    public void messageSent(int qos) {
        add(MESSAGES_SENT + qos, 1);
    }

    /** A message for a client was dropped. */
    public void messageDropped(DropCause cause) {
        messagesDropped(cause, 1);
    }

    /** {@code count} messages for clients were dropped for the same cause. */
    public void messagesDropped(DropCause cause, long count) {
        add(DROPPED + cause.ordinal(), count);
    }

    /** Something was kept from a client. */
    public void authorizationDenied(DeniedAction action) {
        add(DENIED + action.ordinal(), 1);
    }

    /** A client was not read from for so many nanoseconds, because of a rate. */
    public void readingHeld(RateCause cause, long nanos) {
        add(READING_HELD + cause.ordinal(), 1);
        add(READING_HELD_TIME + cause.ordinal(), nanos);
    }

    /** {@code count} messages were passed on to other nodes. */
    public void forwardsSent(long count) {
        add(FORWARDS_SENT, count);
    }

    /** {@code count} messages came from other nodes. */
    public void forwardsReceived(long count) {
        add(FORWARDS_RECEIVED, count);
    }

    /** {@code count} shards began empty, as all their copies were lost. */
    public void shardsLost(long count) {
        add(SHARDS_LOST, count);
    }

    /** {@code count} shards were opened as an operator wanted. */
    public void shardsForced(long count) {
        add(SHARDS_FORCED, count);
    }

    /** {@code count} shards were put back from disk. */
    public void shardsRecovered(long count) {
        add(SHARDS_RECOVERED, count);
    }

    /** {@code count} copies were found behind. */
    public void replicasBehind(long count) {
        add(REPLICAS_BEHIND, count);
    }

    /** {@code count} copies were found different. */
    public void replicasDiverged(long count) {
        add(REPLICAS_DIVERGED, count);
    }

    /** The node has lost its lease. */
    public void paused() {
        add(PAUSES, 1);
    }

    private void add(int cell, long amount) {
        int index = PADDING + cell;
        CELL.setOpaque(cells, index, cells[index] + amount);
    }

    /** The count in a cell. Any thread. */
    long get(int cell) {
        return (long) CELL.getOpaque(cells, PADDING + cell);
    }
}
