package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Packets cut short at each byte: with a remaining length that fits what is left, which the broker must find out, and with
 * the old one before the client dies, at which the broker must not wait for the rest.
 */
final class HostileTruncationCases implements Chapter {
    /** Protocol name and level: before them a CONNECT has no version. */
    private static final int NAME_AND_LEVEL = 7;

    /** A packet in order, and the lengths of its body at which a cut one is in order, too. */
    private record Sample(byte[] packet, Set<Integer> alsoRight) {
        Sample(byte[] packet, Integer... alsoRight) {
            this(packet, Set.of(alsoRight));
        }

        byte[] body() {
            int header = packet.length < 130 ? 2 : 3;
            return Arrays.copyOfRange(packet, header, packet.length);
        }
    }

    @Override
    public void addTo(Cases cases) {
        for (PacketType type : PacketType.values()) {
            switch (type) {
                case CONNECT, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT ->
                    add(cases, type);
                case AUTH ->
                    draft(cases, type).v5("MQTT-4.13.1-1").run(Hostile.rows(hostile -> cutEverywhere(hostile, type)));
                case RESERVED, CONNACK, SUBACK, UNSUBACK, PINGRESP -> {} // not sent by clients
            }
        }
    }

    private static Cases.Draft draft(Cases cases, PacketType type) {
        String name = "hostile." + type.name().toLowerCase(Locale.ROOT) + "-truncated";
        return cases.of(name, "Wherever a " + type + " is cut short, the connection ends");
    }

    private static void add(Cases cases, PacketType type) {
        Cases.Draft draft = draft(cases, type);
        if (type == PacketType.CONNECT) {
            draft.v3("MQTT-3.1.4-1").v5("MQTT-3.1.4-1", "MQTT-4.13.1-1");
        } else {
            draft.v3("MQTT-4.8.0-1").v5("MQTT-4.13.1-1");
        }
        draft.run(Hostile.rows(hostile -> cutEverywhere(hostile, type)));
    }

    private static void cutEverywhere(Hostile hostile, PacketType type) throws Exception {
        Sample sample = sample(hostile.bench(), type);
        byte[] body = sample.body();
        for (int length = 0; length < body.length; length++) {
            if (!sample.alsoRight().contains(length)) {
                byte[] cut = Packets.packet(sample.packet()[0], Arrays.copyOf(body, length));
                cut(hostile, type, "a body of " + length + " of " + body.length + " bytes", length, cut);
            }
        }
        byte[] whole = sample.packet();
        for (int length = 1; length < whole.length; length++) {
            hostile.dies(
                    type != PacketType.CONNECT,
                    "the end of the stream after " + length + " of " + whole.length + " bytes",
                    Arrays.copyOf(whole, length));
        }
    }

    private static void cut(Hostile hostile, PacketType type, String what, int length, byte[] cut) throws Exception {
        if (type == PacketType.CONNECT && length < NAME_AND_LEVEL) {
            hostile.notTaken(what, cut);
        } else if (type == PacketType.AUTH || type == PacketType.SUBSCRIBE || type == PacketType.UNSUBSCRIBE) {
            // An AUTH comes out of turn; without any filter, the others are no malformed packets but protocol errors.
            hostile.refused(type, what, cut, 0x81, 0x82);
        } else {
            hostile.refused(type, what, cut, 0x81);
        }
    }

    /** A packet with all that it can have, as far as the broker takes it. */
    private static Sample sample(Bench bench, PacketType type) {
        byte[] topic = bench.topic("t").getBytes(StandardCharsets.UTF_8);
        Properties user = new Properties().user("k", "v");
        return switch (type) {
            case CONNECT ->
                new Sample(bench.connectPacket()
                        .keepAlive(10)
                        .properties(new Properties()
                                .number(Property.RECEIVE_MAXIMUM, 10)
                                .user("k", "v"))
                        .will(topic, Bytes.of(1, 2), 0, false, new Properties().text(Property.CONTENT_TYPE, "t"))
                        .userName("u")
                        .password(Bytes.of(1, 2))
                        .toArray());
            case PUBLISH -> {
                int qos = Math.min(1, bench.capabilities().maximumQos());
                Properties properties = new Properties()
                        .number(Property.MESSAGE_EXPIRY_INTERVAL, 60)
                        .text(Property.CONTENT_TYPE, "t");
                // Without a payload: a cut one would be in order.
                yield new Sample(new PublishPacket(bench.version(), topic, new byte[0], properties)
                        .qos(qos, 1)
                        .toArray());
            }
            case PUBACK, PUBREC, PUBREL, PUBCOMP ->
                bench.v5()
                        ? new Sample(Packets.ack(type, 1, 0, user.text(Property.REASON_STRING, "r")), 2, 3)
                        : new Sample(Packets.ack(type, 1));
            case SUBSCRIBE -> {
                int first = 2 + (bench.v5() ? user.block().length : 0) + 2 + topic.length + 1;
                yield new Sample(
                        new SubscribePacket(bench.version(), 1, user)
                                .filter(topic, 0)
                                .filter(topic, 1)
                                .toArray(),
                        first);
            }
            case UNSUBSCRIBE -> {
                int first = 2 + (bench.v5() ? user.block().length : 0) + 2 + topic.length;
                byte[] filters = new Bytes().binary(topic).binary(topic).toArray();
                yield new Sample(Packets.unsubscribe(bench.version(), 1, user, filters), first);
            }
            case DISCONNECT ->
                bench.v5() ? new Sample(Packets.disconnect(0, user), 0, 1) : new Sample(Packets.disconnect());
            case AUTH ->
                new Sample(Packets.auth(
                        0x18,
                        new Properties()
                                .text(Property.AUTHENTICATION_METHOD, "m")
                                .text(Property.AUTHENTICATION_DATA, "d")));
            case PINGREQ -> new Sample(Packets.pingreq());
            case RESERVED, CONNACK, SUBACK, UNSUBACK, PINGRESP ->
                throw new IllegalArgumentException(type + " is not sent by clients");
        };
    }
}
