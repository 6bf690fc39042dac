package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.ControlCodec;
import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.NodeState;
import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.core.TableRecordCodec;
import io.lacewing.persistence.journal.Journal;
import io.lacewing.persistence.journal.JournalException;
import io.lacewing.persistence.journal.Listener;
import io.lacewing.persistence.journal.StateFile;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the core wants of the disk, and tells it what the disk says. The node's own state is forced to the disk
 * by the store's thread; where several wait, the last alone is written, as it holds what the others do.
 */
final class DiskPort implements StorePort, Listener {
    private static final Logger log = LoggerFactory.getLogger(DiskPort.class);
    private static final long RETRY_SECONDS = 1;

    private final CoreRunner core;
    private final StateFile stateFile;
    private final @Nullable Journal journal;
    private final ScheduledExecutorService worker;
    private final IntConsumer copies;
    private final Object lock = new Object();
    /** What waits to be written; under the lock. */
    private final ArrayDeque<Save> saves = new ArrayDeque<>();
    /** What is wrong, and what the core was told; under the lock. */
    private @Nullable String journalFails;

    private @Nullable String stateFails;
    private @Nullable String told;

    private record Save(long number, NodeState state) {}

    DiskPort(
            CoreRunner core,
            StateFile stateFile,
            @Nullable Journal journal,
            ScheduledExecutorService worker,
            IntConsumer copies) {
        this.core = core;
        this.stateFile = stateFile;
        this.journal = journal;
        this.worker = worker;
        this.copies = copies;
    }

    // ---- from the core ----

    @Override
    public void save(long save, NodeState state) {
        synchronized (lock) {
            saves.add(new Save(save, state));
        }
        onWorker(this::writeState, 0);
    }

    private void writeState() {
        List<Save> waiting;
        synchronized (lock) {
            waiting = List.copyOf(saves);
        }
        if (waiting.isEmpty()) {
            return;
        }
        try {
            stateFile.write(ControlCodec.encode(waiting.getLast().state()));
        } catch (JournalException e) {
            log.debug("The node's own state is not written yet", e);
            tell(() -> stateFails = e.getMessage());
            onWorker(this::writeState, RETRY_SECONDS);
            return;
        }
        tell(() -> stateFails = null);
        synchronized (lock) {
            waiting.forEach(saves::remove);
        }
        core.offer(waiting.stream()
                .<Input>map(save -> new Input.StateSaved(save.number()))
                .toList());
    }

    @Override
    public void keep(long keep, List<TableRecord> records) {
        Input.RecordsKept kept = new Input.RecordsKept(keep);
        if (journal == null) {
            core.offer(kept);
        } else {
            journal.rows(records.stream().map(TableRecordCodec::encode).toList(), () -> core.offer(kept));
        }
    }

    @Override
    public void written(long mark) {
        if (journal != null) {
            journal.rowsWritten(mark);
        }
    }

    @Override
    public void alive(long wall) {
        if (journal != null) {
            journal.alive(wall);
        }
    }

    // ---- from the journal, on its thread ----

    @Override
    public void failing(String why) {
        tell(() -> journalFails = why);
    }

    @Override
    public void recovered() {
        tell(() -> journalFails = null);
    }

    @Override
    public void wantCopy(int shard) {
        onWorker(() -> copies.accept(shard), 0);
    }

    @Override
    public void wantRows(long mark) {
        core.offer(new Input.RecordsWanted(mark));
    }

    /** Takes note of a change, and tells the core if there is something else to say than before. */
    private void tell(Runnable change) {
        synchronized (lock) {
            change.run();
            String now = journalFails != null ? journalFails : stateFails;
            if (!Objects.equals(now, told)) {
                told = now;
                core.offer(new Input.Disk(now));
            }
        }
    }

    private void onWorker(Runnable task, long delaySeconds) {
        try {
            // Its future would never say anything: what goes wrong, run() tells the core.
            var unused = worker.schedule(() -> run(task), delaySeconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException closed) {
            log.debug("The store was closed before it could do all that it was asked for", closed);
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // What the core waits for would never come.
            core.fail(e);
        }
    }
}
