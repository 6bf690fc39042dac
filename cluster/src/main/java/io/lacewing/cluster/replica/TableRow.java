package io.lacewing.cluster.replica;

import org.jspecify.annotations.Nullable;

/**
 * One row of a shared table. Of two rows with the same key the one with the greater version holds, {@code high} first. The
 * arrays are shared: not to be changed.
 *
 * @param key what it is about
 * @param high the first half of the version: an epoch, or an incarnation's start
 * @param low the second half: a sequence or a number
 * @param value null if the row was removed: a tombstone, so that an older value does not come back
 */
public record TableRow(byte[] key, long high, long low, byte @Nullable [] value) {
    /** True if this row replaces the other. */
    public boolean isNewerThan(@Nullable TableRow other) {
        return other == null || high > other.high || (high == other.high && low > other.low);
    }

    /** True if both are the same version. */
    public boolean isVersionOf(@Nullable TableRow other) {
        return other != null && high == other.high && low == other.low;
    }

    /** True if it only says that nothing is there. */
    public boolean isTombstone() {
        return value == null;
    }
}
