package io.lacewing.persistence.journal;

import org.jspecify.annotations.Nullable;

/** What a record is. The codes are the format's: they are never given another meaning. */
enum Kind {
    /** A batch of a shard: standing after it, encoded batch. */
    BATCH(1),
    /** A whole copy of a shard: its standing, snapshot. */
    COPY(2),
    /** A whole copy that was doubtful when it was read, written once more. */
    DOUBTFUL_COPY(3),
    /** Rows of tables: their number, then length and bytes of each. */
    ROWS(4),
    /** The node no longer has the shard. */
    FORGET(5),
    /** When the node was last known to be part of the cluster. */
    ALIVE(6),
    /** {@link Standings}: where everything stands at this place. */
    STANDING(7),
    /** The journal was closed here. Nothing follows in this segment. */
    END(8),
    /** {@link Journal#rowsWritten}: from the segment that it names to here, every row that lives is there. */
    MARK(9);

    private static final Kind[] ALL = values();

    final int code;

    Kind(int code) {
        this.code = code;
    }

    /** The kind with this code in a file; null if there is none. */
    static @Nullable Kind of(int code) {
        return code > 0 && code <= ALL.length ? ALL[code - 1] : null;
    }
}
