package io.lacewing.persistence.journal;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a journal is and how it is kept.
 *
 * @param dir the node's data directory; the journal's files are in its folder {@code journal}, which is made if need be
 * @param fsync when what was written is forced
 * @param interval for {@link Fsync#INTERVAL}: how long something may be written and not forced
 * @param maxBytes the most that all segments together may take on the disk. Below half of it the journal cleans at ease;
 *     above three quarters only what makes room is written, and for the rest it fails as if the disk were full. It should
 *     be at least four times what a copy of all shards and rows takes
 * @param segmentBytes from this size on a segment is followed by the next; one bigger record makes a bigger segment. Never
 *     more than a sixteenth of the bound
 */
public record JournalSettings(Path dir, Fsync fsync, Duration interval, long maxBytes, int segmentBytes) {
    /** How long something may be written and not forced, unless said otherwise. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(100);

    /** The smallest bound that a journal can be kept within. */
    public static final long LEAST_BYTES = 1 << 20;

    private static final int DEFAULT_SEGMENT = 32 << 20;
    private static final int LEAST_SEGMENT = 4 << 10;

    public JournalSettings {
        if (maxBytes < LEAST_BYTES) {
            throw new IllegalArgumentException("a journal of at most " + maxBytes + " bytes; it needs " + LEAST_BYTES);
        }
        if (segmentBytes < LEAST_SEGMENT) {
            throw new IllegalArgumentException("segments of " + segmentBytes + " bytes; at least " + LEAST_SEGMENT);
        }
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("a fsync interval of " + interval);
        }
    }

    /** With the default interval, and segments of 32 MiB, or smaller where the bound is small. */
    public static JournalSettings of(Path dir, Fsync fsync, long maxBytes) {
        int segment = (int) Math.max(LEAST_SEGMENT, Math.min(DEFAULT_SEGMENT, maxBytes / 32));
        return new JournalSettings(dir, fsync, DEFAULT_INTERVAL, maxBytes, segment);
    }
}
