package io.lacewing.node.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    /** The clock's origin is arbitrary: it may be negative, and run over. */
    @ParameterizedTest
    @ValueSource(longs = {0, -SECOND / 2, Long.MAX_VALUE - SECOND / 2, 12_345_678_901_234L})
    void givesItsBurstAtOnceAndThenItsRate(long start) {
        TokenBucket bucket = new TokenBucket(1_000, SECOND, start);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(bucket.take(1, start) <= 0, "token " + i + " is there");
        }
        assertEquals(SECOND / 1_000, bucket.take(1, start));
        assertEquals(2 * SECOND / 1_000, bucket.take(1, start));
        assertEquals(0, bucket.debt(start + 2 * SECOND / 1_000));
        // Half a second later half of it is there again.
        long later = start + 2 * SECOND / 1_000 + SECOND / 2;
        for (int i = 0; i < 500; i++) {
            assertTrue(bucket.take(1, later) <= 0, "token " + i + " is there again");
        }
        assertTrue(bucket.take(1, later) > 0);
    }

    @Test
    void neverHoldsMoreThanItsBurst() {
        TokenBucket bucket = new TokenBucket(10, SECOND, 0);
        long muchLater = 1_000 * SECOND;
        assertEquals(0, bucket.take(10, muchLater));
        assertEquals(SECOND / 10, bucket.take(1, muchLater));
    }

    @Test
    void whatIsLargerThanTheBucketPassesAndIsPaidFor() {
        TokenBucket bucket = new TokenBucket(1_000, SECOND, 0);
        assertEquals(4 * SECOND, bucket.take(5_000, 0));
        assertEquals(3 * SECOND, bucket.debt(SECOND));
        assertEquals(0, bucket.debt(4 * SECOND));
        assertEquals(5 * SECOND, bucket.untilFull(0));
        assertEquals(0, bucket.untilFull(6 * SECOND));
    }

    @Test
    void nobodyPaysForLongerThanAnHour() {
        TokenBucket bucket = new TokenBucket(1, SECOND, 0);
        for (int i = 0; i < 100; i++) {
            assertEquals(TokenBucket.MAX_DEBT, bucket.take(Long.MAX_VALUE / 2, 0));
        }
        assertEquals(0, bucket.debt(TokenBucket.MAX_DEBT));
    }

    @Test
    void theHighestRateIsStillOne() {
        TokenBucket bucket = new TokenBucket(4L << 30, 0, 0);
        assertEquals(1, bucket.take(2, 0));
        assertTrue(bucket.take(1 << 20, 0) > 200_000, "a MiB takes about 244 microseconds");
    }

    @Test
    void aRateOfNothingIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new TokenBucket(0, SECOND, 0));
    }

    /** No token is given twice, nor lost, however many take at a time. */
    @Test
    void threadsShareItWithoutALock() throws Exception {
        int threads = 8;
        int each = 20_000;
        TokenBucket bucket = new TokenBucket(1_000, SECOND, 0);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(executor.submit(() -> {
                    for (int j = 0; j < each; j++) {
                        bucket.take(1, 0);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertEquals((long) threads * each * (SECOND / 1_000) - SECOND, bucket.debt(0));
    }
}
