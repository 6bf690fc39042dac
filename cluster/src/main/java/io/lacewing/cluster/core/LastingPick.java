package io.lacewing.cluster.core;

import io.lacewing.router.Destination;
import io.lacewing.router.RouteValue;
import io.lacewing.router.ShareGroup;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a destination of a share group so that the same number makes the same choice again, as long as the chosen
 * destination stays in the group and none comes that wins over it: rendezvous hashing, weighted by members. For what may
 * be carried out a second time by a new owner that does not know what the former chose.
 */
final class LastingPick {
    private LastingPick() {}

    /** A destination with connected members, or with waiting ones if none is connected; null if the group has none. */
    static @Nullable Destination of(ShareGroup group, long number) {
        boolean online = group.online() > 0;
        Destination best = null;
        double highest = 0;
        for (int i = 0; i < group.size(); i++) {
            RouteValue members = group.members(i);
            int weight = online ? members.online() : members.offline();
            if (weight > 0) {
                // With u evenly spread over (0, 1), each wins in proportion to its weight.
                double u = ((mix(number ^ mix(group.destination(i).hashCode())) >>> 11) + 0.5) * 0x1p-53;
                double score = weight / -StrictMath.log(u);
                if (score > highest) {
                    highest = score;
                    best = group.destination(i);
                }
            }
        }
        return best;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 32)) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 29)) * 0xbf58476d1ce4e5b9L;
        return z ^ (z >>> 32);
    }
}
