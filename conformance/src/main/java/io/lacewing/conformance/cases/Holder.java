package io.lacewing.conformance.cases;

import static io.lacewing.conformance.wire.Property.AUTHENTICATION_DATA;
import static io.lacewing.conformance.wire.Property.AUTHENTICATION_METHOD;
import static io.lacewing.conformance.wire.Property.CONTENT_TYPE;
import static io.lacewing.conformance.wire.Property.CORRELATION_DATA;
import static io.lacewing.conformance.wire.Property.MAXIMUM_PACKET_SIZE;
import static io.lacewing.conformance.wire.Property.MESSAGE_EXPIRY_INTERVAL;
import static io.lacewing.conformance.wire.Property.PAYLOAD_FORMAT_INDICATOR;
import static io.lacewing.conformance.wire.Property.REASON_STRING;
import static io.lacewing.conformance.wire.Property.RECEIVE_MAXIMUM;
import static io.lacewing.conformance.wire.Property.REQUEST_PROBLEM_INFORMATION;
import static io.lacewing.conformance.wire.Property.REQUEST_RESPONSE_INFORMATION;
import static io.lacewing.conformance.wire.Property.RESPONSE_TOPIC;
import static io.lacewing.conformance.wire.Property.SESSION_EXPIRY_INTERVAL;
import static io.lacewing.conformance.wire.Property.SUBSCRIPTION_IDENTIFIER;
import static io.lacewing.conformance.wire.Property.TOPIC_ALIAS;
import static io.lacewing.conformance.wire.Property.TOPIC_ALIAS_MAXIMUM;
import static io.lacewing.conformance.wire.Property.USER_PROPERTY;
import static io.lacewing.conformance.wire.Property.WILL_DELAY_INTERVAL;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** Each place in the packets of a client where properties stand (2.2.2.2), with a packet around them that is in order. */
enum Holder {
    CONNECT,
    WILL,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    UNSUBSCRIBE,
    DISCONNECT,
    AUTH;

    /** What a client may put here. */
    Set<Property> own() {
        return switch (this) {
            case CONNECT ->
                EnumSet.of(
                        SESSION_EXPIRY_INTERVAL,
                        RECEIVE_MAXIMUM,
                        MAXIMUM_PACKET_SIZE,
                        TOPIC_ALIAS_MAXIMUM,
                        REQUEST_RESPONSE_INFORMATION,
                        REQUEST_PROBLEM_INFORMATION,
                        USER_PROPERTY,
                        AUTHENTICATION_METHOD,
                        AUTHENTICATION_DATA);
            case WILL ->
                EnumSet.of(
                        WILL_DELAY_INTERVAL,
                        PAYLOAD_FORMAT_INDICATOR,
                        MESSAGE_EXPIRY_INTERVAL,
                        CONTENT_TYPE,
                        RESPONSE_TOPIC,
                        CORRELATION_DATA,
                        USER_PROPERTY);
            case PUBLISH ->
                EnumSet.of(
                        PAYLOAD_FORMAT_INDICATOR,
                        MESSAGE_EXPIRY_INTERVAL,
                        TOPIC_ALIAS,
                        RESPONSE_TOPIC,
                        CORRELATION_DATA,
                        CONTENT_TYPE,
                        USER_PROPERTY);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> EnumSet.of(REASON_STRING, USER_PROPERTY);
            case SUBSCRIBE -> EnumSet.of(SUBSCRIPTION_IDENTIFIER, USER_PROPERTY);
            case UNSUBSCRIBE -> EnumSet.of(USER_PROPERTY);
            case DISCONNECT -> EnumSet.of(SESSION_EXPIRY_INTERVAL, REASON_STRING, USER_PROPERTY);
            case AUTH -> EnumSet.of(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING, USER_PROPERTY);
        };
    }

    /** The packet in which this stands. */
    PacketType type() {
        return this == WILL ? PacketType.CONNECT : PacketType.valueOf(name());
    }

    /**
     * The reason codes for a fault of which the standard says {@code reason}. An AUTH comes out of turn in these cases,
     * which is a protocol error as well.
     */
    int[] reasons(int reason) {
        return this == AUTH ? new int[] {0x81, 0x82} : new int[] {reason};
    }

    /** A packet with these properties, in order but for them. What follows them begins with a zero where it can. */
    byte[] packet(Bench bench, Properties properties) {
        byte[] topic = bench.topic("t").getBytes(StandardCharsets.UTF_8);
        return switch (this) {
            case CONNECT -> bench.connectPacket().properties(properties).toArray();
            case WILL ->
                bench.connectPacket()
                        .will(topic, new byte[2], 0, false, properties)
                        .toArray();
            case PUBLISH -> {
                PublishPacket packet = new PublishPacket(bench.version(), topic, new byte[2], properties);
                yield packet.toArray();
            }
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> Packets.ack(type(), 1, 0, properties);
            case SUBSCRIBE ->
                new SubscribePacket(bench.version(), 1, properties)
                        .filter(topic, 0)
                        .toArray();
            case UNSUBSCRIBE ->
                Packets.unsubscribe(
                        bench.version(),
                        1,
                        properties,
                        new Bytes().binary(topic).toArray());
            case DISCONNECT -> Packets.disconnect(0, properties);
            case AUTH -> Packets.auth(0x18, properties);
        };
    }
}
