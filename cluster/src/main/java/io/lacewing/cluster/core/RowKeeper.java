package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts records of the shared tables on this node's disk, and tells when what waited for that may go on. What is given
 * later is on disk later ({@link LastRecords}).
 *
 * <p>Until the node has joined, what its disk had at the start is known: what is there already is not written again.
 */
final class RowKeeper {
    private final boolean durable;
    private final int slice;
    private final Effects effects;
    /** What the disk had at the start, but for keys that were written since. */
    private LastRecords untouched = new LastRecords();
    /** False once it is known that what the disk had does not count: then an older record is written over a newer one. */
    private boolean ownMayCount = true;

    private final LinkedHashMap<Long, List<Waiting>> underWay = new LinkedHashMap<>();
    private long given;

    /** Who waits. */
    sealed interface Waiting {
        /** A broadcast of this node. */
        record Own(long broadcast) implements Waiting {}

        /** A peer that is to be told; {@code retained}: some of its records are retained messages. */
        record Answer(long peer, long broadcast, boolean retained) implements Waiting {}
    }

    RowKeeper(Recovered recovered, TableSettings settings, Effects effects) {
        this.durable = recovered.durable();
        this.slice = settings.batchRecords();
        this.effects = effects;
        recovered.records().forEach(untouched::add);
    }

    /** False if this node keeps everything in memory only. */
    boolean isDurable() {
        return durable;
    }

    /** What the disk had at the start and was not written over since. */
    List<TableRecord> untouched() {
        return untouched.all();
    }

    /** The node has joined: what is not in its tables is not on its disk. */
    void joined() {
        untouched = new LastRecords();
    }

    /**
     * Keeps those of the records that are to be kept.
     *
     * @param waiting comes back by {@link #kept} when they are on disk, and all that was given before
     * @return true if that is so already
     */
    boolean keep(List<TableRecord> records, @Nullable Waiting waiting) {
        if (!durable) {
            return true;
        }
        List<TableRecord> rows = new ArrayList<>();
        for (TableRecord record : records) {
            if (TableSet.isKept(record) && !isThere(record)) {
                rows.add(record);
            }
        }
        writeAll(rows);
        if (underWay.isEmpty()) {
            return true;
        }
        if (waiting != null) {
            underWay.lastEntry().getValue().add(waiting);
        }
        return false;
    }

    private boolean isThere(TableRecord record) {
        TableRecord before = untouched.of(record);
        if (before == null) {
            return false;
        }
        if (before.version().equals(record.version()) && LastRecords.isLive(before) == LastRecords.isLive(record)) {
            return true;
        }
        if (ownMayCount && before.version().compareTo(record.version()) > 0) {
            return true;
        }
        untouched.remove(record);
        return false;
    }

    /** What the disk had at the start does not count: {@code current} is written over what is newer there. */
    void overwrite(List<TableRecord> current) {
        ownMayCount = false;
        current.forEach(untouched::remove);
        writeAll(current);
    }

    /** What the disk had at the start of these keys does not count any more. */
    void forget(List<TableRecord> records) {
        List<TableRecord> rows = new ArrayList<>();
        for (TableRecord record : records) {
            switch (record) {
                case TableRecord.Route route -> rows.add(new TableRecord.Route(route.key(), route.version(), null));
                case TableRecord.Retained message ->
                    rows.add(new TableRecord.Retained(message.topic(), message.version(), null));
                case TableRecord.Holders holders -> throw new IllegalArgumentException("never forgotten: " + holders);
            }
            untouched.remove(record);
        }
        writeAll(rows);
    }

    private void writeAll(List<TableRecord> rows) {
        for (int from = 0; from < rows.size(); from += slice) {
            write(List.copyOf(rows.subList(from, Math.min(rows.size(), from + slice))));
        }
    }

    /** Keeps records whatever is there. */
    void write(List<TableRecord> records) {
        if (durable && !records.isEmpty()) {
            given++;
            underWay.put(given, new ArrayList<>(1));
            effects.add(new Effect.KeepRecords(given, records));
        }
    }

    /** The number of what was given last. */
    long given() {
        return given;
    }

    /** True if everything up to this number is on disk. */
    boolean isKept(long number) {
        return underWay.isEmpty() || underWay.firstEntry().getKey() > number;
    }

    /** Answer to {@link Effect.KeepRecords}. Returns who waited. */
    List<Waiting> kept(long number) {
        List<Waiting> done = new ArrayList<>();
        Iterator<Map.Entry<Long, List<Waiting>>> entries = underWay.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, List<Waiting>> entry = entries.next();
            if (entry.getKey() > number) {
                break;
            }
            done.addAll(entry.getValue());
            entries.remove();
        }
        return done;
    }
}
