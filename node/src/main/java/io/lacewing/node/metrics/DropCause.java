package io.lacewing.node.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Why a message does not reach a client that it was meant for. */
public enum DropCause {
    /** The session's queue was full: the oldest message made room ({@code limits.queuePolicy: drop-oldest}). */
    QUEUE_FULL,
    /** The session's queue was full: the message was not taken ({@code drop-newest}). */
    QUEUE_FULL_NEWEST,
    /** The session's queue was full: the message was rejected ({@code reject}). */
    REJECTED,
    /** A shard held all it may: the message made room, or there was none for it. For each session. */
    SHARD_FULL,
    /** A QoS 0 message for another node or a shard for which too much waits already. */
    OVERLOADED,
    /** A QoS 0 message for a client that reads slower than it is sent to. */
    SLOW_CLIENT,
    /** A QoS 0 message for a client that is behind, while the node is short of memory or of time (overload protection). */
    SHED,
    /** The message expired while it waited. */
    EXPIRED,
    /** A QoS 0 message for clients of an event loop that is behind. */
    SLOW_LOOP,
    /** A QoS 0 message for a session without connection. */
    OFFLINE,
    /** The session ended or expired before the message was sent or acknowledged. */
    SESSION_ENDED,
    /** Not retained, as the node holds all the retained messages it may. */
    RETAINED_FULL,
    /** It waited for a client that may not receive it any more. */
    NOT_AUTHORIZED,
    /** A QoS 0 message for a client that has been sent as much as it may be ({@code rates.*}). */
    RATE_LIMITED,
    /** Larger than the client's Maximum Packet Size [MQTT-3.1.2-24]. */
    TOO_LARGE;

    /** The cause that metrics give to one of a session's. */
    public static DropCause of(io.lacewing.persistence.session.DropCause cause) {
        return switch (cause) {
            case QUEUE_FULL -> QUEUE_FULL;
            case QUEUE_FULL_NEWEST -> QUEUE_FULL_NEWEST;
            case REJECTED -> REJECTED;
            case SHARD_FULL -> SHARD_FULL;
            case EXPIRED -> EXPIRED;
            case OFFLINE -> OFFLINE;
            case SESSION_ENDED -> SESSION_ENDED;
        };
    }

    static final List<String> NAMES = Arrays.stream(values())
            .map(cause -> cause.name().toLowerCase(Locale.ROOT))
            .toList();
}
