package io.lacewing.cluster.core;

import io.lacewing.cluster.core.OwnedShard.Surroundings;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Batch.Confirmed;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The batches of an owned shard. */
final class Batches {
    private Batches() {}

    /**
     * The next one, by the behaviour that all members know.
     *
     * @param confirmed up to which number each origin asks for no result again
     */
    static Batch of(
            View view,
            Surroundings around,
            int shard,
            long epoch,
            long sequence,
            List<NumberedOp> ops,
            Map<Origin, Long> confirmed) {
        List<Confirmed> confirmations = new ArrayList<>(confirmed.size());
        confirmed.forEach((origin, number) -> confirmations.add(new Confirmed(origin, number)));
        return new Batch(
                shard,
                epoch,
                sequence,
                around.now().wall(),
                around.self(),
                List.copyOf(ops),
                confirmations,
                view.behaviour());
    }
}
