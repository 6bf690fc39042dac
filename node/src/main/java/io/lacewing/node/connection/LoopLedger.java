package io.lacewing.node.connection;

import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.overload.Budget;
import io.lacewing.node.overload.Overload;
import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.Ledger;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.MessageUses;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What the transient sessions of one event loop keep, counted against the node's budget: a message that many of them keep once,
 * each place in a session a little. Its bounds are each session's own; they get small while all sessions of the node together
 * have all they may. Owned by its loop.
 */
final class LoopLedger implements Ledger {
    /** What an entry takes beside its message. */
    private static final int PLACE = 72;

    /** What a subscription takes beside its filter, and each level of that; more than measured, as some share their places. */
    private static final int SUBSCRIPTION = 300;

    private static final int LEVEL = 100;

    private static final int LITTLE_MESSAGES = 16;
    private static final long LITTLE_BYTES = 64 * 1024;

    /** Nobody is disconnected for less. */
    private static final long LEAST = 4 * 1024;

    /** So many connections at most are closed in one turn. */
    private static final int MOST_AT_ONCE = 64;

    private final int index;
    private final Broker broker;
    private final Budget budget;
    private final Budget.Share share;
    private final MessageUses uses = new MessageUses();
    private final SessionLimits usual;
    private final SessionLimits little;
    private final SessionLimits nothing;

    LoopLedger(int index, Broker broker) {
        this.index = index;
        this.broker = broker;
        this.budget = broker.overload().sessions();
        this.share = budget.share();
        ConnectionLimits limits = broker.limits();
        this.usual = limits(limits, limits.maxQueuedMessages(), limits.maxQueuedBytes(), limits.maxPendingBytes());
        this.little = limits(
                limits,
                Math.min(LITTLE_MESSAGES, limits.maxQueuedMessages()),
                Math.min(LITTLE_BYTES, limits.maxQueuedBytes()),
                Math.min(LITTLE_BYTES, limits.maxPendingBytes()));
        this.nothing = limits(limits, 0, 0, 0);
    }

    private static SessionLimits limits(ConnectionLimits of, int messages, long bytes, long inflightBytes) {
        return new SessionLimits(messages, bytes, of.maxInflight(), inflightBytes, of.queuePolicy(), false);
    }

    @Override
    public SessionLimits limits() {
        if (!budget.isFull()) {
            return usual;
        }
        return budget.isExhausted() ? nothing : little;
    }

    @Override
    public void held(Message message) {
        share.add(uses.add(message) ? PLACE + message.size() : PLACE);
    }

    @Override
    public void released(Message message) {
        share.add(uses.remove(message) ? -PLACE - message.size() : -PLACE);
    }

    @Override
    public void dropped(DropCause cause) {
        broker.counters().dropped(index, cause);
    }

    @Override
    public void queued(int change) {
        // Nobody asks for the number over transient sessions.
    }

    @Override
    public void inflight(int change) {
        // Nobody asks for the number over transient sessions.
    }

    @Override
    public void nearlyFull(int change) {
        // Who publishes to a transient session waits for it instead.
    }

    /**
     * A session has a subscription more.
     *
     * @return the bytes that it counts as
     */
    long subscribed(TopicFilter filter) {
        long bytes = cost(filter);
        share.add(bytes);
        return bytes;
    }

    /**
     * A session that had a subscription has it no more.
     *
     * @return the bytes that it counted as
     */
    long unsubscribed(TopicFilter filter) {
        long bytes = cost(filter);
        share.add(-bytes);
        return bytes;
    }

    /** With its places in tables, of which there may be one for each level. */
    private static long cost(TopicFilter filter) {
        return SUBSCRIPTION + 2L * filter.toString().length() + (long) LEVEL * filter.levelCount();
    }

    /** True while transient sessions may take nothing more. */
    boolean isFull() {
        return budget.isFull();
    }

    /** While the node has too much, disconnects the clients of this loop whose transient sessions take most. */
    void shed(KeepAlive connections) {
        Overload overload = broker.overload();
        // Not those of a loop that has its share or less.
        if (!overload.sheds() || budget.fill() < 0.5 || share.held() < budget.limit() / 2 / broker.loopCount()) {
            return;
        }
        long least = Math.max(LEAST, share.held() / Math.max(1, connections.size()));
        PriorityQueue<Connection> most = new PriorityQueue<>(Comparator.comparingLong(LoopLedger::held));
        for (Connection connection : connections.all()) {
            if (held(connection) >= least) {
                most.add(connection);
                if (most.size() > MOST_AT_ONCE) {
                    most.poll();
                }
            }
        }
        int may = overload.claim(most.size());
        while (most.size() > may) {
            most.poll();
        }
        overload.count(Overload.Action.SESSION, may);
        for (Connection connection : most) {
            connection.disconnect(ReasonCode.QUOTA_EXCEEDED, "the node is short of memory");
        }
    }

    /** Of what is counted here; what waits and what it is subscribed to alike, so that nobody fills the budget unseen. */
    private static long held(Connection connection) {
        ClientSession session = connection.session();
        return session == null ? 0 : session.heldBytes();
    }
}
