package io.lacewing.router;

import java.util.Arrays;

/**
 * How the sets of topics that two filters match lie to each other, by 4.7.1 and 4.7.2; share groups play no part. Both
 * answers are exact: there is, or is not, a topic name that shows it.
 *
 * <p>They walk both filters level by level. Three things are special: a wildcard at the first level matches no topic that
 * begins with {@code $} [MQTT-4.7.2-1]; {@code a/#} matches {@code a} too; and a topic of one empty level does not exist.
 */
final class FilterRelation {
    private FilterRelation() {}

    /** True if {@code wide} matches every topic that {@code narrow} matches. */
    static boolean covers(TopicFilter wide, TopicFilter narrow) {
        byte[] w = wide.utf8();
        byte[] n = narrow.utf8();
        int at = wide.start();
        int other = narrow.start();
        if (isWild(w, at) && n[other] == '$') {
            return false;
        }
        while (true) {
            if (isHash(w, at)) {
                return true;
            }
            if (at > w.length || other > n.length) {
                return at > w.length && other > n.length;
            }
            if (isHash(n, other)) {
                // Only what goes on for ever covers it; +/# does where there must be one more level.
                return isPlus(w, at) && isHash(w, at + 2) && !mayEnd(narrow.start(), other);
            }
            int end = Levels.end(w, at, w.length);
            int otherEnd = Levels.end(n, other, n.length);
            if (!isPlus(w, at) && !Arrays.equals(w, at, end, n, other, otherEnd)) {
                return false;
            }
            at = end + 1;
            other = otherEnd + 1;
        }
    }

    /** True if there is a topic that both match. */
    static boolean overlap(TopicFilter one, TopicFilter two) {
        byte[] a = one.utf8();
        byte[] b = two.utf8();
        int at = one.start();
        int other = two.start();
        if ((isWild(a, at) && b[other] == '$') || (isWild(b, other) && a[at] == '$')) {
            return false;
        }
        while (true) {
            if (isHash(a, at)) {
                return other <= b.length || (mayEnd(two.start(), other) && mayEnd(one.start(), at));
            }
            if (isHash(b, other)) {
                return at <= a.length || (mayEnd(two.start(), other) && mayEnd(one.start(), at));
            }
            if (at > a.length || other > b.length) {
                return at > a.length && other > b.length;
            }
            int end = Levels.end(a, at, a.length);
            int otherEnd = Levels.end(b, other, b.length);
            if (!isPlus(a, at) && !isPlus(b, other) && !Arrays.equals(a, at, end, b, other, otherEnd)) {
                return false;
            }
            at = end + 1;
            other = otherEnd + 1;
        }
    }

    /** True if the levels before {@code at} can be a whole topic: at least one, and not a single empty one. */
    private static boolean mayEnd(int start, int at) {
        return at > start + 1;
    }

    private static boolean isWild(byte[] filter, int at) {
        return isPlus(filter, at) || isHash(filter, at);
    }

    private static boolean isPlus(byte[] filter, int at) {
        return at < filter.length && filter[at] == '+';
    }

    private static boolean isHash(byte[] filter, int at) {
        return at < filter.length && filter[at] == '#';
    }
}
