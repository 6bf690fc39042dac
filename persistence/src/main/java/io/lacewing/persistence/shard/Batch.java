package io.lacewing.persistence.shard;

import java.util.List;

/**
 * The unit in which a shard changes and is replicated. A replica applies it only if its epoch is the replica's (or begins
 * with {@link ShardOp.TakeOver}, then greater) and its sequence is the next.
 *
 * @param shard which shard
 * @param epoch the shard's epoch under its present owner
 * @param sequence the number of this batch: the replica's sequence + 1
 * @param time milliseconds since the epoch by the owner's clock; the shard never goes back
 * @param owner the incarnation of the node that submits it
 * @param ops what happens, in order
 * @param confirmed what origins have seen answered: results up to these numbers are forgotten
 * @param behaviour which behaviour the ops are applied by: the lowest of all members' ({@link Shard#BEHAVIOUR})
 */
public record Batch(
        int shard,
        long epoch,
        long sequence,
        long time,
        long owner,
        List<NumberedOp> ops,
        List<Confirmed> confirmed,
        int behaviour) {

    /** One of a cluster whose members are all of this build. */
    public Batch(
            int shard,
            long epoch,
            long sequence,
            long time,
            long owner,
            List<NumberedOp> ops,
            List<Confirmed> confirmed) {
        this(shard, epoch, sequence, time, owner, ops, confirmed, Shard.BEHAVIOUR);
    }

    /**
     * One op and who says so. The shard takes it if {@code previous <= last(origin) < number}; if {@code number <=
     * last(origin)} it is a repetition and gets the first one's result; if {@code previous > last(origin)} something is
     * missing and it is refused.
     *
     * @param origin who numbered it; {@link Origin#OWNER} for the owner's own, which are not numbered
     */
    public record NumberedOp(Origin origin, long number, long previous, ShardOp op) {}

    /** Results of {@code origin} up to {@code number} need not be remembered. */
    public record Confirmed(Origin origin, long number) {}
}
