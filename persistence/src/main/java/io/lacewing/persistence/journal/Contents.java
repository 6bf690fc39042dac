package io.lacewing.persistence.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is in the segments, as far as it matters for going on: the standing of each shard, in which segment its newest copy
 * is, and from which segment on all rows are. Made by the reader, kept up by the writer: one thread.
 */
final class Contents {
    /** One shard: its standing, and where its newest copy is. */
    static final class At {
        long epoch;
        long sequence;
        long hash;
        boolean doubtful;
        long copySegment;
        long copyBytes;

        Standing standing() {
            return new Standing(epoch, sequence, hash);
        }
    }

    /** No rows are in the segments. */
    static final long NO_ROWS = Long.MAX_VALUE;

    private final Map<Integer, At> shards = new TreeMap<>();
    private long aliveAt;
    private long rowsFrom = NO_ROWS;
    private long rowsBytes;
    private long newRowsBytes;

    /** A record has been written into this segment. */
    void written(Entry entry, long segment) {
        switch (entry.kind) {
            case BATCH -> stands(at(entry.shard), entry);
            case COPY, DOUBTFUL_COPY -> {
                At at = at(entry.shard);
                stands(at, entry);
                at.doubtful = entry.kind == Kind.DOUBTFUL_COPY;
                at.copySegment = segment;
                at.copyBytes = entry.bytes();
            }
            case FORGET -> shards.remove(entry.shard);
            case ROWS -> rows(entry.bytes(), segment);
            case MARK -> rowsComplete(entry.epoch, segment);
            case ALIVE -> alive(entry.epoch);
            case STANDING, END -> {}
        }
    }

    /** Rows of so many bytes are in this segment. */
    void rows(long bytes, long segment) {
        rowsFrom = Math.min(rowsFrom, segment);
        newRowsBytes += bytes;
    }

    /** All rows that live are in the segments from this one to the present. */
    void rowsComplete(long from, long segment) {
        if (from > rowsFrom && from <= segment) {
            rowsFrom = from;
        }
        rowsBytes = newRowsBytes;
        newRowsBytes = 0;
    }

    void alive(long wallMillis) {
        aliveAt = Math.max(aliveAt, wallMillis);
    }

    /** A record that had been written is in this segment now. */
    void moved(Entry entry, long segment) {
        At at = shards.get(entry.shard);
        if (at != null && (entry.kind == Kind.COPY || entry.kind == Kind.DOUBTFUL_COPY)) {
            at.copySegment = segment;
        }
    }

    private static void stands(At at, Entry entry) {
        at.epoch = entry.epoch;
        at.sequence = entry.sequence;
        at.hash = entry.hash;
    }

    /** The place of a shard, made if need be. */
    At at(int shard) {
        return shards.computeIfAbsent(shard, number -> new At());
    }

    /** All rows are asked for anew: from here on they are counted. */
    void rowsAsked() {
        newRowsBytes = 0;
    }

    Map<Integer, At> shards() {
        return shards;
    }

    long aliveAt() {
        return aliveAt;
    }

    /** The segment from which on every row that lives is there; {@link #NO_ROWS} if there are none. */
    long rowsFrom() {
        return rowsFrom;
    }

    /** The oldest segment that is needed. */
    long oldestNeeded(long current) {
        long oldest = Math.min(rowsFrom, current);
        for (At at : shards.values()) {
            oldest = Math.min(oldest, at.copySegment);
        }
        return oldest;
    }

    /** About how many bytes new copies of all shards and all rows would take. */
    long liveBytes() {
        long bytes = rowsBytes == 0 ? newRowsBytes : rowsBytes;
        for (At at : shards.values()) {
            bytes += at.copyBytes;
        }
        return bytes;
    }

    /** A STANDING of all this. */
    Entry standing(long forcedSegment, long forcedOffset) {
        List<Standings.Of> all = new ArrayList<>(shards.size());
        shards.forEach((shard, at) -> all.add(new Standings.Of(shard, at.standing(), at.doubtful)));
        return Entry.whole(Kind.STANDING, new Standings(forcedSegment, forcedOffset, aliveAt, all).encode());
    }
}
