package io.lacewing.router;

import java.nio.charset.StandardCharsets;

/**
 * The name a message is published under. An instance is always valid: not empty, without wildcards and U+0000, at most
 * 65,535 bytes of UTF-8 [MQTT-4.7.3-1, MQTT-4.7.3-2, MQTT-4.7.3-3, MQTT-3.3.2-2]. Immutable.
 */
public final class TopicName {
    private final String value;
    private final byte[] utf8;
    private final String[] levels;

    private TopicName(String value, byte[] utf8, String[] levels) {
        this.value = value;
        this.utf8 = utf8;
        this.levels = levels;
    }

    /**
     * Parses a topic name.
     *
     * @throws TopicException naming the rule that {@code value} breaks
     */
    public static TopicName of(String value) {
        byte[] utf8 = Levels.encode(value, "topic name");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '+' || c == '#') {
                throw new TopicException("topic name holds the wildcard '" + c + "' [MQTT-3.3.2-2]");
            }
        }
        return new TopicName(value, utf8, Levels.split(value));
    }

    /** As {@link #of(String)}, from well-formed UTF-8. The array is copied. */
    public static TopicName ofUtf8(byte[] utf8, int offset, int length) {
        return of(new String(utf8, offset, length, StandardCharsets.UTF_8));
    }

    /** The name as published. */
    public String value() {
        return value;
    }

    /** The UTF-8 form, as on the wire without its length. Shared: not to be changed. */
    public byte[] utf8() {
        return utf8;
    }

    /** The levels between the slashes; empty levels count. Shared: not to be changed. */
    public String[] levels() {
        return levels;
    }

    /** True if the first character is '$': wildcards at the first level do not match it [MQTT-4.7.2-1]. */
    public boolean isSystem() {
        return value.charAt(0) == '$';
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof TopicName other && value.equals(other.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
