package io.lacewing.node.overload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class LagTest {
    private final Deque<Runnable> thread = new ArrayDeque<>();
    private long now = 1_000;
    private final Lag lag = new Lag(thread::add, () -> now);

    /** So many looks while the thread runs nothing. */
    private long stand(int looks) {
        long told = 0;
        for (int i = 0; i < looks; i++) {
            now += 100;
            told = lag.look();
        }
        return told;
    }

    private void run() {
        while (!thread.isEmpty()) {
            thread.remove().run();
        }
    }

    /** A thread that runs what it is given after so many looks, for a minute. */
    private long turnsOf(int looks) {
        long told = 0;
        for (int i = 0; i < 600; i++) {
            now += 100;
            told = lag.look();
            if (i % looks == looks - 1) {
                run();
            }
        }
        return told;
    }

    @Test
    void aThreadThatRunsHasNone() {
        assertEquals(0, turnsOf(1));
    }

    @Test
    void oneLongTurnIsNone() {
        turnsOf(1);
        assertEquals(0, stand(50));
        run();
        assertEquals(0, turnsOf(1));
    }

    /** However long it was: a machine that is busy is no overload, also when it is over. */
    @Test
    void standingStillTwiceIsNone() {
        turnsOf(1);
        for (int i = 0; i < 2; i++) {
            assertEquals(0, stand(200));
            run();
            assertEquals(0, stand(1));
        }
        run();
        assertEquals(0, turnsOf(1));
    }

    @Test
    void theThirdLongTurnInARowCounts() {
        turnsOf(1);
        for (int i = 0; i < 3; i++) {
            assertEquals(0, stand(70));
            run();
        }
        assertEquals(6_900, stand(1));
        assertEquals(6_900, stand(1));
        run();
        // It is over as soon as the thread is in time once.
        assertEquals(0, turnsOf(1));
    }

    @Test
    void whatStandsStillForHalfAMinuteCounts() {
        turnsOf(1);
        assertEquals(0, stand(300));
        assertEquals(25_100, stand(1));
        assertEquals(26_100, stand(10));
        assertEquals(1, thread.size());
        run();
        assertEquals(0, turnsOf(1));
    }

    /** What nobody could look at meanwhile does not count: the whole process has stood still. */
    @Test
    void aProcessThatStandsStillIsNone() {
        turnsOf(1);
        for (int i = 0; i < 20; i++) {
            now += 10_000;
            assertEquals(0, stand(1));
            run();
        }
        now += 3_600_000;
        assertEquals(0, stand(50));
    }

    /** Nor when all looks that were missed are taken at once. */
    @Test
    void looksInABurstCountNothing() {
        turnsOf(1);
        now += 60_000;
        for (int i = 0; i < 600; i++) {
            assertEquals(0, lag.look());
        }
    }

    @Test
    void turnsThatAreAlwaysLongCountWhole() {
        assertEquals(2_900, turnsOf(30));
        assertEquals(0, turnsOf(1));
    }
}
