package io.lacewing.router;

import java.nio.charset.StandardCharsets;

/** What topic names and filters have in common: their UTF-8 text and the levels between its slashes (1.5.4, 4.7). */
final class Levels {
    /** The longest text that fits the two-byte length of the wire format. */
    static final int MAX_BYTES = 65_535;

    private Levels() {}

    /**
     * The UTF-8 form of {@code value}.
     *
     * @throws TopicException if it holds half a surrogate pair, which has no UTF-8 form
     */
    static byte[] encode(String value, String what) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == value.length() || !Character.isLowSurrogate(value.charAt(i))) {
                    throw malformed(what);
                }
            } else if (Character.isLowSurrogate(c)) {
                throw malformed(what);
            }
        }
        return value.getBytes(StandardCharsets.UTF_8);
    }

    /** A copy of a part of {@code bytes}, of a length that a name or filter may have. */
    static byte[] copy(byte[] bytes, int offset, int length, String what) {
        checkLength(length, what);
        byte[] copy = new byte[length];
        System.arraycopy(bytes, offset, copy, 0, length);
        return copy;
    }

    /** Checks that {@code utf8} is not empty, not too long, without U+0000, and well-formed. */
    static byte[] check(byte[] utf8, String what) {
        checkLength(utf8.length, what);
        int i = 0;
        while (i < utf8.length) {
            byte b = utf8[i];
            if (b > 0) {
                i++;
            } else if (b == 0) {
                throw new TopicException(what + " holds U+0000 [MQTT-4.7.3-2]");
            } else {
                int length = sequenceLength(utf8, i);
                if (length == 0) {
                    throw malformed(what);
                }
                i += length;
            }
        }
        return utf8;
    }

    private static void checkLength(int length, String what) {
        if (length == 0) {
            throw new TopicException(what + " is empty [MQTT-4.7.3-1]");
        }
        if (length > MAX_BYTES) {
            throw new TopicException(what + " has " + length + " bytes, more than 65,535 [MQTT-4.7.3-3]");
        }
    }

    private static TopicException malformed(String what) {
        return new TopicException(what + " is not well-formed UTF-8 [MQTT-1.5.4-1]");
    }

    /**
     * The length of the well-formed sequence of two to four bytes that begins at {@code i}, or 0 if there is none: no
     * overlong forms, no surrogates, nothing above U+10FFFF (Unicode, table 3-7).
     */
    private static int sequenceLength(byte[] utf8, int i) {
        int first = utf8[i] & 0xff;
        int length;
        int low = 0x80;
        int high = 0xbf;
        if (first >= 0xc2 && first <= 0xdf) {
            length = 2;
        } else if (first >= 0xe0 && first <= 0xef) {
            length = 3;
            low = first == 0xe0 ? 0xa0 : low;
            high = first == 0xed ? 0x9f : high;
        } else if (first >= 0xf0 && first <= 0xf4) {
            length = 4;
            low = first == 0xf0 ? 0x90 : low;
            high = first == 0xf4 ? 0x8f : high;
        } else {
            return 0;
        }
        if (i + length > utf8.length) {
            return 0;
        }
        int second = utf8[i + 1] & 0xff;
        if (second < low || second > high) {
            return 0;
        }
        for (int k = i + 2; k < i + length; k++) {
            if ((utf8[k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** Where the level that begins at {@code from} ends: the next slash before {@code limit}, or {@code limit}. */
    static int end(byte[] text, int from, int limit) {
        int i = from;
        while (i < limit && text[i] != '/') {
            i++;
        }
        return i;
    }

    /** A hash of a part of {@code text}; the same on every machine. */
    static int hash(byte[] text, int from, int to) {
        int h = 0;
        for (int i = from; i < to; i++) {
            h = 31 * h + text[i];
        }
        return HashTrie.spread(h);
    }

    /** How many levels the part of {@code text} from {@code from} to its end has: its slashes and one. */
    static int count(byte[] text, int from) {
        int count = 1;
        for (int i = from; i < text.length; i++) {
            if (text[i] == '/') {
                count++;
            }
        }
        return count;
    }
}
