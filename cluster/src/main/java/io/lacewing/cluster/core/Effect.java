package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node's core wants done. Effects are carried out in order. */
public sealed interface Effect {

    /** Send a frame to another node; it may get lost. */
    record Send(Frame frame) implements Effect {}

    // ---- the replicated shards ----

    /** Find the shard in the replicated map. Answered by {@link Input.ShardOpened} or {@link Input.ShardMissing}. */
    record OpenShard(int shard) implements Effect {}

    /** Make the shard, empty, if the replicated map has none. Answered by {@link Input.ShardOpened}. */
    record CreateShard(int shard) implements Effect {}

    /**
     * From now on the replicated map may take a copy of this shard from another node's disk, if it has exactly this
     * standing and there is none yet. Not answered: look for it by {@link OpenShard}.
     */
    record ExpectCopy(int shard, long epoch, long sequence) implements Effect {}

    /** Put this node's copy from disk into the replicated map, whose owner expects it. Not answered. */
    record SendCopy(int shard, long epoch, long sequence) implements Effect {}

    /** This node's copy on disk is not needed any more: others hold a later one. */
    record ForgetCopy(int shard) implements Effect {}

    /** Apply a batch on all replicas. Answered by BatchApplied or BatchFailed, and by the replicas' reports. */
    record SubmitBatch(Batch batch) implements Effect {}

    /** Copy the owner's replica to all backups, as one of them is behind. Answered by the replicas' reports. */
    record InstallCopies(int shard, long epoch, long sequence) implements Effect {}

    // ---- the maps behind the shared tables ----

    /** Store records, each only if newer than what is there. Answered by {@link Input.RecordsStored}. */
    record StoreRecords(long store, List<TableRecord> records) implements Effect {}

    /** Read all records of all tables. Answered by {@link Input.TablesLoaded}. */
    record LoadTables() implements Effect {}

    /** Remove the routes of a dead node from the map. Not answered; repeated by others if need be. */
    record ForgetDestination(long incarnation) implements Effect {}

    // ---- this node's disk ----

    /** Replace the node's own state on disk, and force it. Answered by {@link Input.StateSaved}. */
    record SaveState(long save, NodeState state) implements Effect {}

    /** Append records of the shared tables to the journal. Answered by {@link Input.RecordsKept}. */
    record KeepRecords(long keep, List<TableRecord> records) implements Effect {}

    /** All records that live were given to {@link KeepRecords} since {@link Input.RecordsWanted}. */
    record RecordsWritten(long mark) implements Effect {}

    /** Note on disk that the node was one of its cluster at this time, milliseconds since the epoch. */
    record Alive(long wall) implements Effect {}

    // ---- to the operator and the process ----

    /** Answer to {@link Input.Operate}: lines for people. */
    record Answered(long request, List<String> lines) implements Effect {}

    /** How the node stands in its cluster, when it has changed. */
    record Standing(ClusterStanding standing) implements Effect {}

    /** The others go on without this node: it is to begin anew, under another incarnation. */
    record Rejoin(String why) implements Effect {}

    /** Until this time, monotonic milliseconds as in {@link NodeCore#handle}, the node may acknowledge. */
    record Lease(long until) implements Effect {}

    // ---- to this node's connections ----

    /** What is for the event loop of one connection. */
    sealed interface ToLoop extends Effect {}

    /** Answer to a request. */
    record Reply(long request, Answer answer) implements ToLoop {}

    /** What a request is answered. */
    sealed interface Answer {
        /** By the shard. */
        record Shard(OpResult result) implements Answer {}

        /**
         * A publish reached all its homes.
         *
         * @param matched how many destinations there were (not this node's plain transient sessions)
         * @param rejected how many full sessions rejected it, if no session anywhere took it; else 0
         */
        record Published(int matched, int rejected) implements Answer {
            /** One that was taken, or that nobody was there for. */
            public Published(int matched) {
                this(matched, 0);
            }
        }

        /** Done. */
        record Ok() implements Answer {}

        /** It could not be had in time and may or may not happen yet: no acknowledgement. */
        record Unavailable(String why) implements Answer {}
    }

    /** Write this to a connected client; in order, each once. */
    record Deliver(Delivery delivery) implements ToLoop {}

    /**
     * Close a connection of this node with 0x8E Session taken over. Somebody waits for its Detach: if there is no such
     * connection any more, one is to be asked for all the same, with this epoch.
     */
    record CloseConnection(long number, String clientId, long epoch) implements ToLoop {}

    /** Give a message to this node's transient sessions: all plain matches, or one member of each group. */
    record DeliverLocal(Message message, boolean plain, List<TopicFilter> groups) implements Effect {}

    // ---- what event loops read ----

    /** The routes as they are now; every event loop must see them before a later {@link Send} leaves. */
    record PublishRoutes(RouteIndex routes) implements Effect {}

    /** The retained messages, and the broker's own rows ({@link OwnTopics}), as they are now; as for routes. */
    record PublishRetained(RetainedIndex retained, RetainedIndex own) implements Effect {}

    /** The node has joined: its tables are complete and it may accept clients (null); or why it may not any more. */
    record Ready(@Nullable String missing) implements Effect {
        /** It may. */
        public static final Ready YES = new Ready(null);
    }

    /** Something that an operator wants to know or count. */
    record Note(Event event, long count, String detail) implements Effect {}

    /** What is noted. */
    enum Event {
        DIGEST_DIFFERS,
        REPLICA_GAP,
        REPLICA_DIVERGED,
        SHARD_CREATED,
        SHARD_TAKEN_OVER,
        /** No copy that may be used is present: the shard waits for its nodes. */
        SHARD_CLOSED,
        /** All copies of a shard that was in memory only are lost: it begins empty. */
        SHARD_LOST,
        /** A shard was put back from a node's disk. */
        SHARD_RECOVERED,
        /** An operator opened a shard from what there was. */
        SHARD_FORCED,
        /** The node has lost its lease, or has it again. */
        PAUSED,
        RESUMED,
        /** The voters have changed. */
        VOTERS_CHANGED,
        /** A node that belongs to another cluster is among the members. */
        FOREIGN_NODE,
        FORWARD_DROPPED,
        OWED_REFUSED,
        /** A shard holds nearly all it may. */
        SHARD_NEARLY_FULL,
        SHARE_WITHOUT_MEMBER,
        RETAINED_FULL,
        REQUEST_TIMED_OUT,
        ROUTES_OF_DEAD_NODE_DROPPED
    }
}
