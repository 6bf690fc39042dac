package io.lacewing.persistence.journal;

import java.util.List;

/**
 * A node's journal on its local disk: batches and whole copies of shards and rows of the shared tables, in the order in
 * which they were appended. Appends are for any thread; a shard is used by one thread at a time. The order of one
 * thread's calls is the order in the file. {@code kept} runs on the journal's thread when the record is as safe as {@link
 * Fsync} says ({@code ALWAYS}: forced; else written), in the order of the records, once; never if it is not. It only
 * hands over, and throws nothing.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Journal implements AutoCloseable {
    private Journal() {}

    /**
     * Reads all that is there and cuts a torn tail. Blocks. Nothing is written before {@link #start}.
     *
     * @throws JournalException if the directory cannot be read or is in use, or a file has a format that this build does
     *     not know
     */
    public static Journal open(JournalSettings settings, Disk disk, RowSink rows) throws JournalException {
        throw new UnsupportedOperationException();
    }

    /** What was there when it was opened. */
    public Recovery recovered() {
        throw new UnsupportedOperationException();
    }

    /** Starts the threads that write; what was appended before waited. Once. */
    public void start(Listener listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * True if the last record of this shard appended here left it at this standing, so that a batch may follow. Never true
     * of a shard that was recovered doubtful and not copied since: a whole copy comes first.
     */
    public boolean follows(int shard, long epoch, long sequence, long hash) {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends a batch that the shard has applied. The caller has seen {@link #follows} for the standing before it.
     *
     * @param encodedBatch as encoded by {@link io.lacewing.persistence.shard.BatchCodec}; not changed any more
     * @param epoch the shard's epoch after the batch
     * @param sequence the batch's
     * @param hash the shard's hash after the batch
     */
    public void batch(int shard, byte[] encodedBatch, long epoch, long sequence, long hash, Runnable kept) {
        throw new UnsupportedOperationException();
    }

    /** Appends a whole copy, a {@link io.lacewing.persistence.shard.Shard#snapshot} of this standing; it replaces all before it. */
    public void copy(int shard, byte[] snapshot, long epoch, long sequence, long hash, Runnable kept) {
        throw new UnsupportedOperationException();
    }

    /** Appends a recovered copy again, as doubtful as it is: the answer to {@link Listener#wantCopy} where it is the only one. */
    public void keep(RecoveredShard recovered) {
        throw new UnsupportedOperationException();
    }

    /** This node no longer has the shard: it is not recovered any more. Nothing happens if the journal has no copy. */
    public void forget(int shard) {
        throw new UnsupportedOperationException();
    }

    /** Appends rows of tables; {@code kept} when all of them are. */
    public void rows(List<byte[]> encodedRows, Runnable kept) {
        throw new UnsupportedOperationException();
    }

    /** All rows that live have been appended since {@link Listener#wantRows} with this mark. */
    public void rowsWritten(long mark) {
        throw new UnsupportedOperationException();
    }

    /** Appends the time at which the node was last known to be part of the cluster, milliseconds since the epoch. */
    public void alive(long wallMillis) {
        throw new UnsupportedOperationException();
    }

    /** How it stands. Any thread; cheap. */
    public JournalStats stats() {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes what waits, forces it, marks a clean end, ends the threads and unlocks the directory. Where the disk fails, what
     * waits is given up: its {@code kept} never runs. What is appended afterwards is ignored. Blocks.
     */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
