package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;

/**
 * A PUBLISH from a client (3.3).
 *
 * @param topic the topic; an alias has been resolved
 * @param qos the level
 * @param dup the DUP flag; never set at QoS 0 [MQTT-3.3.1-2]
 * @param retain the RETAIN flag
 * @param packetId 1 to 65,535, or 0 at QoS 0
 * @param payload its bytes; not to be changed
 * @param properties the properties that are passed on, encoded as in {@link io.lacewing.router.Message#properties}:
 *     unaltered and in the order in which they came [MQTT-3.3.2-17, MQTT-3.3.2-18]; not to be changed
 * @param expirySeconds the message expiry interval, 0 to 0xFFFFFFFF, or {@link #NO_EXPIRY}
 */
public record Publish(
        TopicName topic,
        Qos qos,
        boolean dup,
        boolean retain,
        int packetId,
        byte[] payload,
        byte[] properties,
        long expirySeconds)
        implements Packet {

    /** {@link #expirySeconds} of a message without expiry interval. */
    public static final long NO_EXPIRY = -1;
}
