package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Input.Failure;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardLimits;

/** One member's copy of a shard, as the map's entry processors treat it. */
final class Replica {
    private final Shard shard;

    /** What became of a batch. */
    sealed interface Outcome {
        record Done(Applied applied) implements Outcome {}

        record Refused(Failure why) implements Outcome {}
    }

    private Replica(Shard shard) {
        this.shard = shard;
    }

    static Replica create(int shard, ShardLimits limits) {
        return new Replica(new Shard(shard, limits));
    }

    static Replica restore(byte[] snapshot) {
        return new Replica(Shard.restore(snapshot));
    }

    byte[] snapshot() {
        return shard.snapshot();
    }

    /** Applies a batch at the owner. */
    Outcome apply(Batch batch) {
        return switch (shard.check(batch)) {
            case OK -> new Outcome.Done(shard.apply(batch));
            case STALE_EPOCH -> new Outcome.Refused(Failure.STALE);
            case GAP, ALREADY_APPLIED -> new Outcome.Refused(Failure.GAP);
        };
    }

    /**
     * Applies a batch at a backup, if it is the next.
     *
     * @return true if something before it is missing
     */
    boolean follow(Batch batch) {
        return switch (shard.check(batch)) {
            case OK -> {
                shard.apply(batch);
                yield false;
            }
            case GAP -> true;
            case STALE_EPOCH, ALREADY_APPLIED -> false;
        };
    }

    Shard shard() {
        return shard;
    }

    long owner() {
        return shard.owner();
    }

    long epoch() {
        return shard.epoch();
    }

    long sequence() {
        return shard.sequence();
    }

    long hash() {
        return shard.hash();
    }
}
