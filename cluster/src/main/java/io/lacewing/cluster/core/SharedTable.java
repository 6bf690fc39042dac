package io.lacewing.cluster.core;

import io.lacewing.router.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One shared table as this node holds it: for each key the record with the highest version. That a key was removed is
 * kept as a tombstone for some time, so that a late older record does not bring it back. Digests count live records
 * only, as nodes forget tombstones at different times.
 *
 * @param <K> what identifies a record
 * @param <R> the record
 */
abstract sealed class SharedTable<K, R extends TableRecord> permits RouteTable, RetainedTable, HoldersTable {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private record Removed<K>(K key, Version version, long time) {}

    private final Map<K, R> records = new HashMap<>();
    private final ArrayDeque<Removed<K>> tombstones = new ArrayDeque<>();
    private final Digest digest = new Digest();
    private boolean dirty;

    abstract K key(R record);

    abstract boolean isLive(R record);

    abstract long keyHash(K key);

    /** Keeps the index that readers see: {@code old} gives way to {@code record}; each may be none or a tombstone. */
    abstract void replace(@Nullable R old, R record);

    /**
     * Takes a record if it is newer than what is here.
     *
     * @param time steady milliseconds
     * @return false if it is not newer
     */
    boolean apply(R record, long time) {
        K key = key(record);
        R old = records.get(key);
        if (old != null && old.version().compareTo(record.version()) >= 0) {
            return false;
        }
        put(key, old, record, time);
        return true;
    }

    /** Puts {@code record} in the place of {@code old}, whatever their versions. */
    final void put(K key, @Nullable R old, R record, long time) {
        boolean wasLive = old != null && isLive(old);
        if (old != null && wasLive) {
            digest.remove(keyHash(key), hash(old.version()));
        }
        records.put(key, record);
        if (isLive(record)) {
            digest.add(keyHash(key), hash(record.version()));
        } else {
            tombstones.add(new Removed<>(key, record.version(), time));
        }
        if (wasLive || isLive(record)) {
            replace(old, record);
            dirty = true;
        }
    }

    /** Forgets the live record of {@code key}, without a tombstone; the index is the caller's matter. */
    final void forget(K key) {
        R old = records.remove(key);
        if (old != null && isLive(old)) {
            digest.remove(keyHash(key), hash(old.version()));
            dirty = true;
        }
    }

    /** Forgets tombstones that were made before {@code time}, steady milliseconds. */
    final void forgetTombstones(long time) {
        for (Removed<K> oldest = tombstones.peek();
                oldest != null && oldest.time() < time;
                oldest = tombstones.peek()) {
            tombstones.remove();
            R record = records.get(oldest.key());
            if (record != null && !isLive(record) && record.version().equals(oldest.version())) {
                records.remove(oldest.key());
            }
        }
    }

    /** What is known of {@code key}: a live record, a tombstone or nothing. */
    final @Nullable R get(K key) {
        return records.get(key);
    }

    /** All records of these hash ranges, tombstones too. */
    final Map<Integer, List<TableRecord>> ranges(List<Integer> ranges) {
        Map<Integer, List<TableRecord>> found = new HashMap<>();
        ranges.forEach(range -> found.put(range, new ArrayList<>()));
        records.forEach((key, record) -> {
            List<TableRecord> range = found.get(Digest.rangeOf(keyHash(key)));
            if (range != null) {
                range.add(record);
            }
        });
        return found;
    }

    /** Adds all records to {@code to}, tombstones too. */
    final void addTo(List<TableRecord> to) {
        to.addAll(records.values());
    }

    /** The digest of the live records. */
    final Digest digest() {
        return digest;
    }

    /** How many records there are, tombstones too. */
    final int size() {
        return records.size();
    }

    /** True if live records changed since the last call. */
    final boolean takeDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    private static long hash(Version version) {
        return version.major() * GOLDEN + version.minor();
    }
}
