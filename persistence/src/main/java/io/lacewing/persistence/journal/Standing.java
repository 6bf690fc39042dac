package io.lacewing.persistence.journal;

import io.lacewing.persistence.shard.Shard;

/** Where a shard is: the epoch and the sequence of its last batch, and its hash after it. */
public record Standing(long epoch, long sequence, long hash) {
    static Standing of(Shard shard) {
        return new Standing(shard.epoch(), shard.sequence(), shard.hash());
    }

    @Override
    public String toString() {
        return "batch " + sequence + " of epoch " + epoch;
    }
}
