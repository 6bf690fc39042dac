package io.lacewing.cluster.core;

import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Digest;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes of the cluster. */
final class RouteTable extends SharedTable<RouteKey, TableRecord.Route> {
    private RouteIndex index = RouteIndex.empty();

    @Override
    RouteKey key(TableRecord.Route record) {
        return record.key();
    }

    @Override
    boolean isLive(TableRecord.Route record) {
        return record.value() != null;
    }

    @Override
    long keyHash(RouteKey key) {
        long destination = switch (key.destination()) {
            case NodeDestination node -> node.incarnation() << 1;
            case ShardDestination shard -> ((long) shard.shard() << 1) | 1;
        };
        return Digest.hash(destination, key.filter().utf8());
    }

    @Override
    void replace(TableRecord.@Nullable Route old, TableRecord.Route record) {
        RouteValue value = record.value();
        index = value == null ? index.without(record.key()) : index.with(record.key(), value);
    }

    /** The live routes. */
    RouteIndex index() {
        return index;
    }

    /** The nodes that live routes lead to. */
    List<Long> nodes() {
        List<Long> nodes = new ArrayList<>();
        index.byDestination().forEach((destination, routes) -> {
            if (destination instanceof NodeDestination node) {
                nodes.add(node.incarnation());
            }
        });
        return nodes;
    }

    /** Forgets all routes to a node, without tombstones. Returns how many there were. */
    int dropNode(long incarnation) {
        Destination destination = new NodeDestination(incarnation);
        var routes = index.routes(destination);
        routes.forEach((filter, value) -> forget(new RouteKey(destination, filter)));
        index = index.withoutDestination(destination);
        return routes.size();
    }
}
