package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.shard.ShardLimits;
import org.junit.jupiter.api.Test;

class ShardBudgetTest {
    private static final long MAX = 32L << 20;
    private static final ShardLimits LIMITS = ShardLimits.DEFAULT.withMaxBytes(MAX);

    private static long bytes(long perNode, int copies, int members, int shards) {
        return new ShardBudget(LIMITS, perNode, copies)
                .of(members, shards, true)
                .maxBytes();
    }

    @Test
    void allCopiesOnANodeKeepToItsBound() {
        long perNode = 1L << 30;
        for (int copies = 1; copies <= 7; copies++) {
            for (int members = 1; members <= 20; members++) {
                long each = bytes(perNode, copies, members, Shards.COUNT);
                double held = (double) Shards.COUNT * Math.min(copies, members) / members;
                assertTrue(each * held <= perNode, members + " members, " + copies + " copies");
                assertTrue(each == MAX || (each + 1) * held > perNode, "and use it: " + each);
            }
        }
    }

    @Test
    void aNodeAloneHasOneCopyOfEach() {
        assertEquals((1L << 30) / 271, bytes(1L << 30, 2, 1, 271));
        assertEquals((1L << 30) / 271, bytes(1L << 30, 2, 2, 271), "two nodes hold both copies of all");
        assertEquals(3 * (1L << 30) / 542, bytes(1L << 30, 2, 3, 271));
    }

    @Test
    void noShardIsMadeLargerThanItsOwnBound() {
        assertEquals(MAX, bytes(Long.MAX_VALUE, 2, 1_000, 271));
        assertEquals(MAX, bytes(MAX, 1, 1, 1));
        assertEquals(
                LIMITS.session(), new ShardBudget(LIMITS, 1, 1).of(1, 1, true).session());
    }

    @Test
    void nothingIsNoBudget() {
        assertThrows(IllegalArgumentException.class, () -> new ShardBudget(LIMITS, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> new ShardBudget(LIMITS, 1, 0));
    }

    @Test
    void theBoundOfTheNodeIsSharedOutWhenItIsNearlyUsedUp() {
        ShardBudget budget = new ShardBudget(LIMITS, 1_000, 2);
        assertEquals(LIMITS, budget.of(3, 8, false));
        assertFalse(budget.isScarce(449, 3, false));
        assertTrue(budget.isScarce(450, 3, false), "with as many bytes of others' copies");
        assertTrue(budget.isScarce(380, 3, true));
        assertFalse(budget.isScarce(374, 3, true));
        assertFalse(budget.isScarce(899, 1, false), "alone there are none of others");
    }
}
