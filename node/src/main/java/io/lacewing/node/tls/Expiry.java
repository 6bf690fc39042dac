package io.lacewing.node.tls;

import java.time.Duration;
import java.time.Instant;

/** How near the end of a certificate is, in the order in which it comes nearer. */
enum Expiry {
    FAR,
    WITHIN_30_DAYS,
    WITHIN_7_DAYS,
    OVER;

    private static final Duration FIRST = Duration.ofDays(30);
    private static final Duration LAST = Duration.ofDays(7);

    static Expiry at(Instant end, Instant now) {
        if (now.isAfter(end)) {
            return OVER;
        }
        Duration left = Duration.between(now, end);
        return left.compareTo(LAST) <= 0 ? WITHIN_7_DAYS : left.compareTo(FIRST) <= 0 ? WITHIN_30_DAYS : FAR;
    }

    String say(Instant end) {
        return switch (this) {
            case FAR -> "is valid until " + end;
            case WITHIN_30_DAYS -> "expires in less than 30 days, at " + end;
            case WITHIN_7_DAYS -> "expires in less than 7 days, at " + end;
            case OVER -> "has expired at " + end + "; clients refuse it";
        };
    }
}
