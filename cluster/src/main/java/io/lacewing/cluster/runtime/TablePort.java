package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.TableRecord;
import java.util.List;

/** The maps behind the shared tables. Called on the core's context; answers by inputs to the core. */
public interface TablePort {

    /** As {@code Effect.StoreRecords}. */
    void store(long store, List<TableRecord> records);

    /** As {@code Effect.LoadTables}. */
    void load();

    /** As {@code Effect.ForgetDestination}. */
    void forget(long incarnation);

    /** The cluster has this id: who joins later is to find it. Called whenever something has changed since; not answered. */
    void clusterIs(long id);
}
