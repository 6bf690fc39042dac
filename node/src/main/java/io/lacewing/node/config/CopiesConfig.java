package io.lacewing.node.config;

import java.util.List;
import java.util.OptionalInt;

/**
 * On how many nodes things are kept ({@code persistence.*}).
 *
 * @param replicas on how many at most
 * @param minCopies on how many at least before anything is acknowledged; empty: on two where two are up
 */
public record CopiesConfig(int replicas, OptionalInt minCopies) {
    private static final int MOST = 7;

    static final Key<Integer> REPLICAS = new Key<>(
            "persistence.replicas",
            KeyType.integer(2, MOST),
            "2",
            "On how many nodes, the owner included, each session, queued and retained message is, where there are so"
                    + " many. One node fewer than that can be lost at once, with its disk. The same on all nodes.");
    static final Key<OptionalInt> MIN_COPIES = new Key<>(
            "persistence.minCopies",
            KeyType.autoOr(1, MOST),
            "auto",
            "On how many nodes it must be before anything is acknowledged. `auto`: on two where two are up, else on one:"
                    + " then the loss of that one, with its disk, loses it. A number is strict: with fewer nodes nothing"
                    + " is acknowledged. With 1 the owner alone is enough, though the other copies are waited for"
                    + " where their nodes are up. At most `persistence.replicas`.");
    static final List<Key<?>> KEYS = List.of(REPLICAS, MIN_COPIES);

    static CopiesConfig from(Settings settings) {
        CopiesConfig config = new CopiesConfig(settings.get(REPLICAS), settings.get(MIN_COPIES));
        if (config.minCopies.orElse(1) > config.replicas) {
            throw settings.refuse(
                    MIN_COPIES.name(), "must be at most persistence.replicas, which is " + config.replicas);
        }
        return config;
    }

    /** A node alone has one copy of all, and would never acknowledge anything. */
    void checkAlone(Settings settings) {
        if (minCopies.orElse(1) > 1) {
            throw settings.refuse(
                    MIN_COPIES.name(), "a node alone has one copy; set cluster.enabled to true, or this to auto");
        }
    }
}
