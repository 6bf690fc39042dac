package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "17, 17",
        "17B, 17",
        "1KiB, 1024",
        "1kib, 1024",
        "64KB, 64000",
        "1MiB, 1048576",
        "2GB, 2000000000",
        "3GiB, 3221225472"
    })
    void sizesAreReadWithAndWithoutUnit(String text, long bytes) {
        assertEquals(bytes, Quantity.parseSize(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "MiB", "-1", "1.5MiB", "1 MiB", "1TB", "999999999999999999GiB", "9223372036854775807KiB"})
    void whatIsNoSizeOrTooLargeForANumberIsRefused(String text) {
        assertNull(Quantity.parseSize(text));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0s, 0", "500ms, 500", "30s, 30000", "5m, 300000", "2h, 7200000", "7d, 604800000"})
    void durationsAreReadWithUnit(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), Quantity.parseDuration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "-1s", "s", "1w", "1.5s", "999999999999999999d"})
    void whatIsNoDurationIsRefused(String text) {
        assertNull(Quantity.parseDuration(text));
    }

    @Test
    void amountsAreShownInTheLargestUnitThatFits() {
        assertEquals("1MiB", Quantity.formatSize(1 << 20));
        assertEquals("1MB", Quantity.formatSize(1_000_000));
        assertEquals("1025B", Quantity.formatSize(1025));
        assertEquals("0B", Quantity.formatSize(0));
        assertEquals("90s", Quantity.formatDuration(Duration.ofSeconds(90)));
        assertEquals("49710d", Quantity.formatDuration(Duration.ofDays(49_710)));
        assertEquals("0ms", Quantity.formatDuration(Duration.ZERO));
    }
}
