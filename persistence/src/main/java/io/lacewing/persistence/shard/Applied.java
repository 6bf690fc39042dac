package io.lacewing.persistence.shard;

import java.util.List;

/**
 * What a batch did, for the owner. Nothing of it may leave the node before the batch's copies are proven.
 *
 * @param epoch the shard's epoch after the batch
 * @param sequence the batch's sequence
 * @param hash the rolling hash over everything applied so far, equal on every replica
 * @param answers one per op that is numbered, in order
 * @param deliveries what goes to connected clients, in order
 * @param owed new outbox entries, in order
 * @param settled the {@link Owed.Close}s that ended in this batch: nobody need wait for them any more
 * @param nextDeadline when {@link ShardOp.Tick} has something to do, milliseconds since the epoch; Long.MAX_VALUE never
 * @param dropped what sessions lost by their bounds, by expiry or by their end, for the metrics; mostly empty
 * @param nearlyFull the sessions whose queues have become nearly full, in order; mostly empty
 * @param stats how much the shard holds after the batch
 */
public record Applied(
        long epoch,
        long sequence,
        long hash,
        List<Answer> answers,
        List<Delivery> deliveries,
        List<Owed> owed,
        List<Long> settled,
        long nextDeadline,
        List<Dropped> dropped,
        List<NearlyFull> nearlyFull,
        ShardStats stats) {

    /** One that settled and dropped nothing, of a shard that holds nothing. */
    public Applied(
            long epoch,
            long sequence,
            long hash,
            List<Answer> answers,
            List<Delivery> deliveries,
            List<Owed> owed,
            long nextDeadline) {
        this(
                epoch,
                sequence,
                hash,
                answers,
                deliveries,
                owed,
                List.of(),
                nextDeadline,
                List.of(),
                List.of(),
                ShardStats.NONE);
    }

    /** The answer to one numbered op. */
    public sealed interface Answer {
        Origin origin();

        long number();

        /** It was applied, now or before. */
        record Result(Origin origin, long number, OpResult result) implements Answer {}

        /** Something before it is missing: the origin is to send again from {@code last} + 1. */
        record Gap(Origin origin, long number, long last) implements Answer {}
    }
}
