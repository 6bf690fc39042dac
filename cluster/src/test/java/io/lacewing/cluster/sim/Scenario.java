package io.lacewing.cluster.sim;

import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.ShardLimits;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run is made of.
 *
 * @param chaos how bad the world is; null: as the seed says
 * @param nodes how many nodes there are to begin with
 * @param shards how many shards there are
 * @param limits the bounds of each shard and session
 * @param faults what is broken on purpose
 * @param load milliseconds of virtual time with load and disasters, before the calm
 * @param durable true: nodes keep all on disk, and everything may happen to them at any time; false: in memory only, and
 *     nothing happens to two nodes at once
 */
record Scenario(
        @Nullable Chaos chaos,
        int nodes,
        int shards,
        ShardLimits limits,
        Set<Fault> faults,
        long load,
        boolean durable) {

    /** So large that nothing is dropped in a run. */
    static final ShardLimits AMPLE =
            new ShardLimits(new SessionLimits(100_000, 1L << 30, 1_000, 1L << 30), 1_000, 1_000, 1L << 30);

    /** The usual run in memory: everything as the seed says. */
    static final Scenario RANDOM = new Scenario(null, 3, 7, AMPLE, Set.of(), 8_000, false);

    /** So many nodes with disks: everything as the seed says. */
    static Scenario disks(int nodes) {
        return new Scenario(null, nodes, 7, AMPLE, Set.of(), 40_000, true);
    }

    Scenario with(Fault... broken) {
        return new Scenario(chaos, nodes, shards, limits, Set.of(broken), load, durable);
    }

    Scenario with(Chaos other) {
        return new Scenario(other, nodes, shards, limits, faults, load, durable);
    }

    Scenario with(ShardLimits other) {
        return new Scenario(chaos, nodes, shards, other, faults, load, durable);
    }
}
