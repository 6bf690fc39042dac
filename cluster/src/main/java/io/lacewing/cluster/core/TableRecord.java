package io.lacewing.cluster.core;

import io.lacewing.router.Message;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of a shared table. A null value is a tombstone: it was removed, and older versions must not return. */
public sealed interface TableRecord {
    Version version();

    /** A route: messages matching the key's filter go to the key's destination. */
    record Route(RouteKey key, Version version, @Nullable RouteValue value) implements TableRecord {}

    /**
     * The nodes on whose disks all is that was acknowledged of a shard, by the identities of their data directories,
     * ascending. Version: (epoch, number within the epoch). Never removed.
     */
    record Holders(int shard, Version version, List<Long> identities) implements TableRecord {}

    /** A retained message of a topic. */
    record Retained(
            TopicName topic, Version version, @Nullable Message message) implements TableRecord {}
}
