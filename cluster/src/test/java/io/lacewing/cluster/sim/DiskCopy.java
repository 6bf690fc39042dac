package io.lacewing.cluster.sim;

import io.lacewing.persistence.shard.Batch;
import java.util.ArrayList;
import java.util.List;

/** A shard on a disk: a copy and the batches after it. */
final class DiskCopy {
    private final byte[] base;
    private final List<Batch> tail = new ArrayList<>();
    private Standing standing;

    /** How far a copy is. */
    record Standing(long epoch, long sequence, long hash) {
        static Standing of(Replica replica) {
            return new Standing(replica.epoch(), replica.sequence(), replica.hash());
        }

        boolean isAhead(Standing other) {
            return epoch != other.epoch ? epoch > other.epoch : sequence > other.sequence;
        }
    }

    /** A whole copy. */
    DiskCopy(byte[] base, Standing standing) {
        this.base = base;
        this.standing = standing;
    }

    /** One batch more. */
    void add(Batch batch, Standing after) {
        tail.add(batch);
        standing = after;
    }

    Standing standing() {
        return standing;
    }

    Replica read() {
        Replica replica = Replica.restore(base);
        tail.forEach(replica::follow);
        if (!Standing.of(replica).equals(standing)) {
            throw new AssertionError("the disk has " + Standing.of(replica) + " for " + standing);
        }
        return replica;
    }
}
