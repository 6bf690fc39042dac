package io.lacewing.router;

import org.jspecify.annotations.Nullable;

/**
 * One application message, as its publisher gave it to the broker. Immutable; shared by all its receivers, so that a
 * million queues hold one payload. The arrays are shared: not to be changed.
 *
 * @param topic where it was published
 * @param payload its bytes
 * @param qos the level at which it was published
 * @param retain the RETAIN flag as published
 * @param expiresAt when it ends, in milliseconds since the epoch; {@link #NEVER} if it has no expiry interval
 * @param properties the v5 properties that are passed on unaltered (payload format indicator, content type, response
 *     topic, correlation data, user properties in their order), encoded as on the wire without the length in front;
 *     empty if there are none
 * @param publisher the client id of the publisher, for No Local; null for the broker's own messages
 * @param retainedVersion the version that the retained store gave it if {@code retain} was set, else 0
 */
public record Message(
        TopicName topic,
        byte[] payload,
        Qos qos,
        boolean retain,
        long expiresAt,
        byte[] properties,
        @Nullable String publisher,
        long retainedVersion) {

    /** {@link #expiresAt} of a message without expiry interval. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final byte[] NONE = new byte[0];

    /** A message without properties and expiry. */
    public static Message of(TopicName topic, byte[] payload, Qos qos, boolean retain) {
        return new Message(topic, payload, qos, retain, NEVER, NONE, null, 0);
    }

    /** The same message with the version that the retained store gave it. */
    public Message withRetainedVersion(long version) {
        return new Message(topic, payload, qos, retain, expiresAt, properties, publisher, version);
    }

    /** The same message on another topic. */
    public Message withTopic(TopicName other) {
        return new Message(other, payload, qos, retain, expiresAt, properties, publisher, retainedVersion);
    }

    /** The same message as one that is not to be retained. */
    public Message withoutRetain() {
        return new Message(topic, payload, qos, false, expiresAt, properties, publisher, 0);
    }

    /** True if its expiry interval has passed at {@code now}, milliseconds since the epoch [MQTT-3.3.2-5]. */
    public boolean isExpired(long now) {
        return now >= expiresAt;
    }

    /** What it costs to keep, in bytes: for bounds, not exact. */
    public int size() {
        return size(topic, payload, properties);
    }

    /** The {@link #size()} of a message that is made of these. */
    public static int size(TopicName topic, byte[] payload, byte[] properties) {
        return 96 + topic.utf8().length + payload.length + properties.length;
    }
}
