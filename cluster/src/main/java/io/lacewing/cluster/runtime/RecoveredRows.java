package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.core.TableRecordCodec;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.journal.RowSink;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers the rows of the shared tables that a journal had: of each key the last. One thread. */
final class RecoveredRows implements RowSink {
    private static final Logger log = LoggerFactory.getLogger(RecoveredRows.class);

    /** By RouteKey, TopicName or shard, which never equal each other. */
    private final Map<Object, TableRecord> rows = new LinkedHashMap<>();

    private int unreadable;
    private @Nullable String reason;

    @Override
    public void row(byte[] encodedRow) {
        try {
            TableRecord found = TableRecordCodec.decode(encodedRow);
            rows.merge(key(found), found, RecoveredRows::newer);
        } catch (CodecException e) {
            unreadable++;
            reason = e.getMessage();
        }
    }

    private static Object key(TableRecord found) {
        return switch (found) {
            case TableRecord.Route route -> route.key();
            case TableRecord.Retained retained -> retained.topic();
            case TableRecord.Holders holders -> holders.shard();
        };
    }

    private static TableRecord newer(TableRecord one, TableRecord other) {
        return other.version().compareTo(one.version()) >= 0 ? other : one;
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
        return List.copyOf(rows.values());
    }
}
