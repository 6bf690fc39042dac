package io.lacewing.cluster;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * An event loop's way to the node's core and so to shards and other nodes. One per event loop; every method is called on
 * that loop, and every answer comes back on it. What is asked during one turn of the loop crosses in one hand-over, and
 * stays in order.
 */
public interface Gate {

    /** Takes an answer, on the event loop of the gate. */
    @FunctionalInterface
    interface Reply {
        void answer(Answer answer);
    }

    /** The incarnation of this node, for {@code ConnectionId}. */
    long incarnation();

    /** The routes to other nodes and to shards (and to this node's own transient sessions), as of now. */
    RouteIndex routes();

    /** All retained messages, as of now. */
    RetainedIndex retained();

    /** True if the core is so far behind that publishers should wait. */
    boolean isCongested();

    /**
     * True while this node has its lease. To be asked before a client is told that something is done which did not go
     * through {@link #request} or {@link #publish}: their answers are held back until the node may give them.
     */
    boolean mayAcknowledge();

    /** A version for a retained message that is published now; higher than every version this node has seen. */
    long nextRetainedVersion();

    /** A connection number that was never given out on this node. */
    long nextConnectionNumber();

    /** Deliveries and take-overs of this connection go to {@code port} from now on; before its Attach is sent. */
    void register(long connectionNumber, ClientPort port);

    /** The connection is gone; what still comes for it is dropped. */
    void unregister(long connectionNumber);

    /**
     * An op for the shard of {@code clientId}; answered when its copies are proven and what it awaits is done.
     *
     * @return the request, for {@link #cancel}; 0 if no reply is wanted
     */
    long request(String clientId, ShardOp op, @Nullable Reply reply);

    /**
     * Nobody wants what was asked any more: an attach, as its connection has closed, is taken back if no shard has taken it.
     * The reply comes nevertheless: that it is unavailable, or, if it was on its way already, the answer.
     */
    void cancel(long request);

    /**
     * A message that this node's transient sessions with plain subscriptions have already been given, by the caller.
     * Answered when all other homes have it, and, if it is retained, every node. Needed only if {@link #routes} has a
     * match other than this node's own plain destination, or the message is retained.
     */
    void publish(Message message, @Nullable Reply reply);

    /**
     * Answered when every live node has taken all that was sent to it on behalf of what was asked here before, messages of
     * QoS 0 among it. Not what waits on this node for a shard that moves.
     *
     * @return the request, for {@link #cancel}
     */
    long settle(Reply reply);

    /** As {@code Input.LocalSubscriptions}. */
    void localSubscriptions(TopicFilter filter, int delta, @Nullable Reply reply);

    /** As {@code Input.PassOn}. */
    void passOn(TopicFilter group, Message message);

    /**
     * Hands over now, not at the end of the turn, what has been asked: for what must reach the core before somebody else
     * can see that it was asked.
     */
    void flush();
}
