package io.lacewing.persistence.journal;

import org.jspecify.annotations.Nullable;

/**
 * What a journal did since it was opened, and how it stands.
 *
 * @param bytes on disk, in all segments
 * @param segments how many files
 * @param appendedBytes written as records, with their headers
 * @param appendedRecords how many
 * @param copies how many of them were whole copies of shards
 * @param forces how many times a file was forced
 * @param waitingBytes given and not yet written
 * @param failing why nothing is reported kept now; null if all is well
 * @param write how long each write of a group took
 * @param force how long each force took
 */
public record JournalStats(
        long bytes,
        int segments,
        long appendedBytes,
        long appendedRecords,
        long copies,
        long forces,
        long waitingBytes,
        @Nullable String failing,
        Timing write,
        Timing force) {}
