package io.lacewing.router;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name a message is published under. An instance is always valid: well-formed UTF-8, not empty, without wildcards
 * and U+0000, at most 65,535 bytes [MQTT-1.5.4-1, MQTT-4.7.3-1, MQTT-4.7.3-2, MQTT-4.7.3-3, MQTT-3.3.2-2]. Immutable.
 *
 * <p>It keeps the bytes of the wire and nothing else, because that is what is matched, stored and sent.
 */
public final class TopicName implements Comparable<TopicName> {
    private static final String WHAT = "topic name";

    private final byte[] utf8;
    /** 0: not yet computed. Threads may compute it twice, to the same value. */
    private int hash;

    private TopicName(byte[] utf8) {
        this.utf8 = utf8;
    }

    /**
     * Parses a topic name.
     *
     * @throws TopicException naming the rule that {@code value} breaks
     */
    public static TopicName of(String value) {
        return checked(Levels.encode(value, WHAT));
    }

    /**
     * Parses a topic name as it stands on the wire, without its length. The bytes are copied.
     *
     * @throws TopicException naming the rule that the bytes break; malformed UTF-8 included
     */
    public static TopicName ofUtf8(byte[] bytes, int offset, int length) {
        return checked(Levels.copy(bytes, offset, length, WHAT));
    }

    private static TopicName checked(byte[] utf8) {
        Levels.check(utf8, WHAT);
        for (byte b : utf8) {
            if (b == '+' || b == '#') {
                throw new TopicException("topic name holds the wildcard '" + (char) b + "' [MQTT-3.3.2-2]");
            }
        }
        return new TopicName(utf8);
    }

    /** The name as text; made anew by each call. */
    public String value() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** The UTF-8 form, as on the wire without its length. Shared: not to be changed. */
    public byte[] utf8() {
        return utf8;
    }

    /** How many levels it has; empty levels count. */
    public int levelCount() {
        return Levels.count(utf8, 0);
    }

    /** True if the first character is '$': wildcards at the first level do not match it [MQTT-4.7.2-1]. */
    public boolean isSystem() {
        return utf8[0] == '$';
    }

    /** By code points. */
    @Override
    public int compareTo(TopicName other) {
        return Arrays.compareUnsigned(utf8, other.utf8);
    }

    @Override
    public boolean equals(Object o) {
        return this == o || (o instanceof TopicName other && Arrays.equals(utf8, other.utf8));
    }

    /** The same on every machine. */
    @Override
    public int hashCode() {
        int h = hash;
        if (h == 0) {
            h = Arrays.hashCode(utf8);
            hash = h;
        }
        return h;
    }

    @Override
    public String toString() {
        return value();
    }
}
