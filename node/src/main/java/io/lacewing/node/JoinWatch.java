package io.lacewing.node;

import io.lacewing.cluster.core.ClusterStanding;
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
    private final Promise<String> rejoin = Promise.promise();
    private final NoteLog notes = new NoteLog(LOG);
    private volatile @Nullable ClusterStanding standing;
    private volatile @Nullable Broker broker;
    private volatile @Nullable String missing = MISSING;
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
        return missing;
    }

    /** Done, with the reason, when the cluster goes on without this node. */
    Future<String> rejoin() {
        return rejoin.future();
    }

    /** How the node stands in its cluster; null before the core has said so. */
    @Nullable
    ClusterStanding standing() {
        return standing;
    }

    /** Logs what was noted meanwhile; to be called every now and then. */
    void flush() {
        notes.flush();
    }

    /** What the shards of this node hold together. Any thread. */
    ShardStats held() {
        return holding;
    }

    @Override
    public void ready(@Nullable String lacks) {
        String lacked = missing;
        missing = lacks;
        Broker told = broker;
        if (told == null) {
            return;
        }
        if (lacks == null) {
            told.goOn();
            if (!joined.tryComplete() && lacked != null) {
                LOG.info("clients are served again");
            }
        } else {
            told.pause(lacks);
            if (joined.future().isComplete() && !lacks.equals(lacked)) {
                LOG.warn("clients are not served: {}", lacks);
            }
        }
    }

    @Override
    public void note(Event event, long count, String detail) {
        notes.note(event, count, detail);
        switch (event) {
            case SHARD_LOST -> metrics.shardsLost(count);
            case SHARD_FORCED -> metrics.shardsForced(count);
            case SHARD_RECOVERED -> metrics.shardsRecovered(count);
            case REPLICA_GAP -> metrics.replicasBehind(count);
            case REPLICA_DIVERGED -> metrics.replicasDiverged(count);
            case PAUSED -> metrics.paused();
            case FORWARD_DROPPED -> metrics.messagesDropped(io.lacewing.node.metrics.DropCause.OVERLOADED, count);
            case RETAINED_FULL -> metrics.messagesDropped(io.lacewing.node.metrics.DropCause.RETAINED_FULL, count);
            default -> {
                // Logged only.
            }
        }
    }

    @Override
    public void standing(ClusterStanding now) {
        standing = now;
    }

    @Override
    public void rejoin(String why) {
        rejoin.tryComplete(why);
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
