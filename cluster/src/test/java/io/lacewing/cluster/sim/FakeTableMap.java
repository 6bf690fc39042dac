package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.core.TableRecord.Holders;
import io.lacewing.cluster.core.TableRecord.Retained;
import io.lacewing.cluster.core.TableRecord.Route;
import io.lacewing.router.Destination;
import io.lacewing.router.RouteKey;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The maps behind the shared tables: they keep the newer of two records, take their time, and fail now and then, having
 * stored all, some or nothing. A load does not see both tables at the same moment.
 */
final class FakeTableMap {
    private final Scheduler scheduler;
    private final Chaos chaos;
    private final Map<String, Route> routes = new TreeMap<>();
    private final Map<TopicName, Retained> retained = new TreeMap<>();
    private final Map<Integer, Holders> holders = new TreeMap<>();
    private boolean reliable;

    FakeTableMap(Scheduler scheduler, Chaos chaos) {
        this.scheduler = scheduler;
        this.chaos = chaos;
    }

    /** From now on nothing fails. */
    void calm() {
        reliable = true;
    }

    private boolean fails() {
        return !reliable && scheduler.chance(chaos.tableFail());
    }

    private long delay() {
        return scheduler.between(0, chaos.mapDelay());
    }

    /** Stores records, each if it is newer; tells whether that is known to have worked. */
    void store(List<TableRecord> records, Consumer<Boolean> answer) {
        scheduler.after(delay(), () -> {
            boolean failed = fails();
            int stored = failed ? scheduler.below(records.size() + 1) : records.size();
            for (TableRecord record : records.subList(0, stored)) {
                store(record);
            }
            scheduler.after(delay(), () -> answer.accept(!failed));
        });
    }

    private void store(TableRecord record) {
        switch (record) {
            case Route route -> routes.merge(key(route.key()), route, (old, next) -> isNewer(next, old) ? next : old);
            case Retained message ->
                retained.merge(message.topic(), message, (old, next) -> isNewer(next, old) ? next : old);
            case Holders of -> holders.merge(of.shard(), of, (old, next) -> isNewer(next, old) ? next : old);
        }
    }

    private static String key(RouteKey key) {
        return key.destination() + " " + key.filter();
    }

    private static boolean isNewer(TableRecord next, TableRecord old) {
        return next.version().compareTo(old.version()) > 0;
    }

    /** Reads everything. */
    void load(BiConsumer<Boolean, List<TableRecord>> answer) {
        scheduler.after(delay(), () -> {
            boolean failed = fails();
            List<TableRecord> records = new ArrayList<>(routes.values());
            scheduler.after(delay(), () -> {
                records.addAll(retained.values());
                records.addAll(holders.values());
                scheduler.after(delay(), () -> answer.accept(!failed, failed ? List.of() : records));
            });
        });
    }

    /** Removes a dead node's routes. */
    void forget(Destination destination) {
        scheduler.after(
                delay(),
                () -> routes.values()
                        .removeIf(route -> route.key().destination().equals(destination)));
    }

    /** The routes that exist. */
    List<Route> routes() {
        return routes.values().stream().filter(route -> route.value() != null).toList();
    }
}
