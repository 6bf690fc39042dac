package io.lacewing.cluster.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.cluster.core.View;
import io.lacewing.cluster.core.View.Member;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.persistence.shard.ShardStats;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedStatsTest {
    private final OwnedStats stats = new OwnedStats(1);

    private static ShardStats some(long n) {
        return new ShardStats(n, 2 * n, 3 * n, 4 * n, 5 * n, 6 * n, 7 * n);
    }

    private void owners(long first, long second) {
        stats.viewChanged(new View(
                List.of(new Member(1, "a"), new Member(2, "b")),
                List.of(new Placement(first, List.of()), new Placement(second, List.of()))));
    }

    @Test
    void theLastWordOfEachOwnedShardCounts() {
        owners(1, 1);
        stats.applied(0, some(5));
        stats.applied(1, some(7));
        stats.applied(0, some(3));
        assertEquals(some(10), stats.total());
    }

    @Test
    void shardsOfOthersDoNotCount() {
        stats.applied(0, some(1));
        assertEquals(ShardStats.NONE, stats.total());
        owners(1, 1);
        stats.applied(0, some(5));
        stats.applied(1, some(7));
        owners(2, 1);
        assertEquals(some(7), stats.total());
        stats.applied(0, some(5));
        assertEquals(some(7), stats.total());
        owners(1, 2);
        assertEquals(ShardStats.NONE, stats.total());
    }
}
