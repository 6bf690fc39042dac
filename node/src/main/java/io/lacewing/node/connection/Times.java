package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Publish;
import io.lacewing.router.Message;

/** Message expiry against the wall clock, which is read only for messages that expire. */
final class Times {
    private Times() {}

    /** The time in milliseconds since the epoch if the message can expire, else 0. */
    static long nowIfExpiring(Message message) {
        return message.expiresAt() == Message.NEVER ? 0 : System.currentTimeMillis();
    }

    /** What is left of the message's expiry interval in seconds, rounded up [MQTT-3.3.2-6]. */
    static long secondsLeft(Message message) {
        if (message.expiresAt() == Message.NEVER) {
            return Publish.NO_EXPIRY;
        }
        return Math.max(0, (message.expiresAt() - System.currentTimeMillis() + 999) / 1000);
    }

    /** When a message with this expiry interval ends, in milliseconds since the epoch. */
    static long expiresAt(long expirySeconds) {
        return expirySeconds == Publish.NO_EXPIRY ? Message.NEVER : System.currentTimeMillis() + expirySeconds * 1000;
    }
}
