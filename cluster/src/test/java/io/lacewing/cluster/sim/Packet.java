package io.lacewing.cluster.sim;

import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import org.jspecify.annotations.Nullable;

/** What a client and its node say to each other. */
sealed interface Packet {

    record Connect(
            String clientId,
            boolean cleanStart,
            long expirySeconds,
            int window,
            @Nullable Will will) implements Packet {}

    record Connack(boolean sessionPresent) implements Packet {}

    record Subscribe(int packetId, Subscription subscription) implements Packet {}

    record Suback(int packetId) implements Packet {}

    record Unsubscribe(int packetId, TopicFilter filter) implements Packet {}

    record Unsuback(int packetId) implements Packet {}

    /** In both directions; packet id 0 at QoS 0. */
    record Publish(int packetId, Qos qos, boolean dup, boolean retain, Message message) implements Packet {}

    /** PUBACK, PUBREC, PUBREL and PUBCOMP, in both directions. */
    record Ack(Kind kind, int packetId) implements Packet {
        enum Kind {
            PUBACK,
            PUBREC,
            PUBREL,
            PUBCOMP
        }
    }

    record Disconnect() implements Packet {}
}
