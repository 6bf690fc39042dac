package io.lacewing.persistence.journal;

import io.lacewing.persistence.shard.Shard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's journal on its local disk: batches and whole copies of shards and rows of the shared tables, in the order in
 * which they were appended. Appends are for any thread; a shard is used by one thread at a time. The order of one
 * thread's calls is the order in the file. {@code kept} runs on the journal's thread when the record is as safe as {@link
 * Fsync} says ({@code ALWAYS}: forced; else written), in the order of the records, once; never if it is not. It only
 * hands over, and throws nothing.
 */
public final class Journal implements AutoCloseable {
    private static final String FOLDER = "journal";
    private static final String LOCK = "lock";

    private final JournalSettings settings;
    private final Disk disk;
    private final Path dir;
    private final Disk.Lock lock;
    private final Recovery recovered;
    private final Contents contents;
    private final Segments segments;
    private final Counters counters;
    private final Waiting waiting = new Waiting();
    private final Forcer forcer;
    /** Where each shard will stand when all that was appended is written. Each entry has its shard's thread. */
    private final Map<Integer, Appended> appended = new ConcurrentHashMap<>();

    private @Nullable Writer writer;
    private @Nullable Thread writing;
    private @Nullable Thread forcing;

    private static final class Appended {
        long epoch;
        long sequence;
        long hash;

        void stand(long epochNow, long sequenceNow, long hashNow) {
            epoch = epochNow;
            sequence = sequenceNow;
            hash = hashNow;
        }
    }

    private Journal(JournalSettings settings, Disk disk, Path dir, Disk.Lock lock, JournalReader.Read read) {
        this.settings = settings;
        this.disk = disk;
        this.dir = dir;
        this.lock = lock;
        recovered = read.recovery();
        contents = read.contents();
        counters = new Counters();
        segments = new Segments(settings, disk, dir, read.segments(), counters.timings);
        forcer = new Forcer(counters.timings, waiting::wake);
        counters.standing(segments.bytes(), segments.count(), null);
        for (RecoveredShard shard : recovered.shards()) {
            if (!shard.doubtful()) {
                Shard copy = shard.copy();
                appended(shard.shard(), copy.epoch(), copy.sequence(), copy.hash());
            }
        }
    }

    /**
     * Reads all that is there and cuts a torn tail. Blocks. Nothing is written before {@link #start}.
     *
     * @throws JournalException if the directory cannot be read or is in use, or a file has a format that this build does
     *     not know
     */
    public static Journal open(JournalSettings settings, Disk disk, RowSink rows) throws JournalException {
        Path dir = settings.dir().toAbsolutePath().resolve(FOLDER);
        Disk.Lock lock;
        try {
            disk.createDirectories(dir);
            lock = disk.lock(dir.resolve(LOCK));
        } catch (IOException e) {
            throw new JournalException(
                    "the journal in " + dir + " cannot be used: " + e
                            + "; one process may use a directory, and needs the right to write there",
                    e);
        }
        try {
            return new Journal(settings, disk, dir, lock, JournalReader.read(disk, dir, rows));
        } catch (IOException e) {
            JournalException failure = new JournalException(
                    "the journal in " + dir + " cannot be read: " + e + "; check the disk and the permissions", e);
            release(lock, failure);
            throw failure;
        } catch (JournalException e) {
            release(lock, e);
            throw e;
        }
    }

    private static void release(Disk.Lock lock, JournalException because) {
        try {
            lock.release();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** What was there when it was opened. */
    public Recovery recovered() {
        return recovered;
    }

    /** Starts the threads that write; what was appended before waited. Once. */
    public void start(Listener listener) {
        Writer started = writer(listener);
        writing = Thread.ofPlatform().daemon().name("lacewing-journal").start(started::run);
        if (settings.fsync() == Fsync.INTERVAL) {
            forcing =
                    Thread.ofPlatform().daemon().name("lacewing-journal-force").start(forcer::run);
        }
    }

    /** The writer, for who is its thread. Once. */
    Writer writer(Listener listener) {
        if (writer != null) {
            throw new IllegalStateException("the journal in " + dir + " has been started");
        }
        Cleaner cleaner = new Cleaner(settings.maxBytes(), contents);
        Writer.Parts parts = new Writer.Parts(waiting, segments, contents, cleaner, forcer, counters);
        writer = new Writer(settings, dir, parts, listener);
        return writer;
    }

    /** What forces, for who is its thread. */
    Forcer forcer() {
        return forcer;
    }

    /**
     * True if the last record of this shard appended here left it at this standing, so that a batch may follow. Never true
     * of a shard that was recovered doubtful and not copied since: a whole copy comes first.
     */
    public boolean follows(int shard, long epoch, long sequence, long hash) {
        Appended last = appended.get(shard);
        return last != null && last.epoch == epoch && last.sequence == sequence && last.hash == hash;
    }

    /** Where what is kept of this shard stands: what was appended last here, else what was recovered; empty if nothing is. */
    public Optional<Standing> standing(int shard) {
        Appended last = appended.get(shard);
        if (last != null) {
            return Optional.of(new Standing(last.epoch, last.sequence, last.hash));
        }
        return recovered.shards().stream()
                .filter(each -> each.shard() == shard)
                .map(each -> Standing.of(each.copy()))
                .findFirst();
    }

    /**
     * Appends a batch that the shard has applied. The caller has seen {@link #follows} for the standing before it.
     *
     * @param encodedBatch as encoded by {@link io.lacewing.persistence.shard.BatchCodec}; not changed any more
     * @param epoch the shard's epoch after the batch
     * @param sequence the batch's
     * @param hash the shard's hash after the batch
     * @throws IllegalStateException if it is not the next after what was appended
     */
    public void batch(int shard, byte[] encodedBatch, long epoch, long sequence, long hash, Runnable kept) {
        Appended last = appended.get(shard);
        if (last == null || last.sequence + 1 != sequence) {
            throw new IllegalStateException(
                    "batch " + sequence + " of shard " + shard + " does not follow what was appended");
        }
        Entry entry = Entry.batch(shard, epoch, sequence, hash, last.hash, encodedBatch, kept);
        last.stand(epoch, sequence, hash);
        append(entry);
    }

    /** Appends a whole copy, a {@link io.lacewing.persistence.shard.Shard#snapshot} of this standing; it replaces all before it. */
    public void copy(int shard, byte[] snapshot, long epoch, long sequence, long hash, Runnable kept) {
        appended(shard, epoch, sequence, hash);
        append(Entry.copy(Kind.COPY, shard, epoch, sequence, hash, snapshot, kept));
    }

    /** Appends a recovered copy again, as doubtful as it is: the answer to {@link Listener#wantCopy} where it is the only one. */
    public void keep(RecoveredShard shard) {
        Shard copy = shard.copy();
        Kind kind = shard.doubtful() ? Kind.DOUBTFUL_COPY : Kind.COPY;
        append(Entry.copy(kind, shard.shard(), copy.epoch(), copy.sequence(), copy.hash(), copy.snapshot(), () -> {}));
    }

    /**
     * Reads once more what the files have of a shard, for whose copy in memory is of no use. Blocks, for as long as it takes
     * to read all segments; other threads go on meanwhile, also with the shard.
     *
     * @return empty if the files have no copy of it
     * @throws JournalException if they can't be read
     */
    public Optional<RecoveredShard> reread(int shard) throws JournalException {
        try {
            return ShardReader.read(disk, dir, shard);
        } catch (IOException e) {
            throw new JournalException("the journal in " + dir + " cannot be read: " + e + "; check the disk", e);
        }
    }

    /**
     * Appends what was {@link #reread} in place of what was appended before, unless something was appended that the read
     * one has not. Returns false then.
     */
    public boolean keepAgain(RecoveredShard read) {
        Shard copy = read.copy();
        Appended last = appended.get(read.shard());
        boolean same = last != null && last.epoch == copy.epoch() && last.sequence == copy.sequence();
        if (!same) {
            return false;
        }
        if (read.doubtful()) {
            appended.remove(read.shard());
        }
        keep(read);
        return true;
    }

    /** This node no longer has the shard: it is not recovered any more. Nothing happens if the journal has no copy. */
    public void forget(int shard) {
        appended.remove(shard);
        append(Entry.forget(shard));
    }

    /** Appends rows of tables; {@code kept} when all of them are. */
    public void rows(List<byte[]> encodedRows, Runnable kept) {
        append(Entry.rows(encodedRows, kept));
    }

    /** All rows that live have been appended since {@link Listener#wantRows} with this mark. */
    public void rowsWritten(long mark) {
        append(Entry.number(Kind.MARK, mark));
    }

    /** Appends the time at which the node was last known to be part of the cluster, milliseconds since the epoch. */
    public void alive(long wallMillis) {
        append(Entry.number(Kind.ALIVE, wallMillis));
    }

    private void appended(int shard, long epoch, long sequence, long hash) {
        appended.computeIfAbsent(shard, number -> new Appended()).stand(epoch, sequence, hash);
    }

    private void append(Entry entry) {
        counters.appended(entry);
        if (!waiting.add(entry)) {
            counters.dropped(entry);
        }
    }

    /** How it stands. Any thread; cheap. */
    public JournalStats stats() {
        return counters.stats();
    }

    /**
     * Writes what waits, forces it, marks a clean end, ends the threads and unlocks the directory. Where the disk fails, what
     * waits is given up: its {@code kept} never runs. What is appended afterwards is ignored. Blocks.
     */
    @Override
    public void close() {
        waiting.close();
        boolean interrupted = join(writing);
        forcer.stop();
        interrupted |= join(forcing);
        try {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException("the lock of " + dir, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for a thread's end; true if the caller was interrupted meanwhile. */
    private static boolean join(@Nullable Thread thread) {
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
