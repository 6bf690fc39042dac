package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.View;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.persistence.shard.ShardStats;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What the shards that a node owns hold together: the last word of each, as long as it is the node's. One thread. */
final class OwnedStats {
    private final long self;
    private final Map<Integer, ShardStats> byShard = new HashMap<>();
    private List<Placement> placements = List.of();
    private ShardStats total = ShardStats.NONE;

    OwnedStats(long self) {
        this.self = self;
    }

    /** A batch was applied to a shard. */
    void applied(int shard, ShardStats stats) {
        if (owns(shard)) {
            ShardStats before = byShard.put(shard, stats);
            total = total.plus(stats).minus(before == null ? ShardStats.NONE : before);
        }
    }

    /** Shards may have come or gone. */
    void viewChanged(View view) {
        placements = view.placements();
        Iterator<Map.Entry<Integer, ShardStats>> shards = byShard.entrySet().iterator();
        while (shards.hasNext()) {
            Map.Entry<Integer, ShardStats> shard = shards.next();
            if (!owns(shard.getKey())) {
                total = total.minus(shard.getValue());
                shards.remove();
            }
        }
    }

    private boolean owns(int shard) {
        return shard < placements.size() && placements.get(shard).owner() == self;
    }

    ShardStats total() {
        return total;
    }
}
