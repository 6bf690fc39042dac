package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.ClusterStanding;
import io.lacewing.cluster.core.Voters;
import java.util.HashMap;
import java.util.Map;

/**
 * Sees from outside who could be heard by whom, and when: a node that acknowledges without having been able to hear a
 * majority of its voters within the time of a lease has none, whatever it thinks.
 */
final class LeaseWatch {
    /** How often it looks, in milliseconds. */
    static final long LOOK = 50;

    private static final long SLACK = LOOK + 20;

    private final World world;
    /** By node and by the other's data directory, when both last ran and heard each other. */
    private final Map<Pair, Long> linked = new HashMap<>();

    private record Pair(long incarnation, long identity) {}

    LeaseWatch(World world) {
        this.world = world;
    }

    /** Time passes: every {@link #LOOK}. */
    void look() {
        long now = world.scheduler().now();
        for (SimNode one : world.nodes()) {
            for (SimNode other : world.nodes()) {
                if (one.host().isAwake()
                        && other.host().isAwake()
                        && world.network().linked(one.incarnation(), other.incarnation())) {
                    linked.put(new Pair(one.incarnation(), other.member().identity()), now);
                }
            }
        }
    }

    /** A node acknowledges something. */
    void acknowledges(SimNode node, Object what) {
        look();
        ClusterStanding standing = node.standing();
        // It says so a little later than it is so.
        if (standing == null || standing.voters().version() == 0) {
            return;
        }
        Voters voters = standing.voters();
        long since = world.scheduler().now() - world.settings().cluster().pause() - SLACK;
        int heard = 0;
        for (Voters.Voter voter : voters.members()) {
            long last = linked.getOrDefault(new Pair(node.incarnation(), voter.identity()), 0L);
            if (voter.identity() == node.member().identity() || last >= since) {
                heard++;
            }
        }
        if (heard < voters.majority()) {
            throw new Violation(
                    Invariant.PAUSED_IS_QUIET,
                    node.member() + " acknowledges " + Words.of(what) + " and can hear " + heard + " of "
                            + voters.members());
        }
    }
}
