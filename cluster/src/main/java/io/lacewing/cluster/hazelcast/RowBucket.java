package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.TableRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** One bucket of rows, changed in place on its partition's thread. */
final class RowBucket {
    private final TreeMap<byte[], TableRow> rows = new TreeMap<>(Arrays::compareUnsigned);

    /** Takes what is newer than what is there. */
    void merge(List<TableRow> changes) {
        for (TableRow change : changes) {
            if (change.isNewerThan(rows.get(change.key()))) {
                rows.put(change.key(), change);
            }
        }
    }

    /** Drops the tombstones that are still of these versions. */
    void purge(List<TableRow> tombstones) {
        for (TableRow tombstone : tombstones) {
            TableRow present = rows.get(tombstone.key());
            if (present != null && present.isTombstone() && present.isVersionOf(tombstone)) {
                rows.remove(tombstone.key());
            }
        }
    }

    /** Drops the rows that are still of these versions. */
    void drop(List<TableRow> versions) {
        for (TableRow version : versions) {
            TableRow present = rows.get(version.key());
            if (present != null && present.isVersionOf(version)) {
                rows.remove(version.key());
            }
        }
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<TableRow> rows() {
        return new ArrayList<>(rows.values());
    }
}
