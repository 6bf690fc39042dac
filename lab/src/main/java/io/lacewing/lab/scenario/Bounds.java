package io.lacewing.lab.scenario;

import java.util.List;

/**
 * Whether a node came near a bound at which it drops messages. It says so in its log before it drops the first one; its counters
 * say how many, but only since its last start.
 */
final class Bounds {
    /** The causes of {@code lacewing_messages_dropped_total} that are bounds of queues. */
    static final List<String> CAUSES = List.of("queue_full", "shard_full");

    private Bounds() {}

    /** The first line of the log that says so; empty if none does. */
    static String said(String log) {
        return log.lines()
                .filter(line -> line.contains("nearly full"))
                .findFirst()
                .orElse("");
    }
}
