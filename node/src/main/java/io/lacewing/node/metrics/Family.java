package io.lacewing.node.metrics;

import io.lacewing.node.rates.RateCause;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A counter, or a group of counters that differ in one tag: a line of the table of what event loops count. Each has a
 * block of cells in {@link LoopMetrics}, one per value of the tag.
 */
enum Family {
    CONNECTIONS_OPENED("lacewing.connections.opened", "Network connections taken"),
    CONNECTIONS_CLOSED("lacewing.connections.closed", "Network connections ended, for whatever reason"),
    CONNECTS("lacewing.connects", "CONNECT packets answered, by the reason in CONNACK", "reason", ConnectReasons.NAMES),
    MESSAGES_RECEIVED("lacewing.messages.received", "PUBLISH packets from clients", "qos", List.of("0", "1", "2")),
    MESSAGES_SENT("lacewing.messages.sent", "PUBLISH packets to clients", "qos", List.of("0", "1", "2")),
    MESSAGES_DROPPED(
            "lacewing.messages.dropped", "Messages for a client that it will not get", "cause", DropCause.NAMES),
    AUTHORIZATION_DENIED(
            "lacewing.authorization.denied",
            "What clients were not allowed: PUBLISH packets, filters of SUBSCRIBE packets, wills, subscriptions they had",
            "action",
            DeniedAction.NAMES),
    READING_HELD(
            "lacewing.reading.held",
            "Times that a client was not read from for a while, by the rate that was reached",
            "cause",
            rateCauses()),
    READING_HELD_TIME(
            "lacewing.reading.held.seconds", "How long that was, over all clients", "cause", rateCauses(), 1e-9),
    FORWARDS_SENT("lacewing.forwards.sent", "Messages passed on to another node"),
    FORWARDS_RECEIVED("lacewing.forwards.received", "Messages that another node passed on"),
    SHARDS_LOST("lacewing.shards.lost", "Shards that began empty, as all their copies were lost"),
    SHARDS_FORCED("lacewing.shards.forced", "Shards that an operator had opened from what there was"),
    SHARDS_RECOVERED("lacewing.shards.recovered", "Shards that were put back from a node's disk"),
    REPLICAS_BEHIND("lacewing.replicas.behind", "Copies of shards that were found behind, and replaced"),
    REPLICAS_DIVERGED("lacewing.replicas.diverged", "Copies of shards that were found different, and replaced"),
    PAUSES("lacewing.cluster.pauses", "Times that this node had no majority and acknowledged nothing");

    /** How many cells all families take together. */
    static final int CELLS = cells();

    final String meter;
    final String description;
    final String tag;
    // Made by List.of, so as immutable as the rest.
    @SuppressWarnings("ImmutableEnumChecker")
    final List<String> values;
    /** What one count is in the meter's unit. */
    final double unit;

    Family(String meter, String description) {
        this(meter, description, "", List.of(""));
    }

    Family(String meter, String description, String tag, List<String> values) {
        this(meter, description, tag, values, 1);
    }

    Family(String meter, String description, String tag, List<String> values, double unit) {
        this.meter = meter;
        this.description = description;
        this.tag = tag;
        this.values = values;
        this.unit = unit;
    }

    private static List<String> rateCauses() {
        return Arrays.stream(RateCause.values())
                .map(cause -> cause.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The first of this family's cells. */
    int base() {
        int base = 0;
        for (Family family : values()) {
            if (family == this) {
                break;
            }
            base += family.values.size();
        }
        return base;
    }

    private static int cells() {
        int cells = 0;
        for (Family family : values()) {
            cells += family.values.size();
        }
        return cells;
    }
}
