package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.ControlCodec;
import io.lacewing.cluster.core.NodeState;
import io.lacewing.cluster.core.Offer;
import io.lacewing.cluster.core.Recovered;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.journal.Disk;
import io.lacewing.persistence.journal.Journal;
import io.lacewing.persistence.journal.JournalException;
import io.lacewing.persistence.journal.JournalSettings;
import io.lacewing.persistence.journal.JournalStats;
import io.lacewing.persistence.journal.RecoveredShard;
import io.lacewing.persistence.journal.StateFile;
import io.lacewing.persistence.shard.Shard;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node keeps in its data directory: its own state always, shards and shared tables if it is durable. Opened before
 * the core is made, closed after it has stopped. Any thread.
 */
public final class NodeStore implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeStore.class);
    private static final String STATE_FILE = "cluster.state";
    private static final long CLOSE_SECONDS = 10;

    private final StateFile stateFile;
    private final @Nullable Journal journal;
    private final Recovered recovered;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("lacewing-store").daemon().unstarted(task));

    private NodeStore(StateFile stateFile, @Nullable Journal journal, Recovered recovered) {
        this.stateFile = stateFile;
        this.journal = journal;
        this.recovered = recovered;
    }

    /**
     * Reads all there is. Blocks.
     *
     * @param directory the node's data directory, held by this process alone
     * @param settings of the journal; null if sessions and tables are in memory only
     * @param fresh the identity of the directory if it has none yet: random, not 0
     * @throws JournalException if a file can't be read or made; its message says which and what to do
     */
    public static NodeStore open(Path directory, @Nullable JournalSettings settings, long fresh)
            throws JournalException {
        StateFile file = new StateFile(directory.resolve(STATE_FILE), Disk.real());
        NodeState state = state(directory, file, fresh);
        if (settings == null) {
            return new NodeStore(file, null, Recovered.nothing(state));
        }
        RecoveredRows rows = new RecoveredRows();
        Journal journal = Journal.open(settings, Disk.real(), rows);
        var recovery = journal.recovered();
        recovery.complaints().forEach(complaint -> log.warn("journal: {}", complaint));
        rows.complain(settings.dir());
        if (recovery.rowsDoubtful()) {
            log.warn(
                    "journal: routes, retained messages and the record of who holds which shard may be older here than they"
                            + " were: what other nodes have of them counts, if it is newer");
        }
        List<Offer> offers = recovery.shards().stream().map(NodeStore::offer).toList();
        log.info("journal: {} shards, {} records of tables, {} bytes", offers.size(), rows.count(), recovery.bytes());
        Recovered recovered =
                new Recovered(true, state, offers, rows.records(), recovery.aliveAt(), recovery.rowsDoubtful());
        return new NodeStore(file, journal, recovered);
    }

    private static NodeState state(Path directory, StateFile file, long fresh) throws JournalException {
        Optional<byte[]> saved = file.read();
        if (saved.isEmpty()) {
            NodeState state = NodeState.of(fresh);
            file.write(ControlCodec.encode(state));
            return state;
        }
        try {
            return ControlCodec.decode(saved.get());
        } catch (CodecException e) {
            throw new JournalException(
                    directory.resolve(STATE_FILE) + " can't be read: " + e.getMessage()
                            + ". Was it written by a later version? If it is lost, remove the directory: the node"
                            + " then begins as a new one",
                    e);
        }
    }

    private static Offer offer(RecoveredShard shard) {
        if (shard.doubtful()) {
            log.warn("journal: shard {} may have had more: {}", shard.shard(), shard.why());
        }
        return new Offer(shard.shard(), shard.copy().epoch(), shard.copy().sequence(), shard.doubtful());
    }

    /** What was there, for the core. */
    public Recovered recovered() {
        return recovered;
    }

    /** Of the data directory, the same for every start on it; never 0. */
    public long identity() {
        return recovered.state().identity();
    }

    /** How the journal stands; null if there is none. Cheap. */
    public @Nullable JournalStats journalStats() {
        return journal == null ? null : journal.stats();
    }

    /**
     * Begins to write, and to tell the core. Once.
     *
     * @param copies is told, on this store's own thread, of a shard whose copy the journal wants again: to be answered by
     *     what {@link #replicas} gives
     */
    public StorePort start(CoreRunner core, IntConsumer copies) {
        DiskPort port = new DiskPort(core, stateFile, journal, worker, copies);
        if (journal != null) {
            journal.start(port);
        }
        return port;
    }

    /** Where replicas append what they applied. */
    public ReplicaJournal replicas() {
        return journal == null ? ReplicaJournal.NONE : new ShardJournal(journal);
    }

    /** The copy of a shard that was on the disk at the start, while nothing was appended after it. Not to be changed. */
    public Optional<Shard> recoveredCopy(int shard) {
        return journal == null
                ? Optional.empty()
                : ShardJournal.recovered(journal, shard).map(RecoveredShard::copy);
    }

    /** Writes what waits, and ends; to be called when the core has stopped. Blocks. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("The node's own state was not written in time");
                worker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (journal != null) {
            journal.close();
        }
    }
}
