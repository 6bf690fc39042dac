package io.lacewing.cluster.hazelcast;

import com.hazelcast.map.IMap;
import io.lacewing.cluster.core.CoreSettings;
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
import io.lacewing.router.Message;
import io.lacewing.router.RouteKey;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The maps behind the shared tables. Used on the core's context. The routes of one destination are a group of
 * {@value #ROUTE_BUCKETS} buckets, the retained messages one group of {@value #RETAINED_BUCKETS}. A removal leaves a
 * tombstone, which the node that stored it takes away when every node must have it. An expired message is taken away by
 * the node that stored it, and where that is gone by the next node that loads the table.
 */
final class HazelcastTables implements TablePort {
    private static final Logger log = LoggerFactory.getLogger(HazelcastTables.class);
    private static final int ROUTE_BUCKETS = 64;
    private static final int RETAINED_BUCKETS = 4096;
    /** The group of the holders in the map of the routes: neither a node nor a shard. */
    private static final long HOLDERS = 0;

    private static final long PURGE_MILLIS = 5_000;
    /** How long an answer may take at first, before what is stored is sent once more; then twice as long. */
    private static final long ANSWER_MILLIS = 1_000;

    /** Later than any node, however wrong its clock is within reason, still shows an expired message. */
    private static final long EXPIRED_MILLIS = 60_000;

    private final CoreRunner core;
    private final RowTable routes;
    private final RowTable retained;
    private final IMap<String, Long> cluster;
    private final Context context;
    private long clusterId;
    private final ArrayDeque<Tombstones> tombstones = new ArrayDeque<>();
    private final PriorityQueue<Expiry> expiries = new PriorityQueue<>(Comparator.comparingLong(Expiry::due));

    /** Where a row stands. */
    private record Place(boolean route, long group, int bucket) {}

    /** Tombstones of one place, and when they were stored, in milliseconds of System.nanoTime(). */
    private record Tombstones(long since, Place place, List<TableRow> rows) {}

    /** A message that is to be taken away, unless it was replaced; its row without value. Due in ms since the epoch. */
    private record Expiry(long due, Place place, TableRow row) {}

    /** What is being stored, and when it is sent once more, in milliseconds of System.nanoTime(). */
    private record Storing(Map<Place, List<TableRow>> rows, long again, long patience) {
        Storing(Map<Place, List<TableRow>> rows, long patience) {
            this(rows, System.nanoTime() / 1_000_000 + patience, patience);
        }
    }

    /** By the number that the core gave it. */
    private final Map<Long, Storing> underWay = new HashMap<>();

    /** To be made on the core's context. */
    HazelcastTables(CoreRunner core, RowTable routes, RowTable retained, IMap<String, Long> cluster, Vertx vertx) {
        this.core = core;
        this.cluster = cluster;
        this.context = vertx.getOrCreateContext();
        this.routes = routes;
        this.retained = retained;
        vertx.setPeriodic(PURGE_MILLIS, id -> purge());
        vertx.setPeriodic(ANSWER_MILLIS, id -> sendAgain());
    }

    @Override
    public void store(long store, List<TableRecord> records) {
        Map<Place, List<TableRow>> rows = new HashMap<>();
        for (TableRecord entry : records) {
            TableRow row = row(entry);
            Place place = place(entry, row.key());
            rows.computeIfAbsent(place, p -> new ArrayList<>()).add(row);
            rememberExpiry(entry, place, row);
        }
        rows.forEach(this::remember);
        underWay.put(store, new Storing(rows, ANSWER_MILLIS));
        put(store, rows);
    }

    /**
     * What was on its way when a connection between two members broke is lost, and Hazelcast notices that late only. A
     * repetition changes nothing.
     */
    private void sendAgain() {
        long now = System.nanoTime() / 1_000_000;
        Map.copyOf(underWay).forEach((store, storing) -> {
            if (storing.again() <= now) {
                underWay.put(store, new Storing(storing.rows(), 2 * storing.patience()));
                put(store, storing.rows());
            }
        });
    }

    private void put(long store, Map<Place, List<TableRow>> rows) {
        List<Future<Void>> all = new ArrayList<>();
        rows.forEach((place, some) -> all.add(table(place).put(place.group(), place.bucket(), some)));
        Future.all(all).onComplete(stored -> ended(store, true), failure -> {
            log.debug("Records of {} places could not be stored, trying again", rows.size(), failure);
            ended(store, false);
        });
    }

    private void ended(long store, boolean ok) {
        if (underWay.remove(store) != null) {
            core.offer(new Input.RecordsStored(store, ok));
        }
    }

    /**
     * A member has left. Hazelcast goes on waiting for its answer, for as long as a backup may take; what is stored once
     * more is answered by those who are there. A repetition changes nothing.
     */
    void memberLeft() {
        Map.copyOf(underWay).forEach((store, storing) -> put(store, storing.rows()));
    }

    @Override
    public void clusterIs(long id) {
        if (clusterId != id) {
            clusterId = id;
            storeClusterId();
        }
    }

    /** Repeated now and then: all copies of the entry may be lost, as of any. */
    private void storeClusterId() {
        if (clusterId != 0) {
            Completions.on(context, () -> cluster.setAsync(MemberConfiguration.CLUSTER_ID, clusterId))
                    .onFailure(failure -> log.debug("The cluster's id is not stored yet", failure));
        }
    }

    @Override
    public void load() {
        log.debug("reading the shared tables");
        List<TableRecord> found = new ArrayList<>();
        routes.load((group, rows) -> rows.forEach(row -> found.add(route(group, row))))
                .compose(done -> retained.load((group, rows) -> rows.forEach(row -> loaded(retained(row), row, found))))
                .onComplete(
                        done -> {
                            log.debug("the shared tables are read: {} records", found.size());
                            core.offer(new Input.TablesLoaded(true, found));
                        },
                        failure -> {
                            log.warn("The shared tables could not be read, trying again: {}", failure.toString());
                            core.offer(new Input.TablesLoaded(false, List.of()));
                        });
    }

    /** What has expired is not taken, and taken away in case that who stored it is gone. */
    private void loaded(TableRecord.Retained record, TableRow row, List<TableRecord> found) {
        Message message = record.message();
        if (message == null || !message.isExpired(System.currentTimeMillis())) {
            found.add(record);
        } else {
            rememberExpiry(record, place(record, row.key()), row);
        }
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
            case TableRecord.Holders holders ->
                new TableRow(
                        Integer.toString(holders.shard()).getBytes(StandardCharsets.US_ASCII),
                        version.major(),
                        version.minor(),
                        TableRecordCodec.encode(holders));
        };
    }

    private static Place place(TableRecord entry, byte[] key) {
        int hash = Arrays.hashCode(key);
        return switch (entry) {
            case TableRecord.Route route ->
                new Place(true, group(route.key().destination()), Math.floorMod(hash, ROUTE_BUCKETS));
            case TableRecord.Retained message -> new Place(false, 0, Math.floorMod(hash, RETAINED_BUCKETS));
            case TableRecord.Holders holders -> new Place(true, HOLDERS, Math.floorMod(hash, ROUTE_BUCKETS));
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

    private static TableRecord.Retained retained(TableRow row) {
        byte[] value = row.value();
        return value != null && TableRecordCodec.decode(value) instanceof TableRecord.Retained live
                ? live
                : new TableRecord.Retained(
                        TopicName.ofUtf8(row.key(), 0, row.key().length), new Version(row.high(), row.low()), null);
    }

    private void remember(Place place, List<TableRow> rows) {
        List<TableRow> removed = rows.stream().filter(TableRow::isTombstone).toList();
        if (!removed.isEmpty()) {
            tombstones.add(new Tombstones(System.nanoTime() / 1_000_000, place, removed));
        }
    }

    private void rememberExpiry(TableRecord entry, Place place, TableRow row) {
        if (entry instanceof TableRecord.Retained retainedEntry
                && retainedEntry.message() != null
                && retainedEntry.message().expiresAt() != Message.NEVER) {
            long due = retainedEntry.message().expiresAt() + EXPIRED_MILLIS;
            expiries.add(new Expiry(due, place, new TableRow(row.key(), row.high(), row.low(), null)));
        }
    }

    private void purge() {
        dropExpired(System.currentTimeMillis());
        purgeTombstones();
        storeClusterId();
    }

    private void dropExpired(long now) {
        Map<Place, List<TableRow>> due = new HashMap<>();
        for (Expiry first = expiries.peek(); first != null && first.due() <= now; first = expiries.peek()) {
            expiries.remove();
            due.computeIfAbsent(first.place(), p -> new ArrayList<>()).add(first.row());
        }
        due.forEach((place, rows) -> table(place)
                .drop(place.group(), place.bucket(), rows)
                .onFailure(failure -> {
                    log.debug("{} expired messages are not taken away yet", rows.size(), failure);
                    rows.forEach(row -> expiries.add(new Expiry(now + EXPIRED_MILLIS, place, row)));
                }));
    }

    private void purgeTombstones() {
        long old = System.nanoTime() / 1_000_000 - CoreSettings.TOMBSTONE_MILLIS;
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
