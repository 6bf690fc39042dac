package io.lacewing.cluster.core;

import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can happen to a node's core. */
public sealed interface Input {

    /** Time passes; about every 50 ms. */
    record Tick() implements Input {}

    /** Membership or ownership changed. */
    record ViewChanged(View view) implements Input {}

    /** A frame came from another node. */
    record FrameReceived(Frame frame) implements Input {}

    // ---- the replicated shards ----

    /**
     * Answer to {@link Effect.OpenShard} or {@link Effect.CreateShard}: what the replicated map holds.
     *
     * @param owner the incarnation of the owner that wrote it last, 0 if none did
     */
    record ShardOpened(int shard, long epoch, long sequence, long hash, long owner, boolean created) implements Input {}

    /** Answer to {@link Effect.OpenShard}: the replicated map has no copy of the shard. */
    record ShardMissing(int shard) implements Input {}

    /** This node's own replica applied a batch that this node submitted as the owner. */
    record BatchApplied(int shard, Applied applied) implements Input {}

    /** A replica on this node (owner or backup) applied a batch or an installed copy, or found a gap. */
    record ReplicaReported(ReplicaReport report, long owner) implements Input {}

    /** A batch was not applied by the owner's replica, or nobody knows. */
    record BatchFailed(int shard, long epoch, long sequence, Failure failure) implements Input {}

    /** Why a batch failed. */
    enum Failure {
        /** This member does not own the shard's partition: nothing was applied. */
        NOT_OWNER,
        /** The replica has a greater epoch: there is a newer owner. Nothing was applied. */
        STALE,
        /** The replica's sequence is another one. Nothing was applied. */
        GAP,
        /** The replicated map has no such shard. Nothing was applied. */
        MISSING,
        /** It may or may not have been applied, here or at backups. */
        UNKNOWN
    }

    // ---- the maps behind the shared tables ----

    /** Answer to {@link Effect.StoreRecords}: stored, or to be tried again if not {@code ok}. */
    record RecordsStored(long store, boolean ok) implements Input {}

    /** Answer to {@link Effect.LoadTables}: all records, or try again if not {@code ok}. */
    record TablesLoaded(boolean ok, List<TableRecord> records) implements Input {}

    // ---- this node's disk ----

    /** Answer to {@link Effect.SaveState}: the state is safe on disk. */
    record StateSaved(long save) implements Input {}

    /** Answer to {@link Effect.KeepRecords}: the records are as safe on disk as the configuration asks for. */
    record RecordsKept(long keep) implements Input {}

    /** The journal wants all records that live written again, as it is to forget old ones. */
    record RecordsWanted(long mark) implements Input {}

    /** The disk takes nothing ({@code why} says what is wrong), or takes writes again (null). */
    record Disk(@Nullable String why) implements Input {}

    // ---- from an operator ----

    /** An operator wants something; answered by {@link Effect.Answered}. */
    record Operate(long request, Order order) implements Input {}

    /** What an operator can want. */
    sealed interface Order {
        /** What the node knows of the cluster: voters, lease, shards that are closed and why. */
        record Status() implements Order {}

        /** Go on without the nodes that are missing: their copies and votes are given up. */
        record RecoverByForce() implements Order {}

        /** A node that is not present will never come back: it votes no more. */
        record ForgetNode(String nodeId) implements Order {}

        /**
         * A row of the broker's own is to be kept by all nodes, in place of an older one of its topic; with an empty payload,
         * that is to go. Answered without a line when all nodes have it, while this node may acknowledge.
         *
         * @param row on one of {@link OwnTopics}; its expiry counts, its level of service and version do not
         */
        record Keep(Message row) implements Order {
            /** Refuses clients' topics. */
            public Keep {
                if (!OwnTopics.has(row.topic())) {
                    throw new IllegalArgumentException("not a topic of the broker's own: " + row.topic());
                }
            }
        }
    }

    // ---- from this node's connections; {@code request} is answered by {@link Effect.Reply}, 0 wants no answer ----

    /** An op for the shard of a client id: answered when its copies are proven and what it awaits is done. */
    record Request(long request, String clientId, ShardOp op) implements Input {}

    /**
     * The connection of an attach that is not answered has closed: the attach is taken back, lest it reach the shard after
     * the client's next one. It is answered that it is unavailable; if it was answered already, nothing happens.
     */
    record Cancel(long request) implements Input {}

    /**
     * A message that this node's event loop has already given to this node's own transient sessions with plain
     * subscriptions. Answered when all other homes have it, and, if it is retained, every node.
     */
    record Publish(long request, Message message) implements Input {}

    /** Answered {@link Effect.Answer.Ok} when every live node has taken all that this node has sent to it so far. */
    record Settle(long request) implements Input {}

    /**
     * This node's transient sessions have {@code delta} more (or fewer) subscriptions of a filter, plain or shared.
     * Answered when every live node routes accordingly.
     */
    record LocalSubscriptions(long request, TopicFilter filter, int delta) implements Input {}

    /** A transient member of a share group ended with this message unsent or unacknowledged: another member gets it. */
    record PassOn(TopicFilter group, Message message) implements Input {}
}
