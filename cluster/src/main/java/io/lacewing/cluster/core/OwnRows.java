package io.lacewing.cluster.core;

import io.lacewing.cluster.core.TableRecord.Retained;
import java.util.ArrayList;
import java.util.List;

/**
 * What this node's disk had of the shared tables when it started, once it is known what that is worth. What is as new as
 * anybody's is told to all nodes and to the map, as a change would be. What is old is forgotten, but for the records of who
 * holds which shard: they are never removed, so that an old one can't bring anything back.
 */
final class OwnRows {
    private final TableSettings settings;
    private final TableSet tables;
    private final RowKeeper keeper;
    private final Broadcasts broadcasts;

    private List<TableRecord> rows = List.of();
    private boolean begun;
    /** True: all nodes are told of what is known already, too. */
    private boolean again;

    private int next;
    private int told;

    OwnRows(TableSettings settings, TableSet tables, RowKeeper keeper, Broadcasts broadcasts) {
        this.settings = settings;
        this.tables = tables;
        this.keeper = keeper;
        this.broadcasts = broadcasts;
    }

    /**
     * Begins, after the map was read.
     *
     * @param fresh true if what the disk had is as new as anybody's
     * @param wall milliseconds since the epoch: what has expired by then is offered as removed
     */
    void begin(boolean fresh, long wall) {
        begun = true;
        rows = new ArrayList<>();
        List<TableRecord> old = new ArrayList<>();
        List<TableRecord> others = new ArrayList<>();
        for (TableRecord record : keeper.untouched()) {
            TableRecord current = tables.current(record);
            if (fresh || record instanceof TableRecord.Holders) {
                rows.add(unlessExpired(record, wall));
            } else if (current != null && !current.version().equals(record.version())) {
                others.add(current);
            } else if (LastRecords.isLive(record) && current == null) {
                old.add(record);
            }
        }
        if (!fresh) {
            keeper.overwrite(others);
        }
        keeper.forget(old);
    }

    private static TableRecord unlessExpired(TableRecord record, long wall) {
        boolean expired = record instanceof Retained retained
                && retained.message() != null
                && retained.message().isExpired(wall);
        return expired ? new Retained(((Retained) record).topic(), record.version(), null) : record;
    }

    /**
     * A node has left, which may have begun to tell the others what this node then did not tell them: it tells all that it
     * knows.
     */
    void beginAgain() {
        rows = tables.kept();
        again = true;
        next = 0;
    }

    boolean hasBegun() {
        return begun;
    }

    /** End of a turn: the next part goes out when the last one has left. */
    void flush(long time) {
        if (next >= rows.size() || !broadcasts.isSent()) {
            return;
        }
        int end = Math.min(rows.size(), next + settings.batchRecords());
        for (; next < end; next++) {
            TableRecord record = rows.get(next);
            if (tables.apply(record, time)) {
                tell(record);
            } else if (again) {
                TableRecord current = tables.current(record);
                if (current != null) {
                    tell(current);
                }
            }
        }
        if (next == rows.size()) {
            rows = List.of();
            next = 0;
        }
    }

    private void tell(TableRecord record) {
        told++;
        broadcasts.change(record, new Token.RecoveredRow());
    }

    /** A {@link Token.RecoveredRow} has come back. */
    void back() {
        told--;
    }

    /** True if everybody knows all of it. */
    boolean isDone() {
        return begun && rows.isEmpty() && told == 0;
    }
}
