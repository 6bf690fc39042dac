package io.lacewing.cluster.core;

import io.lacewing.cluster.core.TableRecord.Holders;
import org.jspecify.annotations.Nullable;

/** Which nodes hold which shard, as it was recorded last. */
final class HoldersTable extends SharedTable<Integer, Holders> {
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    @Override
    Integer key(Holders record) {
        return record.shard();
    }

    @Override
    boolean isLive(Holders record) {
        return true;
    }

    @Override
    long keyHash(Integer key) {
        return (key + 1) * SPREAD;
    }

    @Override
    void replace(@Nullable Holders old, Holders record) {
        // Nobody reads it but by key.
    }
}
