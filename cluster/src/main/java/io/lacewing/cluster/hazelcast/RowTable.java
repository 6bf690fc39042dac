package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import io.lacewing.cluster.replica.TableRow;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The map behind a shared table (routes, retained messages): what a node that joins loads, and what outlives any one node.
 * Rows are kept in buckets, so that many changes are one operation. Each change is a single-key entry processor, the only
 * kind of operation that waits for backups; of two rows with the same key the newer wins, so each can be repeated after a
 * failure. Methods are called on the core context, their futures complete there.
 */
public final class RowTable {
    /** How many partitions are read at once: no more of the map than that is in memory twice. */
    private static final int READERS = 16;

    private final IMap<RowKey, RowBucket> map;
    private final Integer[] partitionKeys;
    private final Vertx vertx;
    private final Context context;

    RowTable(HazelcastInstance member, String name, Vertx vertx, Context context) {
        this.map = member.getMap(name);
        this.partitionKeys = PartitionKeys.of(member.getPartitionService());
        this.vertx = vertx;
        this.context = context;
    }

    /**
     * Takes those rows that are newer than what is stored under their keys.
     *
     * @param group what can be removed as a whole
     * @param bucket which part of the group they belong to: always the same for a key
     */
    public Future<Void> put(long group, int bucket, List<TableRow> rows) {
        return change(group, bucket, new RowProcessor(RowProcessor.Kind.MERGE, List.copyOf(rows)));
    }

    /** Forgets tombstones, once every node has them; one that has been replaced meanwhile stays. */
    public Future<Void> purge(long group, int bucket, List<TableRow> tombstones) {
        return change(group, bucket, new RowProcessor(RowProcessor.Kind.PURGE, List.copyOf(tombstones)));
    }

    /** Forgets rows, removed or not, that are still of these versions, whose keys and versions alone count. */
    public Future<Void> drop(long group, int bucket, List<TableRow> versions) {
        return change(group, bucket, new RowProcessor(RowProcessor.Kind.DROP, List.copyOf(versions)));
    }

    /** Forgets all rows of a group that will never come back, of which the buckets 0 to {@code buckets - 1} are in use. */
    public Future<Void> remove(long group, int buckets) {
        List<Future<Void>> all = new ArrayList<>();
        RowProcessor remove = new RowProcessor(RowProcessor.Kind.REMOVE, List.of());
        for (int bucket = 0; bucket < buckets; bucket++) {
            all.add(change(group, bucket, remove));
        }
        return Future.all(all).mapEmpty();
    }

    /**
     * Reads all rows, some partitions at a time. Not one moment's state: what changes meanwhile may be in it or not.
     *
     * @param rows is given group and rows, tombstones included, on the context
     */
    public Future<Void> load(BiConsumer<Long, List<TableRow>> rows) {
        List<Future<Void>> readers = new ArrayList<>();
        for (int first = 0; first < Math.min(READERS, partitionKeys.length); first++) {
            Promise<Void> done = Promise.promise();
            loadFrom(first, rows, done);
            readers.add(done.future());
        }
        return Future.all(readers).mapEmpty();
    }

    private Future<Void> change(long group, int bucket, RowProcessor processor) {
        return Completions.on(context, () -> map.submitToKey(new RowKey(group, bucket), processor))
                .mapEmpty();
    }

    /** One partition after the other, every {@value #READERS}th of them. */
    private void loadFrom(int partition, BiConsumer<Long, List<TableRow>> rows, Promise<Void> done) {
        if (partition >= partitionKeys.length) {
            done.complete();
            return;
        }
        vertx.executeBlocking(
                        () -> map.executeOnEntries(
                                new ReadProcessor(),
                                Predicates.partitionPredicate(partitionKeys[partition], Predicates.alwaysTrue())),
                        false)
                .onComplete((part, failure) -> context.runOnContext(nothing -> {
                    if (part == null) {
                        done.fail(failure);
                    } else {
                        part.forEach((key, bucket) -> rows.accept(key.group(), bucket.rows()));
                        loadFrom(partition + READERS, rows, done);
                    }
                }));
    }
}
