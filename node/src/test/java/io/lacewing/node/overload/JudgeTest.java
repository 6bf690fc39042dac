package io.lacewing.node.overload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Thresholds THRESHOLDS = new Thresholds(0.80, 0.88, 0.95, 2_000, 5_000, 5_000);

    private final Judge judge = new Judge(THRESHOLDS);

    private static Sample buffers(double part) {
        return new Sample(0, 0, part, 0, 0);
    }

    private static Sample lag(long millis) {
        return new Sample(0, 0, 0, 0, millis);
    }

    @Test
    void eachLevelBeginsAtItsThreshold() {
        assertEquals(Level.NORMAL, judge.judge(buffers(0.799), 0).level());
        assertEquals(Level.REFUSE, judge.judge(buffers(0.80), 1).level());
        assertEquals(Level.DROP, judge.judge(buffers(0.88), 2).level());
        assertEquals(Level.DISCONNECT, judge.judge(buffers(0.95), 3).level());
    }

    @Test
    void whateverIsFullestCounts() {
        assertEquals(
                Level.REFUSE,
                new Judge(THRESHOLDS).judge(new Sample(0.8, 0, 0, 0, 0), 0).level());
        assertEquals(
                Level.DROP,
                new Judge(THRESHOLDS).judge(new Sample(0.8, 0.9, 0, 0, 0), 0).level());
        Verdict verdict = new Judge(THRESHOLDS).judge(new Sample(0.1, 0.2, 0.3, 0.99, 7), 0);
        assertEquals(Level.DISCONNECT, verdict.level());
        assertTrue(verdict.cause().startsWith("most of all transient sessions"), verdict.cause());
    }

    /** Only what is said costs its words: a node is judged ten times a second. */
    @Test
    void whatWasMeasuredIsKeptAsItIs() {
        Sample sample = new Sample(0.1, 0.25, 0.3, 0.99, 7);
        Verdict verdict = judge.judge(sample, 0);
        assertSame(sample, verdict.sample());
        assertEquals(
                "most of all transient sessions; heap after collection 10 %, direct memory 25 %, network buffers 30 % and"
                        + " transient sessions 99 % of their budgets, lag 7 ms",
                verdict.cause());
    }

    /** It gives a loop more to do to disconnect clients. */
    @Test
    void noLagDisconnectsAnybody() {
        assertEquals(Level.NORMAL, judge.judge(lag(1_999), 0).level());
        assertEquals(Level.REFUSE, judge.judge(lag(2_000), 1).level());
        assertEquals(Level.DROP, judge.judge(lag(3_600_000), 2).level());
    }

    @Test
    void aLevelEndsWhenItHasBeenBetterForLong() {
        judge.judge(buffers(1), 0);
        assertEquals(Level.DISCONNECT, judge.judge(buffers(0), 4_999).level());
        assertEquals(Level.DROP, judge.judge(buffers(0), 5_000).level());
        assertEquals(Level.DROP, judge.judge(buffers(0), 9_999).level());
        assertEquals(Level.REFUSE, judge.judge(buffers(0), 10_000).level());
        assertEquals(Level.NORMAL, judge.judge(buffers(0), 15_000).level());
    }

    /** Just below the threshold is not better: 0.95 * 0.9 is. */
    @Test
    void atTheEdgeItDoesNotFlap() {
        judge.judge(buffers(0.95), 0);
        for (int now = 100; now < 60_000; now += 100) {
            assertEquals(
                    Level.DISCONNECT,
                    judge.judge(buffers(now % 200 == 0 ? 0.94 : 0.86), now).level());
        }
        assertEquals(Level.DISCONNECT, judge.judge(buffers(0.85), 60_000).level());
        assertEquals(Level.DROP, judge.judge(buffers(0.85), 65_000).level());
    }

    @Test
    void clientsAreDisconnectedOnlyUntilItIsBetter() {
        assertTrue(judge.judge(buffers(0.95), 0).sheds());
        assertTrue(judge.judge(buffers(0.86), 100).sheds());
        assertFalse(judge.judge(buffers(0.85), 200).sheds());
        assertTrue(judge.judge(buffers(0.90), 300).sheds());
    }

    /**
     * Whatever comes: a level is never below what its sample asks for, falls by one at a time, and not before all was better for
     * as long as that takes.
     */
    @Test
    void itFallsOneByOneAndNotTooSoon() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Judge any = new Judge(THRESHOLDS);
        Level level = Level.NORMAL;
        long worseAt = 0;
        long now = 0;
        for (int i = 0; i < 100_000; i++) {
            now += 1 + random.nextInt(400);
            boolean calm = (i / 64) % 2 == 0;
            Sample sample = new Sample(
                    random.nextDouble() * (calm ? 0.7 : 1.1),
                    random.nextDouble() * 0.5,
                    random.nextDouble() * (calm ? 0.7 : 1),
                    0,
                    random.nextInt(calm ? 1_000 : 6_000));
            Level next = any.judge(sample, now).level();
            String where = "seed " + seed + ", sample " + i;
            assertTrue(next.isAtLeast(THRESHOLDS.entered(sample)), where);
            if (next.ordinal() < level.ordinal()) {
                assertEquals(level.ordinal() - 1, next.ordinal(), where);
                assertTrue(now - worseAt >= 5_000, where);
                worseAt = now;
            } else if (THRESHOLDS.kept(sample).isAtLeast(level)) {
                worseAt = now;
            }
            level = next;
        }
    }
}
