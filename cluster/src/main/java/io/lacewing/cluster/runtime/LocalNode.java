package io.lacewing.cluster.runtime;

import io.lacewing.cluster.LocalSessions;
import io.lacewing.cluster.core.Frame;
import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.core.View.Member;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.persistence.shard.ShardLimits;
import io.vertx.core.Context;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node that is not in a cluster: the same core and the same shards, without Hazelcast. */
public final class LocalNode {
    private static final Logger log = LoggerFactory.getLogger(LocalNode.class);

    private LocalNode() {}

    /**
     * Starts the core of a node alone; it is ready when its observer says so.
     *
     * @param context the event loop that owns the core and the shards
     * @param shardCount how many shards there are
     * @param store to be closed after the core has stopped
     */
    public static void start(
            CoreRunner core,
            Member self,
            Context context,
            int shardCount,
            ShardLimits limits,
            NodeStore store,
            LocalSessions sessions) {
        LocalShards shards = new LocalShards(core, limits, store);
        StorePort disk = store.start(core, shard -> context.runOnContext(v -> shards.renew(shard)));
        core.start(context, new CoreRunner.Ports(shards, new LocalTables(core), disk, LocalNode::unexpected, sessions));
        Placement here = new Placement(self.incarnation(), List.of());
        core.offer(new Input.ViewChanged(new View(List.of(self), Collections.nCopies(shardCount, here))));
    }

    private static void unexpected(Frame frame) {
        log.error("A node alone was to send a frame to {}", frame.to());
    }
}
