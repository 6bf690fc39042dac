package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value on its partition's thread. A query would read it on another one, while it may be changed in place.
 */
record ReadProcessor<K, V>() implements EntryProcessor<K, V, V>, ReadOnly {
    @Override
    public V process(Map.Entry<K, V> entry) {
        return entry.getValue();
    }

    @Override
    public @Nullable EntryProcessor<K, V, V> getBackupProcessor() {
        return null;
    }
}
