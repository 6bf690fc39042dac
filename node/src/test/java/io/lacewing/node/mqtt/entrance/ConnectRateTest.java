package io.lacewing.node.mqtt.entrance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectRateTest {
    private static final long SECOND = 1_000_000_000L;

    /** Near where the clock wraps around. */
    private static final long START = Long.MAX_VALUE - Duration.ofMillis(500).toNanos();

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 1000})
    void aSecondsWorthAtOnceAndThenTheRate(int perSecond) {
        ConnectRate rate = new ConnectRate(perSecond, START);
        assertEquals(perSecond, taken(rate, START, 3 * perSecond));
        assertFalse(rate.take(START));
        assertEquals(perSecond, taken(rate, START + SECOND, 3 * perSecond));
        // What was not used is not saved for more than a second.
        assertEquals(perSecond, taken(rate, START + 100 * SECOND, 3 * perSecond));
    }

    @Test
    void aRefusalCostsNothing() {
        ConnectRate rate = new ConnectRate(10, START);
        assertEquals(10, taken(rate, START, 1000));
        assertEquals(0, taken(rate, START + SECOND / 20, 1000));
        assertEquals(1, taken(rate, START + SECOND / 10, 1000));
        assertEquals(4, taken(rate, START + SECOND / 2, 1000));
    }

    @Test
    void noBound() {
        ConnectRate rate = new ConnectRate(0, START);
        assertEquals(10_000, taken(rate, START, 10_000));
        assertTrue(rate.take(START));
    }

    private static int taken(ConnectRate rate, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += rate.take(now) ? 1 : 0;
        }
        return taken;
    }
}
