package io.lacewing.node;

import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.runtime.CoreObserver;
import io.lacewing.node.connection.Broker;
import io.lacewing.node.metrics.LoopMetrics;
import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.shard.NearlyFull;
import io.lacewing.persistence.shard.ShardStats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows whether the node has joined, opens and closes the door for clients, and logs what the core notes. */
final class JoinWatch implements CoreObserver {
    private static final Logger LOG = LoggerFactory.getLogger("io.lacewing.cluster");
    private static final int EXIT_FAILED = 1;
    private static final String MISSING = "the node has not joined its cluster";

    private final Promise<Void> joined = Promise.promise();
    private volatile @Nullable Broker broker;
    private volatile boolean ready;
    /** Counts what happens on the core's thread. */
    private final LoopMetrics metrics;

    private final QueueWatch queues = new QueueWatch(LOG::warn);
    private volatile ShardStats holding = ShardStats.NONE;

    JoinWatch(LoopMetrics metrics) {
        this.metrics = metrics;
    }

    /** The broker that is told; before the core starts. */
    void onReady(Broker told) {
        broker = told;
    }

    /** Done when the node has joined for the first time. */
    Future<Void> joined() {
        return joined.future();
    }

    /** What is missing for clients to be served, or null. */
    @Nullable
    String missing() {
        return ready ? null : MISSING;
    }

    /** What the shards of this node hold together. Any thread. */
    ShardStats held() {
        return holding;
    }

    @Override
    public void ready(boolean now) {
        ready = now;
        Broker told = broker;
        if (told != null) {
            told.unavailable(now ? null : MISSING);
        }
        if (now) {
            joined.tryComplete();
        }
    }

    @Override
    public void note(Event event, long count, String detail) {
        switch (event) {
            case DIGEST_DIFFERS, REPLICA_DIVERGED, OWED_REFUSED, REQUEST_TIMED_OUT ->
                LOG.warn("{} ({}): {}", event, count, detail);
            case FORWARD_DROPPED -> {
                LOG.warn("{} ({}): {}", event, count, detail);
                metrics.messagesDropped(io.lacewing.node.metrics.DropCause.OVERLOADED, count);
            }
            // A gap is what a copy has that was made while a batch was under way: no fault, and repaired.
            case REPLICA_GAP, SHARD_CREATED, SHARD_TAKEN_OVER, SHARE_WITHOUT_MEMBER ->
                LOG.debug("{} ({}): {}", event, count, detail);
            case RETAINED_FULL -> {
                LOG.debug("{} ({}): {}", event, count, detail);
                metrics.messagesDropped(io.lacewing.node.metrics.DropCause.RETAINED_FULL, count);
            }
            case ROUTES_OF_DEAD_NODE_DROPPED -> LOG.info("{} ({}): {}", event, count, detail);
        }
    }

    @Override
    public void forwarded(int sent, int received) {
        metrics.forwardsSent(sent);
        metrics.forwardsReceived(received);
    }

    @Override
    public void dropped(DropCause cause, long messages) {
        metrics.messagesDropped(io.lacewing.node.metrics.DropCause.of(cause), messages);
    }

    @Override
    public void nearlyFull(NearlyFull session) {
        queues.nearlyFull(session, System.nanoTime());
    }

    @Override
    public void holding(ShardStats sum) {
        holding = sum;
        queues.tick(System.nanoTime());
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error("The node can not go on and ends at once; what it held is on other nodes", cause);
        Runtime.getRuntime().halt(EXIT_FAILED);
    }
}
