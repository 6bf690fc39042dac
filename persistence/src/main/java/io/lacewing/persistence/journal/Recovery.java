package io.lacewing.persistence.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a journal held when it was opened. Any thread, but each {@link RecoveredShard#copy} is used by one at a time. */
public final class Recovery {
    private final Map<Integer, RecoveredShard> shards = new ConcurrentHashMap<>();
    private final Found found;

    /** What was found beside the shards. */
    record Found(
            long aliveAt,
            List<String> complaints,
            boolean rowsDoubtful,
            long bytes,
            long cutBytes,
            long rows,
            boolean cleanEnd) {}

    Recovery(List<RecoveredShard> shards, Found found) {
        shards.forEach(shard -> this.shards.put(shard.shard(), shard));
        this.found = found;
    }

    /** The shards that have not been dropped, by number. */
    public List<RecoveredShard> shards() {
        List<RecoveredShard> all = new ArrayList<>(shards.values());
        all.sort(Comparator.comparingInt(RecoveredShard::shard));
        return all;
    }

    /**
     * Lets go of the copy in memory; on the disk it stays. Whoever drops it answers {@link Listener#wantCopy} with a copy
     * of its own, or forgets the shard.
     */
    public void drop(int shard) {
        shards.remove(shard);
    }

    /** The latest time given to {@link Journal#alive}, milliseconds since the epoch; 0 if there was none. */
    public long aliveAt() {
        return found.aliveAt;
    }

    /** What was wrong with the files, each naming the file and the offset, for the log; empty if nothing was. */
    public List<String> complaints() {
        return found.complaints;
    }

    /** True if rows that were reported kept may be missing or older than they were, and {@link Journal#rowsWritten} did not
     * come since. */
    public boolean rowsDoubtful() {
        return found.rowsDoubtful;
    }

    /** How many bytes were read. */
    public long bytes() {
        return found.bytes;
    }

    /** How many bytes at the end were cut off, as they were not whole: what was being written when the node ended. */
    public long cutBytes() {
        return found.cutBytes;
    }

    /** How many rows were handed over. */
    public long rows() {
        return found.rows;
    }

    /** True if the journal before was closed, or there was none; false if its process or machine ended under it. */
    public boolean cleanEnd() {
        return found.cleanEnd;
    }
}
