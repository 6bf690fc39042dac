package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a disk says of the shared tables: records in the order in which they were written. Of each key the last one counts,
 * whatever its version, as a node may have taken back what only it knew; a tombstone of the version of the live record
 * before it says no more than that this node forgot the key. Of holders, which are never forgotten, the newest counts.
 */
public final class LastRecords {
    private final Map<Object, TableRecord> byKey = new LinkedHashMap<>();

    /** The next record. */
    public void add(TableRecord record) {
        Object key = TableSet.keyOf(record);
        TableRecord before = byKey.get(key);
        if (before == null) {
            byKey.put(key, record);
        } else if (isLive(before) && !isLive(record) && before.version().equals(record.version())) {
            byKey.remove(key);
        } else if (!(record instanceof TableRecord.Holders) || before.version().compareTo(record.version()) <= 0) {
            byKey.put(key, record);
        }
    }

    /** What counts of the key of this record. */
    @Nullable
    TableRecord of(TableRecord record) {
        return byKey.get(TableSet.keyOf(record));
    }

    /** The key of this record has been written over. */
    void remove(TableRecord record) {
        byKey.remove(TableSet.keyOf(record));
    }

    /** What counts. */
    public List<TableRecord> all() {
        return new ArrayList<>(byKey.values());
    }

    /** How many keys there are. */
    public int size() {
        return byKey.size();
    }

    /** False for a tombstone. */
    static boolean isLive(TableRecord record) {
        return switch (record) {
            case TableRecord.Route route -> route.value() != null;
            case TableRecord.Retained message -> message.message() != null;
            case TableRecord.Holders holders -> true;
        };
    }
}
