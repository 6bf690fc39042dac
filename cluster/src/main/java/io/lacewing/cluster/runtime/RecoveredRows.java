package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.LastRecords;
import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.core.TableRecordCodec;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.journal.RowSink;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers the rows of the shared tables that a journal had: of each key the last. One thread. */
final class RecoveredRows implements RowSink {
    private static final Logger log = LoggerFactory.getLogger(RecoveredRows.class);

    private final LastRecords rows = new LastRecords();

    private int unreadable;
    private @Nullable String reason;

    @Override
    public void row(byte[] encodedRow) {
        try {
            rows.add(TableRecordCodec.decode(encodedRow));
        } catch (CodecException e) {
            unreadable++;
            reason = e.getMessage();
        }
    }

    /** Says what could not be read, if anything. */
    void complain(Path directory) {
        if (unreadable > 0) {
            log.error(
                    "{} records of routes, retained messages or holders in the journal of {} can't be read and are left"
                            + " out; the last one: {}. Was it written by a later version?",
                    unreadable,
                    directory,
                    reason);
        }
    }

    int count() {
        return rows.size();
    }

    List<TableRecord> records() {
        return rows.all();
    }
}
