package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Pulse;
import org.jspecify.annotations.Nullable;

/** What keeps a node quiet that is cut off: whether a majority of the voters hears it, and whom it has given up. */
interface Majority {
    /** True if this node may acknowledge, tick and open shards now: it has its lease. */
    boolean isGood();

    /**
     * True if whoever ran under this incarnation can't have its lease any more, so that what it owned may be opened by
     * another; true for 0, nobody. To ask makes it so in time, if it is no member: ask again.
     */
    boolean isFenced(long incarnation);

    /** Whose majority decides, as far as this node knows. */
    Voters voters();

    /**
     * What a member said last; null if it has said nothing yet, or was given up by this node, so that others went on
     * without it and what it has is old.
     */
    @Nullable
    Pulse pulseOf(long incarnation);

    /** True if this node has given it up, for good: it will begin anew, should it be a member still. */
    boolean hasGivenUp(long incarnation);
}
