package io.lacewing.persistence.journal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something to be appended. Made by any thread, then the writer's. */
final class Entry {
    private static final Runnable NOTHING = Entry::nothing;
    private static final byte[] EMPTY = {};

    final Kind kind;
    /** Of shards' records; else 0. */
    final int shard;

    /** Of BATCH and COPY. ALIVE: the time. MARK: the mark. */
    final long epoch;

    final long sequence;
    final long hash;
    /** Of BATCH: the hash before it. */
    private final long hashBefore;

    private final byte[] body;
    private final @Nullable List<byte[]> rows;
    private Runnable kept;

    private Entry(
            Kind kind,
            int shard,
            long epoch,
            long sequence,
            long hash,
            long hashBefore,
            byte[] body,
            @Nullable List<byte[]> rows,
            Runnable kept) {
        this.kind = kind;
        this.shard = shard;
        this.epoch = epoch;
        this.sequence = sequence;
        this.hash = hash;
        this.hashBefore = hashBefore;
        this.body = body;
        this.rows = rows;
        this.kept = kept;
        if (length() > Frame.MAX_BODY) {
            throw new IllegalArgumentException(
                    length() + " bytes in one record of the journal; at most " + Frame.MAX_BODY);
        }
    }

    static Entry batch(
            int shard, long epoch, long sequence, long hash, long hashBefore, byte[] encoded, Runnable kept) {
        return new Entry(Kind.BATCH, shard, epoch, sequence, hash, hashBefore, encoded, null, kept);
    }

    /** COPY or DOUBTFUL_COPY. */
    static Entry copy(Kind kind, int shard, long epoch, long sequence, long hash, byte[] snapshot, Runnable kept) {
        return new Entry(kind, shard, epoch, sequence, hash, 0, snapshot, null, kept);
    }

    static Entry forget(int shard) {
        return new Entry(Kind.FORGET, shard, 0, 0, 0, 0, EMPTY, null, NOTHING);
    }

    static Entry rows(List<byte[]> rows, Runnable kept) {
        return new Entry(Kind.ROWS, 0, 0, 0, 0, 0, EMPTY, rows, kept);
    }

    /** ALIVE with a time, or MARK with a mark. */
    static Entry number(Kind kind, long number) {
        return new Entry(kind, 0, number, 0, 0, 0, EMPTY, null, NOTHING);
    }

    /** STANDING or END. */
    static Entry whole(Kind kind, byte[] body) {
        return new Entry(kind, 0, 0, 0, 0, 0, body, null, NOTHING);
    }

    static Entry end() {
        return whole(Kind.END, EMPTY);
    }

    private static void nothing() {}

    /** How many bytes it takes in the file. */
    long bytes() {
        return Frame.BYTES + length();
    }

    private long length() {
        long length = body.length;
        switch (kind) {
            case BATCH -> length += 36;
            case COPY, DOUBTFUL_COPY -> length += 28;
            case FORGET -> length += 4;
            case ALIVE, MARK -> length += 8;
            case ROWS -> {
                length += 4;
                for (byte[] row : rowsOrNone()) {
                    length += 4 + row.length;
                }
            }
            case STANDING, END -> {}
        }
        return length;
    }

    /** Gives the body to {@code out}, piece by piece. */
    void write(Pieces out) throws IOException {
        switch (kind) {
            case BATCH, COPY, DOUBTFUL_COPY -> {
                out.putInt(shard);
                out.putLong(epoch);
                out.putLong(sequence);
                out.putLong(hash);
                if (kind == Kind.BATCH) {
                    out.putLong(hashBefore);
                }
                out.put(body);
            }
            case FORGET -> out.putInt(shard);
            case ALIVE, MARK -> out.putLong(epoch);
            case ROWS -> {
                out.putInt(rowsOrNone().size());
                for (byte[] row : rowsOrNone()) {
                    out.putInt(row.length);
                    out.put(row);
                }
            }
            case STANDING, END -> out.put(body);
        }
    }

    private List<byte[]> rowsOrNone() {
        return rows == null ? List.of() : rows;
    }

    /** Says that it is kept, the first time. */
    void kept() {
        Runnable run = kept;
        kept = NOTHING;
        run.run();
    }

    /** Where the pieces of a body go: first into the CRC, then into the file. */
    interface Pieces {
        void putInt(int value) throws IOException;

        void putLong(long value) throws IOException;

        void put(byte[] bytes) throws IOException;
    }
}
