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

    @Test
    void aThreadThatStandsStillHasMoreAndMore() {
        stand(1);
        assertEquals(100, stand(50));
        assertEquals(5_100, stand(50));
        assertEquals(1, thread.size());
    }

    @Test
    void turnsThatAreAlwaysLongCountWhole() {
        assertEquals(2_900, turnsOf(30));
        assertEquals(0, turnsOf(1));
    }
}
