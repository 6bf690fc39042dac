package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;

/**
 * The will of a CONNECT (3.1.2.5).
 *
 * @param topic where it goes
 * @param payload its bytes; not to be changed
 * @param qos the level at which it is published
 * @param retain the RETAIN flag with which it is published
 * @param delaySeconds the will delay interval, 0 to 0xFFFFFFFF
 * @param expirySeconds the message expiry interval, 0 to 0xFFFFFFFF, or {@link Publish#NO_EXPIRY}
 * @param properties the properties that are passed on, encoded as in {@link io.lacewing.router.Message#properties}
 */
public record Will(
        TopicName topic,
        byte[] payload,
        Qos qos,
        boolean retain,
        long delaySeconds,
        long expirySeconds,
        byte[] properties) {}
