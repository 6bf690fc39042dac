package io.lacewing.node.overload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long LIMIT = 1 << 20;

    @Test
    void theSumOfAllLoopsIsRightToAStepEach() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Budget budget = new Budget(LIMIT);
        Budget.Share[] loops = {budget.share(), budget.share(), budget.share()};
        long[] held = new long[loops.length];
        for (int i = 0; i < 100_000; i++) {
            int loop = random.nextInt(loops.length);
            long change = Math.max(-held[loop], random.nextInt(20_000) - 10_000);
            held[loop] += change;
            loops[loop].add(change);
            assertEquals(held[loop], loops[loop].held(), "seed " + seed);
            long sum = held[0] + held[1] + held[2];
            assertTrue(Math.abs(sum - budget.used()) < loops.length * LIMIT / 256, "seed " + seed + ", change " + i);
        }
    }

    @Test
    void hasThreeBounds() {
        Budget budget = new Budget(LIMIT);
        Budget.Share share = budget.share();
        share.add(LIMIT - 1);
        assertFalse(budget.isFull());
        share.add(LIMIT / 128);
        assertTrue(budget.isFull());
        assertFalse(budget.isExhausted());
        share.add(LIMIT);
        assertTrue(budget.isExhausted());
        assertFalse(budget.isOverdrawn());
        share.add(LIMIT);
        assertTrue(budget.isOverdrawn());
        share.add(-share.held());
        assertEquals(0, budget.used());
    }

    @Test
    void theAverageIsOfThoseWhoTakeSomething() {
        Budget budget = new Budget(LIMIT);
        Budget.Share one = budget.share();
        Budget.Share other = budget.share();
        one.add(LIMIT / 2);
        one.holders(3);
        other.add(LIMIT / 2);
        other.holders(1);
        assertEquals(LIMIT / 4, budget.average());
        one.holders(1);
        assertEquals(LIMIT / 2, budget.average());
    }

    @Test
    void onlySoManyMayBeDisconnected() {
        Overload overload = new Overload(LIMIT, LIMIT);
        assertFalse(overload.sheds());
        overload.set(Level.DISCONNECT, 5, 1);
        assertEquals(3, overload.claim(3));
        assertEquals(2, overload.claim(3));
        assertEquals(0, overload.claim(1));
        assertFalse(overload.sheds());
        overload.set(Level.DISCONNECT, 5, 2);
        assertTrue(overload.sheds());
    }

    @Test
    void publishersAreSlowedDownNotStopped() {
        Overload overload = new Overload(LIMIT, LIMIT);
        int slow = 0;
        for (int tick = 0; tick < 100; tick++) {
            overload.set(Level.DROP, 0, tick);
            slow += overload.slows() ? 1 : 0;
        }
        assertEquals(75, slow);
        overload.set(Level.REFUSE, 0, 101);
        assertFalse(overload.slows());
    }
}
