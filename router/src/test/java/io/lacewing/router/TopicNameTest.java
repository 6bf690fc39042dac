package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "/", "//", "a/b", "/a", "a/", " ", "$SYS/x", "$", "ä/€/\uD83D\uDE00", "\uFEFF", "\u0001"})
    void validNamesKeepTheirText(String value) {
        TopicName name = TopicName.of(value);
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        assertEquals(value, name.value());
        assertEquals(value, name.toString());
        assertArrayEquals(utf8, name.utf8());
        assertEquals(name, TopicName.ofUtf8(utf8, 0, utf8.length));
        assertEquals(name.hashCode(), TopicName.ofUtf8(utf8, 0, utf8.length).hashCode());
    }

    @Test
    void emptyNameIsRefused() {
        assertRefused("", "[MQTT-4.7.3-1]");
        assertRefused(new byte[0], "[MQTT-4.7.3-1]");
    }

    @Test
    void nullCharacterIsRefused() {
        assertRefused("a\0b", "[MQTT-4.7.3-2]");
        assertRefused(new byte[] {'a', 0}, "[MQTT-4.7.3-2]");
    }

    @Test
    void wildcardsAreRefused() {
        for (String value : List.of("+", "#", "a/+/b", "a/#", "a+", "#a", "€+")) {
            assertRefused(value, "[MQTT-3.3.2-2]");
        }
    }

    @Test
    void lengthIsCountedInBytes() {
        assertEquals(65_535, TopicName.of("a".repeat(65_535)).utf8().length);
        assertRefused("a".repeat(65_536), "[MQTT-4.7.3-3]");
        assertRefused("€".repeat(21_846), "[MQTT-4.7.3-3]");
        assertEquals(65_535, TopicName.of("€".repeat(21_845)).utf8().length);
        assertRefused(new byte[65_536], "[MQTT-4.7.3-3]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD800", "a\uD83D", "\uDE00", "\uDE00\uD83D", "\uD83Dx", "\uD83D\uD83D\uDE00"})
    void halfASurrogatePairIsRefused(String value) {
        assertRefused(value, "[MQTT-1.5.4-1]");
    }

    @Test
    void aSliceOfALargerArrayIsCopied() {
        byte[] packet = "xxa/byy".getBytes(StandardCharsets.UTF_8);
        TopicName name = TopicName.ofUtf8(packet, 2, 3);
        packet[2] = 'z';
        assertEquals("a/b", name.value());
    }

    @Test
    void levelsAreCountedWithEmptyOnes() {
        assertEquals(1, TopicName.of("a").levelCount());
        assertEquals(2, TopicName.of("/").levelCount());
        assertEquals(3, TopicName.of("a//b").levelCount());
        assertEquals(65_536, TopicName.of("/".repeat(65_535)).levelCount());
    }

    @Test
    void systemTopicsBeginWithADollar() {
        assertTrue(TopicName.of("$SYS").isSystem());
        assertTrue(TopicName.of("$").isSystem());
        assertFalse(TopicName.of("a/$SYS").isSystem());
        assertFalse(TopicName.of("/$SYS").isSystem());
    }

    @Test
    void namesAreCaseSensitiveAndNotNormalised() {
        assertNotEquals(TopicName.of("A"), TopicName.of("a"));
        assertNotEquals(TopicName.of("a"), TopicName.of("/a"));
        assertNotEquals(TopicName.of("\u00E4"), TopicName.of("a\u0308"));
    }

    @Test
    void orderIsByCodePoint() {
        List<TopicName> names = new ArrayList<>();
        for (String value : List.of("\uD83D\uDE00", "\uFFFD", "b", "a/b", "a", "é")) {
            names.add(TopicName.of(value));
        }
        names.sort(null);
        assertEquals("[a, a/b, b, é, \uFFFD, \uD83D\uDE00]", names.toString());
    }

    /** Against the JDK's own decoder, on bytes that are often nearly right. */
    @Test
    void malformedUtf8IsWhatTheJdkCallsMalformed() {
        Random random = new Random(4711);
        int[] interesting = {
            0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
            0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
        };
        int valid = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(4)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) interesting[random.nextInt(interesting.length)];
            }
            boolean wellFormed = isWellFormed(bytes);
            if (wellFormed) {
                valid++;
                assertArrayEquals(
                        bytes, TopicName.ofUtf8(bytes, 0, bytes.length).utf8());
            } else {
                assertRefused(bytes, "[MQTT-1.5.4-1]");
            }
        }
        assertTrue(valid > 1_000, "only " + valid + " well-formed samples");
    }

    private static boolean isWellFormed(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .hasRemaining();
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    private static void assertRefused(String value, String rule) {
        TopicException refusal = assertThrows(TopicException.class, () -> TopicName.of(value));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith(rule), refusal::toString);
    }

    private static void assertRefused(byte[] utf8, String rule) {
        TopicException refusal = assertThrows(TopicException.class, () -> TopicName.ofUtf8(utf8, 0, utf8.length));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith(rule), refusal::toString);
    }
}
