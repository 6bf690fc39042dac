package io.lacewing.cluster.core;

import java.util.ArrayList;
import java.util.List;

/** Writes all records again that are to be on this node's disk, as the journal is to let old ones go; a part a turn. */
final class RowRewrite {
    private static final long NONE = Long.MIN_VALUE;

    private final TableSettings settings;
    private final TableSet tables;
    private final RowKeeper keeper;
    private final Effects effects;

    private long wanted = NONE;
    private long mark = NONE;
    private List<TableRecord> rows = List.of();
    private int next;

    RowRewrite(TableSettings settings, TableSet tables, RowKeeper keeper, Effects effects) {
        this.settings = settings;
        this.tables = tables;
        this.keeper = keeper;
        this.effects = effects;
    }

    /** The journal asks; what it asked before is answered with it. */
    void wanted(long latest) {
        wanted = latest;
    }

    /** End of a turn of a node that is ready: before that, its tables are not all that is to be kept. */
    void flush() {
        if (mark == NONE && wanted != NONE) {
            mark = wanted;
            wanted = NONE;
            rows = tables.kept();
            next = 0;
        }
        if (mark == NONE) {
            return;
        }
        List<TableRecord> part = new ArrayList<>();
        int bytes = 0;
        for (; next < rows.size() && part.size() < settings.batchRecords() && bytes < settings.batchBytes(); next++) {
            TableRecord current = tables.current(rows.get(next));
            // What has changed since may not have been given to the disk yet, and what it replaced goes with the old
            // ones.
            if (current != null) {
                part.add(current);
                bytes += MessageSize.of(current);
            }
        }
        keeper.write(part);
        if (next == rows.size()) {
            effects.add(new Effect.RecordsWritten(mark));
            mark = NONE;
            rows = List.of();
        }
    }
}
