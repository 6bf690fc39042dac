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
    /** By node and by the other's data directory, when the one could last reach the other, which may have read it later. */
    private final Map<Pair, Long> reached = new HashMap<>();
    /** And when the other ran and could reach the one: a pulse and its echo need not have passed at the same time. */
    private final Map<Pair, Long> heard = new HashMap<>();

    private record Pair(long incarnation, long identity) {}

    LeaseWatch(World world) {
        this.world = world;
    }

    /** Time passes: every {@link #LOOK}. */
    void look() {
        long now = world.scheduler().now();
        for (SimNode one : world.nodes()) {
            for (SimNode other : world.nodes()) {
                Pair pair = new Pair(one.incarnation(), other.member().identity());
                if (world.network().passes(one.incarnation(), other.incarnation())) {
                    reached.put(pair, now);
                }
                if (other.host().isAwake() && world.network().passes(other.incarnation(), one.incarnation())) {
                    heard.put(pair, now);
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
        int answering = 0;
        for (Voters.Voter voter : voters.members()) {
            Pair pair = new Pair(node.incarnation(), voter.identity());
            long last = Math.min(reached.getOrDefault(pair, 0L), heard.getOrDefault(pair, 0L));
            if (voter.identity() == node.member().identity() || last >= since) {
                answering++;
            }
        }
        if (answering < voters.majority()) {
            throw new Violation(
                    Invariant.PAUSED_IS_QUIET,
                    node.member() + " acknowledges " + Words.of(what) + " and can hear " + answering + " of "
                            + voters.members());
        }
    }
}
