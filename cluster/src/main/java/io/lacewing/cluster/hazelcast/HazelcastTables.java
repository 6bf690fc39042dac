package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.core.TableRecordCodec;
import io.lacewing.cluster.core.Version;
import io.lacewing.cluster.replica.TableRow;
import io.lacewing.cluster.runtime.CoreRunner;
import io.lacewing.cluster.runtime.TablePort;
import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.RouteKey;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maps behind the shared tables. Used on the core's context. The routes of one destination are a group of
 * {@value #ROUTE_BUCKETS} buckets, the retained messages one group of {@value #RETAINED_BUCKETS}. A removal leaves a
 * tombstone, which the node that stored it takes away when every node must have it.
 */
final class HazelcastTables implements TablePort {
    private static final Logger log = LoggerFactory.getLogger(HazelcastTables.class);
    private static final int ROUTE_BUCKETS = 64;
    private static final int RETAINED_BUCKETS = 4096;
    private static final long TOMBSTONE_MILLIS = 120_000;
    private static final long PURGE_MILLIS = 5_000;

    private final CoreRunner core;
    private final RowTable routes;
    private final RowTable retained;
    private final ArrayDeque<Tombstones> tombstones = new ArrayDeque<>();

    /** Where a row stands. */
    private record Place(boolean route, long group, int bucket) {}

    /** Tombstones of one place, and when they were stored, in milliseconds of System.nanoTime(). */
    private record Tombstones(long since, Place place, List<TableRow> rows) {}

    HazelcastTables(CoreRunner core, RowTable routes, RowTable retained, Vertx vertx) {
        this.core = core;
        this.routes = routes;
        this.retained = retained;
        vertx.setPeriodic(PURGE_MILLIS, id -> purge());
    }

    @Override
    public void store(long store, List<TableRecord> records) {
        Map<Place, List<TableRow>> rows = new HashMap<>();
        for (TableRecord entry : records) {
            TableRow row = row(entry);
            rows.computeIfAbsent(place(entry, row.key()), p -> new ArrayList<>())
                    .add(row);
        }
        List<Future<Void>> all = new ArrayList<>();
        rows.forEach((place, some) -> {
            all.add(table(place).put(place.group(), place.bucket(), some));
            remember(place, some);
        });
        Future.all(all).onComplete(stored -> core.offer(new Input.RecordsStored(store, true)), failure -> {
            log.debug("{} records could not be stored, trying again", records.size(), failure);
            core.offer(new Input.RecordsStored(store, false));
        });
    }

    @Override
    public void load() {
        List<TableRecord> found = new ArrayList<>();
        routes.load((group, rows) -> rows.forEach(row -> found.add(route(group, row))))
                .compose(done -> retained.load((group, rows) -> rows.forEach(row -> found.add(retained(row)))))
                .onComplete(done -> core.offer(new Input.TablesLoaded(true, found)), failure -> {
                    log.warn("The shared tables could not be read, trying again: {}", failure.toString());
                    core.offer(new Input.TablesLoaded(false, List.of()));
                });
    }

    @Override
    public void forget(long incarnation) {
        routes.remove(incarnation, ROUTE_BUCKETS)
                .onFailure(failure -> log.debug("Routes of {} are not removed yet", incarnation, failure));
    }

    private RowTable table(Place place) {
        return place.route() ? routes : retained;
    }

    private static TableRow row(TableRecord entry) {
        Version version = entry.version();
        return switch (entry) {
            case TableRecord.Route route ->
                new TableRow(
                        route.key().filter().utf8(),
                        version.major(),
                        version.minor(),
                        route.value() == null ? null : TableRecordCodec.encode(route));
            case TableRecord.Retained message ->
                new TableRow(
                        message.topic().utf8(),
                        version.major(),
                        version.minor(),
                        message.message() == null ? null : TableRecordCodec.encode(message));
        };
    }

    private static Place place(TableRecord entry, byte[] key) {
        int hash = Arrays.hashCode(key);
        return switch (entry) {
            case TableRecord.Route route ->
                new Place(true, group(route.key().destination()), Math.floorMod(hash, ROUTE_BUCKETS));
            case TableRecord.Retained message -> new Place(false, 0, Math.floorMod(hash, RETAINED_BUCKETS));
        };
    }

    /** Incarnations are positive; shards take the negative numbers. */
    private static long group(Destination destination) {
        return switch (destination) {
            case NodeDestination(long incarnation) -> incarnation;
            case ShardDestination(int shard) -> -1L - shard;
        };
    }

    private static Destination destination(long group) {
        return group > 0 ? new NodeDestination(group) : new ShardDestination(Math.toIntExact(-1 - group));
    }

    private static TableRecord route(long group, TableRow row) {
        byte[] value = row.value();
        return value != null
                ? TableRecordCodec.decode(value)
                : new TableRecord.Route(
                        new RouteKey(destination(group), TopicFilter.ofUtf8(row.key(), 0, row.key().length)),
                        new Version(row.high(), row.low()),
                        null);
    }

    private static TableRecord retained(TableRow row) {
        byte[] value = row.value();
        return value != null
                ? TableRecordCodec.decode(value)
                : new TableRecord.Retained(
                        TopicName.ofUtf8(row.key(), 0, row.key().length), new Version(row.high(), row.low()), null);
    }

    private void remember(Place place, List<TableRow> rows) {
        List<TableRow> removed = rows.stream().filter(TableRow::isTombstone).toList();
        if (!removed.isEmpty()) {
            tombstones.add(new Tombstones(System.nanoTime() / 1_000_000, place, removed));
        }
    }

    private void purge() {
        long old = System.nanoTime() / 1_000_000 - TOMBSTONE_MILLIS;
        Map<Place, List<TableRow>> due = new HashMap<>();
        while (!tombstones.isEmpty() && tombstones.peek().since() <= old) {
            Tombstones oldest = tombstones.poll();
            due.computeIfAbsent(oldest.place(), p -> new ArrayList<>()).addAll(oldest.rows());
        }
        due.forEach((place, rows) -> table(place)
                .purge(place.group(), place.bucket(), rows)
                .onFailure(failure -> {
                    log.debug("{} tombstones are not purged yet", rows.size(), failure);
                    remember(place, rows);
                }));
    }
}
