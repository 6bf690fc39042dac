package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "#",
                "+",
                "/",
                "//",
                "+/+",
                "/+",
                "+/",
                "a/#",
                "/#",
                "+/#",
                "a/+/b",
                "+/tennis/#",
                "$SYS/#",
                "$share",
                "$shared/g/x",
                "$SHARE/g",
                " ",
                "ä/+",
                "$share/g/x",
                "$share/g//x",
                "$share/g/#",
                "$share/g//",
                "$share/$share/$share/a/b",
                "$share/ä/+/€",
                "$share/g/$SYS/#"
            })
    void validFiltersKeepTheirText(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        TopicFilter filter = TopicFilter.of(value);
        assertEquals(value, filter.value());
        assertEquals(value, filter.toString());
        assertArrayEquals(utf8, filter.utf8());
        assertEquals(filter, TopicFilter.ofUtf8(utf8, 0, utf8.length));
        assertEquals(filter.hashCode(), TopicFilter.ofUtf8(utf8, 0, utf8.length).hashCode());
        assertEquals(0, filter.compareTo(TopicFilter.of(value)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "##",
                "a#",
                "#a",
                "a/#/b",
                "#/",
                "#/a",
                "/#/",
                "a/b#",
                "a/#b",
                "$share/g/a#",
                "$share/g/#/a",
                "+#"
            })
    void hashIsTheWholeLastLevel(String value) {
        assertRefused(value, value.equals("+#") ? "[MQTT-4.7.1-2]" : "[MQTT-4.7.1-1]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+", "+a", "++", "a/b+/c", "a/+b", "sport+", "$share/g/+a", "€+", "+€"})
    void plusIsAWholeLevel(String value) {
        assertRefused(value, "[MQTT-4.7.1-2]");
    }

    @ParameterizedTest
    @CsvSource({
        "$share/, [MQTT-4.8.2-1]",
        "$share//, [MQTT-4.8.2-1]",
        "$share//x, [MQTT-4.8.2-1]",
        "$share/g, [MQTT-4.8.2-2]",
        "$share/g/, [MQTT-4.8.2-2]",
        "$share/ä/, [MQTT-4.8.2-2]",
        "$share/+/x, [MQTT-4.8.2-2]",
        "$share/g+/x, [MQTT-4.8.2-2]",
        "'$share/#/x', [MQTT-4.8.2-2]",
        "'$share/#', [MQTT-4.8.2-2]",
        "'$share/g#g/x', [MQTT-4.8.2-2]",
    })
    void badSharedFiltersAreRefused(String value, String rule) {
        assertRefused(value, rule);
    }

    @Test
    void whatNoTextMayBeIsRefused() {
        assertRefused("", "[MQTT-4.7.3-1]");
        assertRefused("a\0", "[MQTT-4.7.3-2]");
        assertRefused("a".repeat(65_536), "[MQTT-4.7.3-3]");
        assertRefused("a\uD800", "[MQTT-1.5.4-1]");
        assertEquals(65_535, TopicFilter.of("a".repeat(65_535)).utf8().length);
        byte[] surrogate = {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80};
        assertThrows(TopicException.class, () -> TopicFilter.ofUtf8(surrogate, 0, 4));
        assertThrows(TopicException.class, () -> TopicFilter.ofUtf8(new byte[0], 0, 0));
    }

    @Test
    void shareGroupIsSplitOff() {
        TopicFilter shared = TopicFilter.of("$share/gruppe ä//x/+");
        assertTrue(shared.isShared());
        assertEquals("gruppe ä", shared.group());
        assertEquals(3, shared.levelCount());
        assertTrue(shared.matches(TopicName.of("/x/y")));
        assertFalse(shared.matches(TopicName.of("x/y")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share", "$shared/g/x", "$SHARE/g/x", "a/$share/g/x", "/$share/g/x"})
    void whatIsNotSharedHasNoGroup(String value) {
        TopicFilter filter = TopicFilter.of(value);
        assertFalse(filter.isShared());
        assertNull(filter.group());
        assertTrue(filter.matches(TopicName.of(value)));
    }

    @Test
    void sharedAndOrdinaryFiltersDiffer() {
        assertNotEquals(TopicFilter.of("a"), TopicFilter.of("$share/g/a"));
        assertNotEquals(TopicFilter.of("$share/h/a"), TopicFilter.of("$share/g/a"));
    }

    @Test
    void wildcardsAreFound() {
        assertTrue(TopicFilter.of("a/+").hasWildcard());
        assertTrue(TopicFilter.of("#").hasWildcard());
        assertTrue(TopicFilter.of("$share/g/+").hasWildcard());
        assertFalse(TopicFilter.of("$share/g/a").hasWildcard());
        assertFalse(TopicFilter.of("a/b").hasWildcard());
    }

    /** The examples of 4.7.1 and 4.7.2, and the corners between them. */
    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player12, false",
        "sport/#, sport, true",
        "sport/#, sport/, true",
        "sport/#, sports, false",
        "'#', a/b, true",
        "'#', /, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+, /finance, false",
        "+, finance, true",
        "+/tennis/#, a/tennis, true",
        "a//b, a//b, true",
        "a/+/b, a//b, true",
        "a/b, a//b, false",
        "a/, a, false",
        "a, a/, false",
        "ACCOUNTS, Accounts, false",
        "'#', $SYS/monitor, false",
        "+/monitor, $SYS/monitor, false",
        "+, $SYS, false",
        "+/#, $SYS/monitor, false",
        "$SYS/#, $SYS/monitor, true",
        "$SYS/#, $SYS, true",
        "$SYS/monitor/+, $SYS/monitor/Clients, true",
        "'$share/g/#', $SYS/monitor, false",
        "'$share/g/$SYS/#', $SYS/monitor, true",
        "$share/g/+, a, true",
        "+, a$, true",
        "a/+, a/$b, true",
        "a/#, a/$b/c, true",
        "$share, $share, true",
    })
    void matching(String filter, String topic, boolean expected) {
        assertEquals(expected, TopicFilter.of(filter).matches(TopicName.of(topic)));
    }

    @Test
    void manyLevelsNeedNoStack() {
        TopicName slashes = TopicName.of("/".repeat(65_535));
        assertTrue(TopicFilter.of("/".repeat(65_534) + "#").matches(slashes));
        assertTrue(TopicFilter.of("/".repeat(65_535)).matches(slashes));
        assertTrue(TopicFilter.of("+/".repeat(32_767) + "#").matches(slashes));
        assertFalse(TopicFilter.of("/".repeat(65_534)).matches(slashes));
        assertEquals(65_536, TopicFilter.of("/".repeat(65_535)).levelCount());
    }

    private static void assertRefused(String value, String rule) {
        TopicException refusal = assertThrows(TopicException.class, () -> TopicFilter.of(value));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith(rule), refusal::toString);
    }
}
