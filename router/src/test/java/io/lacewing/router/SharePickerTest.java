package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharePickerTest {
    private static final Destination A = new NodeDestination(1);
    private static final Destination B = new NodeDestination(2);
    private static final Destination C = new ShardDestination(0);

    @Test
    void aCounterGivesExactShares() {
        ShareGroup group = group(new RouteValue(1, 9), new RouteValue(0, 9), new RouteValue(3, 0));
        Map<@Nullable Destination, Integer> counts = new TreeMap<>();
        for (long number = 1_000_000; number < 1_000_400; number++) {
            counts.merge(SharePicker.pick(group, number), 1, Integer::sum);
        }
        assertEquals(Map.of(A, 100, C, 300), counts);
    }

    @Test
    void offlineMembersGetOnlyWhatNoOnlineMemberCan() {
        ShareGroup group = group(new RouteValue(0, 2), new RouteValue(0, 1), new RouteValue(0, 0));
        Map<@Nullable Destination, Integer> counts = new TreeMap<>();
        for (long number = -150; number < 150; number++) {
            counts.merge(SharePicker.pick(group, number), 1, Integer::sum);
        }
        assertEquals(Map.of(A, 200, B, 100), counts);
    }

    @Test
    void randomNumbersGiveTheSameSharesOnAverage() {
        ShareGroup group = group(new RouteValue(5, 0), new RouteValue(3, 100), new RouteValue(2, 0));
        Random random = new Random(2026);
        Map<@Nullable Destination, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            counts.merge(SharePicker.pick(group, random.nextLong()), 1, Integer::sum);
        }
        assertNear(50_000, counts.get(A));
        assertNear(30_000, counts.get(B));
        assertNear(20_000, counts.get(C));
    }

    private static void assertNear(int expected, @Nullable Integer count) {
        assertTrue(count != null && Math.abs(count - expected) < 1_000, count + " instead of about " + expected);
    }

    @Test
    void theChoiceDependsOnTheArgumentsOnly() {
        ShareGroup group = group(new RouteValue(2, 0), new RouteValue(2, 0), new RouteValue(2, 0));
        ShareGroup otherWay = ShareGroup.of(group.filter(), C, new RouteValue(2, 0))
                .with(A, new RouteValue(7, 7))
                .with(B, new RouteValue(2, 0))
                .with(A, new RouteValue(2, 0));
        for (long number : new long[] {0, 1, 5, 6, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertEquals(SharePicker.pick(group, number), SharePicker.pick(otherWay, number));
        }
    }

    @Test
    void nobodyIsPickedWhereNobodyIs() {
        assertNull(SharePicker.pick(group(new RouteValue(0, 0), new RouteValue(0, 0), new RouteValue(0, 0)), 3));
    }

    @Test
    void hugeCountsDoNotOverflow() {
        RouteValue huge = new RouteValue(Integer.MAX_VALUE, Integer.MAX_VALUE);
        ShareGroup group = group(huge, huge, huge);
        assertEquals(3L * Integer.MAX_VALUE, group.online());
        assertEquals(C, SharePicker.pick(group, -1));
        assertEquals(A, SharePicker.pick(group, 0));
    }

    private static ShareGroup group(RouteValue a, RouteValue b, RouteValue c) {
        return ShareGroup.of(TopicFilter.of("$share/g/a"), B, b).with(C, c).with(A, a);
    }
}
