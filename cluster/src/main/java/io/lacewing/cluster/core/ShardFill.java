package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.persistence.shard.ShardLimits;

/**
 * How full a shard is. Notes when it comes above 80 %, so before anything is dropped in it; again only after it was less than
 * half full.
 */
final class ShardFill {
    private final int shard;
    private final ShardNotes notes;
    private long bytes;
    private boolean noted;

    ShardFill(int shard, ShardNotes notes) {
        this.shard = shard;
        this.notes = notes;
    }

    /** The shard holds so much. */
    void holds(long now, ShardLimits limits) {
        bytes = now;
        long most = limits.maxBytes();
        if (noted) {
            noted = bytes >= most / 2;
        } else if (bytes > most / 5 * 4) {
            noted = true;
            notes.add(Event.SHARD_NEARLY_FULL, shard, "of " + most + " bytes more than 80 % are used");
        }
    }

    /** About how many bytes the shard holds. */
    long bytes() {
        return bytes;
    }
}
