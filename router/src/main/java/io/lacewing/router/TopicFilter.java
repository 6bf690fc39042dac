package io.lacewing.router;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a client subscribes to: levels with the wildcards {@code +} and {@code #}, and, for a shared subscription
 * {@code $share/group/filter}, the group (4.7.1, 4.8.2). An instance is always valid. Immutable.
 *
 * <p>{@code $share/g//x} is the filter {@code /x} for the group {@code g}; {@code $share} without a slash after it is an
 * ordinary filter. It keeps the bytes of the wire and nothing else; tries use slices of them.
 */
public final class TopicFilter implements Comparable<TopicFilter> {
    private static final String WHAT = "topic filter";
    private static final byte[] SHARE = "$share/".getBytes(StandardCharsets.US_ASCII);

    private final byte[] utf8;
    /** Where the filter proper begins: 0, or behind {@code $share/group/}. */
    private final int start;
    /** 0: not yet computed. Threads may compute it twice, to the same value. */
    private int hash;

    private TopicFilter(byte[] utf8, int start) {
        this.utf8 = utf8;
        this.start = start;
    }

    /**
     * Parses a filter as it stands in SUBSCRIBE or UNSUBSCRIBE.
     *
     * @throws TopicException naming the rule that {@code value} breaks
     */
    public static TopicFilter of(String value) {
        return checked(Levels.encode(value, WHAT));
    }

    /**
     * Parses a filter as it stands on the wire, without its length. The bytes are copied.
     *
     * @throws TopicException naming the rule that the bytes break; malformed UTF-8 included
     */
    public static TopicFilter ofUtf8(byte[] bytes, int offset, int length) {
        return checked(Levels.copy(bytes, offset, length, WHAT));
    }

    private static TopicFilter checked(byte[] utf8) {
        Levels.check(utf8, WHAT);
        int start = sharePrefix(utf8);
        checkWildcards(utf8, start);
        return new TopicFilter(utf8, start);
    }

    /** The length of {@code $share/group/} in front, 0 if the filter is not shared. */
    private static int sharePrefix(byte[] utf8) {
        if (utf8.length < SHARE.length || !Arrays.equals(utf8, 0, SHARE.length, SHARE, 0, SHARE.length)) {
            return 0;
        }
        int end = Levels.end(utf8, SHARE.length, utf8.length);
        if (end == SHARE.length) {
            throw new TopicException("shared subscription with an empty group name [MQTT-4.8.2-1]");
        }
        for (int i = SHARE.length; i < end; i++) {
            if (utf8[i] == '+' || utf8[i] == '#') {
                throw new TopicException("shared subscription with a wildcard in its group name [MQTT-4.8.2-2]");
            }
        }
        if (end + 1 >= utf8.length) {
            throw new TopicException("shared subscription without a topic filter after its group [MQTT-4.8.2-2]");
        }
        return end + 1;
    }

    private static void checkWildcards(byte[] utf8, int start) {
        for (int i = start; i < utf8.length; i++) {
            boolean begins = i == start || utf8[i - 1] == '/';
            boolean last = i == utf8.length - 1;
            if (utf8[i] == '#' && !(begins && last)) {
                throw new TopicException("'#' must be the whole of the last level of a topic filter [MQTT-4.7.1-1]");
            }
            if (utf8[i] == '+' && !(begins && (last || utf8[i + 1] == '/'))) {
                throw new TopicException("'+' must be the whole of its level in a topic filter [MQTT-4.7.1-2]");
            }
        }
    }

    /** The filter as the client wrote it, with {@code $share/group/} if it is shared; made anew by each call. */
    public String value() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** The UTF-8 form of {@link #value()}: its identity. Shared: not to be changed. */
    public byte[] utf8() {
        return utf8;
    }

    /** Where in {@link #utf8()} the filter proper begins. */
    int start() {
        return start;
    }

    /** The share group, or null if this is not a shared subscription; made anew by each call. */
    public @Nullable String group() {
        return start == 0 ? null : new String(utf8, SHARE.length, start - 1 - SHARE.length, StandardCharsets.UTF_8);
    }

    /** True if this is a shared subscription (4.8.2). */
    public boolean isShared() {
        return start > 0;
    }

    /** How many levels the filter proper has; empty levels count. */
    public int levelCount() {
        return Levels.count(utf8, start);
    }

    /**
     * True if {@code topic} is covered, by 4.7.1 and 4.7.2 [MQTT-4.7.2-1]; the share group plays no part. For single
     * checks; many filters belong in a {@link SubscriptionTrie}.
     */
    public boolean matches(TopicName topic) {
        byte[] name = topic.utf8();
        if (topic.isSystem() && (utf8[start] == '+' || utf8[start] == '#')) {
            return false;
        }
        int at = start;
        int nameAt = 0;
        while (at <= utf8.length) {
            if (at < utf8.length && utf8[at] == '#') {
                return true;
            }
            if (nameAt > name.length) {
                return false;
            }
            int end = Levels.end(utf8, at, utf8.length);
            int nameEnd = Levels.end(name, nameAt, name.length);
            boolean plus = at < utf8.length && utf8[at] == '+';
            if (!plus && !Arrays.equals(utf8, at, end, name, nameAt, nameEnd)) {
                return false;
            }
            at = end + 1;
            nameAt = nameEnd + 1;
        }
        return nameAt > name.length;
    }

    /** True if this matches every topic that {@code other} matches; the share groups play no part. */
    public boolean covers(TopicFilter other) {
        return FilterRelation.covers(this, other);
    }

    /** True if there is a topic that both match; the share groups play no part. */
    public boolean overlaps(TopicFilter other) {
        return FilterRelation.overlap(this, other);
    }

    /** True if {@code +} or {@code #} occurs. */
    public boolean hasWildcard() {
        for (int i = start; i < utf8.length; i++) {
            if (utf8[i] == '+' || utf8[i] == '#') {
                return true;
            }
        }
        return false;
    }

    /** By code points of {@link #value()}. */
    @Override
    public int compareTo(TopicFilter other) {
        return Arrays.compareUnsigned(utf8, other.utf8);
    }

    @Override
    public boolean equals(Object o) {
        return this == o || (o instanceof TopicFilter other && Arrays.equals(utf8, other.utf8));
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
