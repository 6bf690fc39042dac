package io.lacewing.persistence.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a journal held when it was opened. Any thread, but each {@link RecoveredShard#copy} is used by one at a time. */
public final class Recovery {
    private final Map<Integer, RecoveredShard> shards = new ConcurrentHashMap<>();
    private final long aliveAt;
    private final List<String> complaints;
    private final boolean rowsDoubtful;
    private final long bytes;
    private final long rows;
    private final boolean cleanEnd;

    Recovery(
            List<RecoveredShard> shards,
            long aliveAt,
            List<String> complaints,
            boolean rowsDoubtful,
            long bytes,
            long rows,
            boolean cleanEnd) {
        shards.forEach(shard -> this.shards.put(shard.shard(), shard));
        this.aliveAt = aliveAt;
        this.complaints = List.copyOf(complaints);
        this.rowsDoubtful = rowsDoubtful;
        this.bytes = bytes;
        this.rows = rows;
        this.cleanEnd = cleanEnd;
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
        return aliveAt;
    }

    /** What was wrong with the files, each naming the file and the offset, for the log; empty if nothing was. */
    public List<String> complaints() {
        return complaints;
    }

    /** True if rows that were reported kept may be missing or older than they were. */
    public boolean rowsDoubtful() {
        return rowsDoubtful;
    }

    /** How many bytes were read. */
    public long bytes() {
        return bytes;
    }

    /** How many rows were handed over. */
    public long rows() {
        return rows;
    }

    /** True if the journal before was closed, or there was none; false if its process or machine ended under it. */
    public boolean cleanEnd() {
        return cleanEnd;
    }
}
