package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.TableRecord;
import java.util.List;

/** The maps behind the shared tables of a node alone: none, as the core's own tables are all there is. */
public final class LocalTables implements TablePort {
    private final CoreRunner core;

    public LocalTables(CoreRunner core) {
        this.core = core;
    }

    @Override
    public void store(long store, List<TableRecord> records) {
        core.offer(new Input.RecordsStored(store, true));
    }

    @Override
    public void load() {
        core.offer(new Input.TablesLoaded(true, List.of()));
    }

    @Override
    public void forget(long incarnation) {
        // Nothing is kept here to be forgotten.
    }

    @Override
    public void clusterIs(long id) {
        // Nobody joins.
    }
}
