package io.lacewing.router;

import java.nio.charset.StandardCharsets;

/** What topic names and filters have in common: their text and their levels (4.7). */
final class Levels {
    /** The longest string that fits the two-byte length of the wire format. */
    static final int MAX_BYTES = 65_535;

    private Levels() {}

    /** The UTF-8 form of {@code value}, checked: not empty, no U+0000, no lone surrogate, not too long. */
    static byte[] encode(String value, String what) {
        if (value.isEmpty()) {
            throw new TopicException(what + " is empty [MQTT-4.7.3-1]");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0) {
                throw new TopicException(what + " holds U+0000 [MQTT-4.7.3-2]");
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == value.length() || !Character.isLowSurrogate(value.charAt(i))) {
                    throw new TopicException(what + " is not well-formed UTF-8 [MQTT-1.5.4-1]");
                }
            } else if (Character.isLowSurrogate(c)) {
                throw new TopicException(what + " is not well-formed UTF-8 [MQTT-1.5.4-1]");
            }
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_BYTES) {
            throw new TopicException(what + " has " + utf8.length + " bytes, more than 65,535 [MQTT-4.7.3-3]");
        }
        return utf8;
    }

    static String[] split(String value) {
        int count = 1;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '/') {
                count++;
            }
        }
        String[] levels = new String[count];
        int start = 0;
        for (int i = 0; i < count; i++) {
            int slash = value.indexOf('/', start);
            int end = slash < 0 ? value.length() : slash;
            levels[i] = value.substring(start, end);
            start = end + 1;
        }
        return levels;
    }
}
