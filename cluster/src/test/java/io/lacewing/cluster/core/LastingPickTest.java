package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Destination;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.ShareGroup;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LastingPickTest {
    private static final TopicFilter FILTER = TopicFilter.of("$share/g/t");
    private static final NodeDestination NODE = new NodeDestination(7);
    private static final ShardDestination SHARD = new ShardDestination(3);
    private static final NodeDestination OTHER = new NodeDestination(9);

    private static RouteIndex with(RouteIndex routes, Destination destination, int online, int offline) {
        return routes.with(new RouteKey(destination, FILTER), new RouteValue(online, offline));
    }

    private static ShareGroup group(RouteIndex routes) {
        return routes.match(TopicName.of("t")).groups().getFirst();
    }

    @Test
    void picksInProportionToMembers() {
        RouteIndex routes = with(with(RouteIndex.empty(), NODE, 3, 0), SHARD, 1, 5);
        int node = 0;
        for (long number = 0; number < 4_000; number++) {
            if (NODE.equals(LastingPick.of(group(routes), number << 16))) {
                node++;
            }
        }
        assertTrue(node > 2_850 && node < 3_150, node + " of 4000 instead of 3000");
    }

    @Test
    void choiceLastsUnlessTheNewcomerWinsIt() {
        RouteIndex routes = with(with(RouteIndex.empty(), NODE, 1, 0), SHARD, 1, 0);
        RouteIndex more = with(routes, OTHER, 1, 0);
        for (long number = 0; number < 1_000; number++) {
            Destination before = LastingPick.of(group(routes), number);
            Destination after = LastingPick.of(group(more), number);
            assertTrue(OTHER.equals(after) || Objects.equals(before, after));
            Destination without = LastingPick.of(group(more.without(new RouteKey(SHARD, FILTER))), number);
            if (!SHARD.equals(after)) {
                assertEquals(after, without);
            }
        }
    }

    @Test
    void waitingMembersCountOnlyIfNobodyIsConnected() {
        RouteIndex offline = with(with(RouteIndex.empty(), NODE, 0, 0), SHARD, 0, 2);
        RouteIndex online = with(offline, OTHER, 1, 0);
        for (long number = 0; number < 100; number++) {
            assertEquals(SHARD, LastingPick.of(group(offline), number));
            assertNotEquals(SHARD, LastingPick.of(group(online), number));
        }
    }
}
