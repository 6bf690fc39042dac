package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeState.Ballot;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.List;

/** What nodes say to each other over a link: exactly once and in order while both live. */
public sealed interface NodeMessage {

    /**
     * An application message for sessions that live on the receiving node or in shards it owns: one per node however many
     * sessions match there.
     *
     * @param message the message
     * @param origin who numbered it for the receiver's transient sessions: a node (then the link's own order is enough)
     *     or a shard's outbox (then {@code number} is the outbox id, and one already seen is not delivered again)
     * @param number see {@code origin}; 0 for a node
     * @param plain true: for every transient session on the node with a matching subscription that is not shared
     * @param groups the shared filters of which the receiving node was picked, for its transient members
     * @param targets the shards that the receiver is thought to own, with the op's number for each
     */
    record Forward(
            Message message,
            Origin origin,
            long number,
            boolean plain,
            List<TopicFilter> groups,
            List<ShardTarget> targets)
            implements NodeMessage {}

    /**
     * One shard's part of a forward; it stands for a {@link NumberedOp} with a {@code ShardOp.Publish} of the same origin.
     */
    record ShardTarget(
            int shard, long number, long previous, long confirmed, boolean plain, List<TopicFilter> groups) {}

    /** Numbered ops for a shard that the receiver is thought to own; results up to {@code confirmed} may be forgotten. */
    record Ops(int shard, Origin origin, long confirmed, List<NumberedOp> ops) implements NodeMessage {}

    /** Answers of a shard to ops that the receiver sent. */
    record Answers(int shard, List<Applied.Answer> answers) implements NodeMessage {}

    /** The sender does not own the shard (yet, or any more); ops of the origin were not taken. */
    record NotOwner(int shard, Origin origin) implements NodeMessage {}

    /** Deliveries to clients connected to the receiver, from a shard in an epoch of its owner. */
    record Deliveries(int shard, long epoch, List<Delivery> deliveries) implements NodeMessage {}

    /** Close this connection, attached with this epoch: its client id was taken over. The Detach is the answer. */
    record CloseConnection(long number, String clientId, long epoch) implements NodeMessage {}

    /** The sender has just joined: from now on send it every change, and now those still under way. */
    record Hello(String nodeId) implements NodeMessage {}

    /** Changes of the shared tables; answered by {@link ChangesKept} when they are as safe here as they are to be. */
    record Changes(long broadcast, List<TableRecord> records) implements NodeMessage {}

    /** The sender has the changes of this broadcast of the receiver, and will have them after a restart. */
    record ChangesKept(long broadcast) implements NodeMessage {}

    /**
     * A sign of life; answered by {@link Echo} at once.
     *
     * @param sentAt the sender's monotonic clock
     * @param members the incarnations that the sender counts as members
     * @param ready true if its tables are complete
     * @param offered true if it has told everybody of all that its disk has of the tables
     * @param aliveAt when it last was one of its cluster, by what its disk says; 0 if never
     * @param votersVersion of the voters that it knows
     */
    record Pulse(long sentAt, List<Long> members, boolean ready, boolean offered, long aliveAt, long votersVersion)
            implements NodeMessage {}

    /** The answer to a {@link Pulse}. */
    record Echo(long sentAt) implements NodeMessage {}

    /**
     * The sender, and whoever starts on its data directory later, never again answers these incarnations' pulses. Each
     * node is told of each once.
     */
    record GivenUp(List<Long> incarnations) implements NodeMessage {}

    /**
     * The copies of shards that the sender has on its disk now: to each node once, and whenever it asks.
     *
     * @param answers the number of the {@link WantOffers} that it answers; 0 if none
     */
    record Offers(long answers, List<Offer> offers) implements NodeMessage {}

    /** The receiver is to say what its disk has now. */
    record WantOffers(long number) implements NodeMessage {}

    /** The receiver is to put its copy of a shard into the replicated map. */
    record WantCopy(int shard, long epoch, long sequence) implements NodeMessage {}

    /** An operator wants the receiver to open its shards from what there is, those that are not open now. */
    record OpenByForce() implements NodeMessage {}

    /** About the register of voters. */
    sealed interface OfVoters extends NodeMessage {
        /** Promise to take part in no attempt before this one, and tell what was accepted. */
        record Prepare(Ballot ballot) implements OfVoters {}

        /** Answer to {@link Prepare}: promised. */
        record Promise(Ballot ballot, Ballot accepted, Voters voters) implements OfVoters {}

        /** Accept this value. */
        record Accept(Ballot ballot, Voters voters) implements OfVoters {}

        /** Answer to {@link Accept}: accepted. */
        record Accepted(Ballot ballot) implements OfVoters {}

        /** Answer to {@link Prepare} and {@link Accept}: promised to a later attempt. */
        record Rejected(Ballot ballot, Ballot promised) implements OfVoters {}

        /** These are the voters: a majority accepted them. */
        record Learn(Ballot ballot, Voters voters) implements OfVoters {}

        /** Tell the voters: the receiver knows of later ones. */
        record Ask() implements OfVoters {}
    }

    /**
     * Digests of a table by hash range, for comparison when both sides are quiet; or, {@code joining}, from a node that
     * wants at once what it lacks: it gets the records of all ranges that differ, and then {@link Ranges} of none.
     */
    record Digests(Table table, List<Long> digests, boolean joining) implements NodeMessage {}

    /** All records of some hash ranges, as their digests differ; {@code reply} asks for the receiver's in return. */
    record Ranges(Table table, List<Integer> ranges, List<TableRecord> records, boolean reply) implements NodeMessage {}

    /** What a replica of a shard that the receiver owns has applied. */
    record Report(ReplicaReport report) implements NodeMessage {}

    /** Which shared table. */
    enum Table {
        ROUTES,
        RETAINED,
        HOLDERS
    }
}
