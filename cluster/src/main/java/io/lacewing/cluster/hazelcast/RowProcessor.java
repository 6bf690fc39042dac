package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.EntryProcessor;
import io.lacewing.cluster.replica.TableRow;
import java.util.List;
import java.util.Map;

/** Changes one bucket of rows, at the owner and the backups alike: a newer version wins, so a repetition does nothing. */
record RowProcessor(Kind kind, List<TableRow> rows) implements EntryProcessor<RowKey, RowBucket, Boolean> {
    /** What to do with the rows. */
    enum Kind {
        /** Take those that are newer. */
        MERGE,
        /** Forget these tombstones. */
        PURGE,
        /** Forget these rows, if they are still of these versions. */
        DROP,
        /** Forget the whole bucket. */
        REMOVE
    }

    @Override
    public Boolean process(Map.Entry<RowKey, RowBucket> entry) {
        RowBucket bucket = entry.getValue();
        switch (kind) {
            case MERGE -> {
                if (bucket == null) {
                    bucket = new RowBucket();
                    entry.setValue(bucket);
                }
                bucket.merge(rows);
            }
            case PURGE, DROP -> {
                if (bucket != null) {
                    if (kind == Kind.PURGE) {
                        bucket.purge(rows);
                    } else {
                        bucket.drop(rows);
                    }
                    if (bucket.isEmpty()) {
                        entry.setValue(null);
                    }
                }
            }
            case REMOVE -> entry.setValue(null);
        }
        return true;
    }
}
