package io.lacewing.node.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OccurrencesTest {
    private final Occurrences<Integer> seen = new Occurrences<>(3, 1_000);

    @Test
    void onceMoreThanAllowedWithinTheTimeIsTooOften() {
        for (int i = 0; i < 3; i++) {
            assertFalse(seen.isTooOften(1, i));
        }
        assertFalse(seen.isTooOften(2, 3));
        assertTrue(seen.isTooOften(1, 999));
        assertFalse(seen.isTooOften(1, 999), "it begins anew");
    }

    @Test
    void theTimeBeginsWithTheFirst() {
        for (int i = 0; i < 3; i++) {
            assertFalse(seen.isTooOften(1, i));
        }
        assertFalse(seen.isTooOften(1, 1_000));
        assertFalse(seen.isTooOften(1, 1_001));
    }

    /** A hundred thousand keys, as somebody may make them up, take the room of a bounded number. */
    @Test
    void whoMakesUpKeysFillsNoMemory() {
        for (int key = 0; key < 100_000; key++) {
            assertFalse(seen.isTooOften(key, 1));
        }
        assertEquals(Occurrences.KEYS, seen.size());
        for (int i = 0; i < 2; i++) {
            assertFalse(seen.isTooOften(99_999, 2));
        }
        assertTrue(seen.isTooOften(99_999, 2), "the last is still known");
        assertFalse(seen.isTooOften(0, 2), "the first is not");
    }
}
