package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import io.lacewing.cluster.replica.TableRow;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The maps behind the routes and the retained messages: what a node that joins loads, and what outlives any one node. Each
 * change is a single-key entry processor, the only kind of operation that waits for backups; each can be repeated after a
 * failure. Methods are called on the core context, their futures complete there.
 */
public final class SharedTables {
    /** How many parts the routes of one destination are stored in. */
    public static final int BUCKETS = 64;

    private final IMap<RouteKey, RouteBucket> routes;
    private final IMap<String, RetainedEntry> retained;
    private final Integer[] partitionKeys;
    private final Vertx vertx;
    private final Context context;

    SharedTables(HazelcastInstance member, Vertx vertx, Context context) {
        this.routes = member.getMap(MemberConfiguration.ROUTES);
        this.retained = member.getMap(MemberConfiguration.RETAINED);
        this.partitionKeys = PartitionKeys.of(member.getPartitionService());
        this.vertx = vertx;
        this.context = context;
    }

    /** Takes those rows of a bucket that are newer than what is stored. */
    public Future<Void> putRoutes(long destination, int bucket, List<TableRow> rows) {
        return change(destination, bucket, new RouteProcessor(RouteProcessor.Kind.MERGE, List.copyOf(rows)));
    }

    /** Forgets tombstones, once every node has them; one that has been replaced meanwhile stays. */
    public Future<Void> purgeRoutes(long destination, int bucket, List<TableRow> tombstones) {
        return change(destination, bucket, new RouteProcessor(RouteProcessor.Kind.PURGE, List.copyOf(tombstones)));
    }

    /** Forgets all routes of a destination that will never come back. */
    public Future<Void> removeDestination(long destination) {
        List<Future<Void>> all = new ArrayList<>();
        RouteProcessor remove = new RouteProcessor(RouteProcessor.Kind.REMOVE, List.of());
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            all.add(change(destination, bucket, remove));
        }
        return Future.all(all).mapEmpty();
    }

    /**
     * Reads all routes, partition by partition. Not one moment's state: what changes meanwhile may be in it or not.
     *
     * @param rows is given destination and rows, tombstones included, on the context
     */
    public Future<Void> loadRoutes(BiConsumer<Long, List<TableRow>> rows) {
        return load(
                routes,
                new ReadProcessor<RouteKey, RouteBucket>(),
                (key, bucket) -> rows.accept(key.destination(), bucket.rows()));
    }

    /**
     * Stores the retained message of a topic, or its removal, under the next version of the topic.
     *
     * @param value the encoded message; null to remove it
     * @param now milliseconds since the epoch
     * @return the version
     */
    public Future<Long> putRetained(String topic, byte @Nullable [] value, long now) {
        return change(topic, new RetainedProcessor(RetainedProcessor.Kind.NEXT, now, value));
    }

    /** Stores a retained message whose version is known already, from a journal, unless there is a newer one. */
    public Future<Long> restoreRetained(String topic, byte @Nullable [] value, long version) {
        return change(topic, new RetainedProcessor(RetainedProcessor.Kind.TAKE, version, value));
    }

    /** Forgets a removal of this version, once every node has it. */
    public Future<Long> purgeRetained(String topic, long version) {
        return change(topic, new RetainedProcessor(RetainedProcessor.Kind.PURGE, version, null));
    }

    /**
     * Reads all retained messages, partition by partition; as {@link #loadRoutes}.
     *
     * @param rows is given rows with the topic as key and the version in {@code low}, tombstones included
     */
    public Future<Void> loadRetained(BiConsumer<String, TableRow> rows) {
        return load(
                retained,
                new ReadProcessor<String, RetainedEntry>(),
                (topic, entry) -> rows.accept(
                        topic,
                        new TableRow(topic.getBytes(StandardCharsets.UTF_8), 0, entry.version(), entry.value())));
    }

    private Future<Void> change(long destination, int bucket, RouteProcessor processor) {
        return Completions.on(context, () -> routes.submitToKey(new RouteKey(destination, bucket), processor))
                .mapEmpty();
    }

    private Future<Long> change(String topic, RetainedProcessor processor) {
        return Completions.on(context, () -> retained.submitToKey(topic, processor));
    }

    private <K, V> Future<Void> load(IMap<K, V> map, ReadProcessor<K, V> read, BiConsumer<K, V> receiver) {
        Promise<Void> done = Promise.promise();
        loadFrom(0, map, read, receiver, done);
        return done.future();
    }

    /** One partition after the other, so that no more than one of them is in memory twice. */
    private <K, V> void loadFrom(
            int partition, IMap<K, V> map, ReadProcessor<K, V> read, BiConsumer<K, V> receiver, Promise<Void> done) {
        if (partition == partitionKeys.length) {
            done.complete();
            return;
        }
        vertx.executeBlocking(
                        () -> map.executeOnEntries(
                                read, Predicates.partitionPredicate(partitionKeys[partition], Predicates.alwaysTrue())),
                        false)
                .onComplete((part, failure) -> context.runOnContext(nothing -> {
                    if (part == null) {
                        done.fail(failure);
                    } else {
                        part.forEach(receiver);
                        loadFrom(partition + 1, map, read, receiver, done);
                    }
                }));
    }
}
