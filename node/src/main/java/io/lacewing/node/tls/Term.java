package io.lacewing.node.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Until when something holds, and what is said while the end comes nearer.
 *
 * @param name of what holds, for messages
 * @param end when it ends
 * @param marks how long before that something is said, the longest first
 * @param after what is so once it has ended
 */
record Term(String name, Instant end, List<Duration> marks, String after) {
    private static final List<Duration> OF_CERTIFICATES = List.of(Duration.ofDays(30), Duration.ofDays(7));

    /** Of a certificate of the server's. */
    static Term ofCertificate(String name, Instant end) {
        return new Term(name, end, OF_CERTIFICATES, "clients refuse it");
    }

    /**
     * Of a list of revoked certificates. Some live for a day and some for months: something is said when a quarter of that is
     * left.
     */
    static Term ofList(String name, Instant begin, Instant end) {
        return new Term(
                name,
                end,
                List.of(Duration.between(begin, end).dividedBy(4)),
                "clients with certificates of its authority are refused until there is a new one");
    }

    /** How near the end is: 0 while it is far, one more with each mark that is passed, and another one when it is over. */
    int stage(Instant now) {
        if (now.isAfter(end)) {
            return marks.size() + 1;
        }
        Duration left = Duration.between(now, end);
        return (int) marks.stream().filter(mark -> left.compareTo(mark) <= 0).count();
    }

    /** What is so at a stage that is not 0. */
    String say(int stage) {
        return stage > marks.size()
                ? name + ": has expired at " + end + "; " + after
                : name + ": expires in less than " + words(marks.get(stage - 1)) + ", at " + end;
    }

    private static String words(Duration duration) {
        if (duration.toDays() >= 2) {
            return duration.toDays() + " days";
        }
        return duration.toHours() >= 2 ? duration.toHours() + " hours" : duration.toMinutes() + " minutes";
    }
}
