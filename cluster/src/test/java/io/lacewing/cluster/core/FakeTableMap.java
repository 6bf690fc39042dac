package io.lacewing.cluster.core;

import io.lacewing.router.Destination.NodeDestination;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The map behind the shared tables, as it should be: one truth, each key by itself, only newer records are taken. */
final class FakeTableMap {
    private final Map<Object, TableRecord> records = new HashMap<>();

    void store(TableRecord record) {
        records.merge(keyOf(record), record, (a, b) -> a.version().compareTo(b.version()) >= 0 ? a : b);
    }

    /** The keys of one half or the other: a reader does not see all keys at the same moment. */
    List<TableRecord> read(boolean oneHalf) {
        List<TableRecord> half = new ArrayList<>();
        records.forEach((key, record) -> {
            if (((key.hashCode() & 1) == 0) == oneHalf) {
                half.add(record);
            }
        });
        return half;
    }

    void forget(long incarnation) {
        records.keySet().removeIf(key -> TableModel.leadsTo(key, incarnation));
    }

    /** The live value of a key, or null. */
    @Nullable
    Object value(Object key) {
        return switch (records.get(key)) {
            case null -> null;
            case TableRecord.Route route -> route.value();
            case TableRecord.Retained retained -> retained.message();
            case TableRecord.Holders holders -> holders.identities();
        };
    }

    /** True if a live route leads to a node that is none of these. */
    boolean hasRoutesBeside(Collection<Long> nodes) {
        return records.values().stream()
                .anyMatch(record -> record instanceof TableRecord.Route route
                        && route.value() != null
                        && route.key().destination() instanceof NodeDestination node
                        && !nodes.contains(node.incarnation()));
    }

    static Object keyOf(TableRecord record) {
        return switch (record) {
            case TableRecord.Route route -> route.key();
            case TableRecord.Retained retained -> retained.topic();
            case TableRecord.Holders holders -> holders.shard();
        };
    }
}
