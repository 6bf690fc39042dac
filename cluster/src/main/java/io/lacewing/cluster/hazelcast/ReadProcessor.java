package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a bucket on its partition's thread. A query would read it on another one, while it may be changed in place. */
record ReadProcessor() implements EntryProcessor<RowKey, RowBucket, RowBucket>, ReadOnly {
    @Override
    public RowBucket process(Map.Entry<RowKey, RowBucket> entry) {
        return entry.getValue();
    }

    @Override
    public @Nullable EntryProcessor<RowKey, RowBucket, RowBucket> getBackupProcessor() {
        return null;
    }
}
