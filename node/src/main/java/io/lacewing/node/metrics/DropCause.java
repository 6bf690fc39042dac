package io.lacewing.node.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Why a message does not reach a client that it was meant for. */
public enum DropCause {
    /** The session's queue has as many messages, or bytes, as it may hold. */
    QUEUE_FULL,
    /** A QoS 0 message for a client that reads slower than it is sent to. */
    SLOW_CLIENT,
    /** The message expired while it waited. */
    EXPIRED,
    /** A QoS 0 message for clients of an event loop that is behind. */
    SLOW_LOOP,
    /** A QoS 0 message for a session without connection. */
    OFFLINE,
    /** The session ended before the message was sent or acknowledged. */
    SESSION_ENDED,
    /** Larger than the client's Maximum Packet Size [MQTT-3.1.2-24]. */
    TOO_LARGE;

    static final List<String> NAMES = Arrays.stream(values())
            .map(cause -> cause.name().toLowerCase(Locale.ROOT))
            .toList();
}
