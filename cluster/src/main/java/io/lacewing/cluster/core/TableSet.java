package io.lacewing.cluster.core;

import io.lacewing.router.Destination.ShardDestination;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All shared tables as this node holds them. */
final class TableSet {
    private final RouteTable routes = new RouteTable();
    private final RetainedTable retained = new RetainedTable();
    private final HoldersTable holders = new HoldersTable();

    RouteTable routes() {
        return routes;
    }

    RetainedTable retained() {
        return retained;
    }

    HoldersTable holders() {
        return holders;
    }

    SharedTable<?, ?> table(NodeMessage.Table table) {
        return switch (table) {
            case ROUTES -> routes;
            case RETAINED -> retained;
            case HOLDERS -> holders;
        };
    }

    /**
     * Takes a record if it is newer than what is here.
     *
     * @param time steady milliseconds
     * @return false if it is not newer
     */
    boolean apply(TableRecord record, long time) {
        return switch (record) {
            case TableRecord.Route route -> routes.apply(route, time);
            case TableRecord.Retained message -> retained.apply(message, time);
            case TableRecord.Holders of -> holders.apply(of, time);
        };
    }

    /** What is known of this record's key now: it, another one, or nothing. */
    @Nullable
    TableRecord current(TableRecord record) {
        return switch (record) {
            case TableRecord.Route route -> routes.get(route.key());
            case TableRecord.Retained message -> retained.get(message.topic());
            case TableRecord.Holders of -> holders.get(of.shard());
        };
    }

    /** What is to be on disk: all records that {@link #isKept}, tombstones too, as they are now. */
    List<TableRecord> kept() {
        List<TableRecord> all = new ArrayList<>();
        routes.addTo(all);
        all.removeIf(record -> !isKept(record));
        retained.addTo(all);
        holders.addTo(all);
        return all;
    }

    /** Routes of nodes end with them; everything else is to be there after a restart. */
    static boolean isKept(TableRecord record) {
        return !(record instanceof TableRecord.Route route) || route.key().destination() instanceof ShardDestination;
    }

    /** What identifies a record: a RouteKey, TopicName or shard, which never equal each other. */
    static Object keyOf(TableRecord record) {
        return switch (record) {
            case TableRecord.Route route -> route.key();
            case TableRecord.Retained retained -> retained.topic();
            case TableRecord.Holders holders -> holders.shard();
        };
    }
}
