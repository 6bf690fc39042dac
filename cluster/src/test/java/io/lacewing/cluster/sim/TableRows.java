package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.core.TableRecord.Holders;
import io.lacewing.cluster.core.TableRecord.Retained;
import io.lacewing.cluster.core.TableRecord.Route;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.RouteKey;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** The rows of the shared tables, the newest of each key. */
final class TableRows {
    private static final int BUCKETS = 16;
    /** How long a map remembers a removal, in milliseconds. */
    private static final long TOMBSTONE = 120_000;

    private final Map<String, Row<Route>> routes = new TreeMap<>();
    private final Map<TopicName, Row<Retained>> retained = new TreeMap<>();
    private final Map<Integer, Row<Holders>> holders = new TreeMap<>();

    private record Row<T extends TableRecord>(T value, long since) {}

    /** The same rows, for the other side of a split. */
    TableRows copy() {
        TableRows copy = new TableRows();
        copy.routes.putAll(routes);
        copy.retained.putAll(retained);
        copy.holders.putAll(holders);
        return copy;
    }

    /** What was stored where some of these members lived by themselves; nothing of nodes that are none. */
    void add(TableRows other, Set<Long> members) {
        other.routes.values().forEach(row -> {
            boolean gone = row.value.key().destination() instanceof NodeDestination node
                    && !members.contains(node.incarnation());
            if (!gone) {
                store(row.value, row.since);
            }
        });
        other.retained.values().forEach(row -> store(row.value, row.since));
        other.holders.values().forEach(row -> store(row.value, row.since));
    }

    void store(TableRecord record, long time) {
        switch (record) {
            case Route route -> put(routes, key(route.key()), route, time);
            case Retained message -> put(retained, message.topic(), message, time);
            case Holders of -> put(holders, of.shard(), of, time);
        }
    }

    private static <K, T extends TableRecord> void put(Map<K, Row<T>> to, K key, T value, long time) {
        Row<T> old = to.get(key);
        if (old == null || value.version().compareTo(old.value.version()) > 0) {
            to.put(key, new Row<>(value, time));
        }
    }

    private static String key(RouteKey key) {
        return key.destination() + " " + key.filter();
    }

    /** Loses the rows of some buckets, of {@link #BUCKETS}. */
    void lose(IntPredicate buckets) {
        routes.keySet().removeIf(key -> isIn(buckets, key));
        retained.keySet().removeIf(key -> isIn(buckets, key.value()));
        holders.keySet().removeIf(key -> isIn(buckets, "h" + key));
    }

    private static boolean isIn(IntPredicate buckets, String key) {
        return buckets.test(Math.floorMod(key.hashCode(), BUCKETS));
    }

    /** Forgets removals that were stored long before {@code time}. */
    void purge(long time) {
        routes.values().removeIf(row -> row.value.value() == null && row.since < time - TOMBSTONE);
        retained.values().removeIf(row -> row.value.message() == null && row.since < time - TOMBSTONE);
    }

    void forget(Destination destination) {
        routes.values().removeIf(row -> row.value.key().destination().equals(destination));
    }

    List<TableRecord> routeRecords() {
        return records(routes);
    }

    List<TableRecord> otherRecords() {
        List<TableRecord> records = records(retained);
        records.addAll(records(holders));
        return records;
    }

    private static <K, T extends TableRecord> List<TableRecord> records(Map<K, Row<T>> from) {
        List<TableRecord> records = new ArrayList<>();
        from.values().forEach(row -> records.add(row.value));
        return records;
    }

    /** The routes that exist. */
    List<Route> routes() {
        return routes.values().stream()
                .map(Row::value)
                .filter(route -> route.value() != null)
                .toList();
    }
}
