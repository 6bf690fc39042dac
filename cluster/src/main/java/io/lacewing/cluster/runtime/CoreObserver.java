package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.ClusterStanding;
import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.shard.NearlyFull;
import io.lacewing.persistence.shard.ShardStats;
import org.jspecify.annotations.Nullable;

/** Is told what the core wants people to know. Called on the core's context. */
public interface CoreObserver {

    /** The node has joined and may accept clients (null), or what it lacks. */
    void ready(@Nullable String missing);

    /** Something to log and count. */
    void note(Event event, long count, String detail);

    /** How the node stands in its cluster, when it has changed. */
    void standing(ClusterStanding standing);

    /**
     * The others go on without this node: it is to end at once, without handing anything over, and to begin anew under
     * another incarnation. May be called again.
     */
    void rejoin(String why);

    /** So many application messages were sent to, and came from, other nodes since the last call. */
    void forwarded(int sent, int received);

    /** Shards of this node dropped messages. */
    void dropped(DropCause cause, long messages);

    /** The queue of a session in a shard of this node has become nearly full. */
    void nearlyFull(NearlyFull session);

    /** What the shards of this node hold together. After every turn of the core, so several times a second. */
    void holding(ShardStats sum);

    /**
     * The core can not go on: what it was told or was to do may be lost, so that nothing it says after this may be
     * believed. The process must end; its copies are on other nodes. Any thread.
     */
    void failed(Throwable cause);
}
