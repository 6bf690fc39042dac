package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.NodeState;
import io.lacewing.cluster.core.TableRecord;
import java.util.List;

/** What a node keeps of itself and of the shared tables. Called on the core's context; answers by inputs to the core. */
public interface StorePort {

    /** As {@code Effect.SaveState}. */
    void save(long save, NodeState state);

    /** As {@code Effect.KeepRecords}. */
    void keep(long keep, List<TableRecord> records);

    /** As {@code Effect.RecordsWritten}. */
    void written(long mark);

    /** As {@code Effect.Alive}. */
    void alive(long wall);
}
