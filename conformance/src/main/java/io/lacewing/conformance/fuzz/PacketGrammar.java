package io.lacewing.conformance.fuzz;

import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import io.lacewing.conformance.wire.Version;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes packets that are in order, or nearly, of all that the grammar of a version has. */
final class PacketGrammar {
    private static final String PREFIX = "lwf/";
    private static final List<String> LEVELS = List.of("a", "b", "", "ä", "$x", " ", "long-level-name", "\uD83D\uDE00");
    private static final List<Property> OF_CONNECT = List.of(
            Property.SESSION_EXPIRY_INTERVAL,
            Property.RECEIVE_MAXIMUM,
            Property.MAXIMUM_PACKET_SIZE,
            Property.TOPIC_ALIAS_MAXIMUM,
            Property.REQUEST_RESPONSE_INFORMATION,
            Property.REQUEST_PROBLEM_INFORMATION,
            Property.USER_PROPERTY,
            Property.AUTHENTICATION_METHOD);
    private static final List<Property> OF_MESSAGE = List.of(
            Property.PAYLOAD_FORMAT_INDICATOR,
            Property.MESSAGE_EXPIRY_INTERVAL,
            Property.CONTENT_TYPE,
            Property.RESPONSE_TOPIC,
            Property.CORRELATION_DATA,
            Property.USER_PROPERTY);

    private final Random random;
    private final Version version;

    PacketGrammar(Random random, Version version) {
        this.random = random;
        this.version = version;
    }

    /** A CONNECT; few client ids, so that they meet. */
    byte[] connect() {
        ConnectPacket packet = new ConnectPacket(version, "lwf" + random.nextInt(200))
                .cleanStart(random.nextInt(4) != 0)
                .keepAlive(number());
        if (random.nextInt(3) == 0) {
            packet.properties(properties(random.nextInt(3) == 0 ? List.of(Property.values()) : OF_CONNECT));
        }
        if (random.nextInt(3) == 0) {
            Properties ofWill = properties(OF_MESSAGE);
            if (random.nextBoolean()) {
                ofWill.number(Property.WILL_DELAY_INTERVAL, random.nextInt(2));
            }
            packet.will(
                    topic().getBytes(StandardCharsets.UTF_8),
                    payload(),
                    random.nextInt(3),
                    random.nextInt(8) == 0,
                    ofWill);
        }
        if (random.nextInt(4) == 0) {
            packet.userName("user").password(payload());
        }
        if (version == Version.V3 && random.nextInt(5) == 0) {
            packet.protocolName("MQIsdp").level(3); // MQTT 3.1, which looks the same from here on
        }
        return packet.toArray();
    }

    /** Any packet that a client may send after its CONNECT, and now and then one that it may not. */
    byte[] any() {
        return switch (random.nextInt(13)) {
            case 0, 1, 2, 3 -> publish();
            case 4, 5 -> subscribe();
            case 6 -> unsubscribe();
            case 7 -> ack(PacketType.PUBACK);
            case 8 -> ack(PacketType.PUBREC);
            case 9 -> ack(PacketType.PUBREL);
            case 10 -> ack(PacketType.PUBCOMP);
            case 11 -> Packets.pingreq();
            default -> seldom();
        };
    }

    private byte[] seldom() {
        return switch (random.nextInt(5)) {
            case 0 -> connect();
            case 4 -> random.nextInt(4) == 0 ? masses() : publish();
            case 1 -> disconnect();
            case 2 ->
                Packets.auth(
                        random.nextBoolean() ? 0x18 : 0x19,
                        properties(List.of(
                                Property.AUTHENTICATION_METHOD, Property.AUTHENTICATION_DATA, Property.REASON_STRING)));
            default -> Packets.packet(random.nextInt(256), payload());
        };
    }

    private byte[] publish() {
        PublishPacket packet = new PublishPacket(version, topic().getBytes(StandardCharsets.UTF_8), payload());
        int qos = random.nextInt(3);
        packet.qos(qos, id());
        if (random.nextInt(6) == 0) {
            packet.retain();
        }
        if (random.nextInt(6) == 0) {
            packet.dup();
        }
        fill(packet.properties(), of(OF_MESSAGE));
        if (random.nextInt(4) == 0) {
            packet.with(Property.TOPIC_ALIAS, random.nextInt(20));
        }
        return packet.toArray();
    }

    private byte[] subscribe() {
        SubscribePacket packet = new SubscribePacket(version, id());
        if (random.nextInt(3) == 0) {
            fill(packet.properties(), of(List.of(Property.USER_PROPERTY)));
        }
        if (random.nextInt(4) == 0) {
            packet.identifier(number());
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            packet.filter(filter(), options());
        }
        return packet.toArray();
    }

    private int options() {
        if (random.nextInt(16) == 0) {
            return random.nextInt(256);
        }
        int qos = random.nextInt(3);
        return version == Version.V3 ? qos : qos | (random.nextInt(4) == 0 ? 4 : 0) | (random.nextInt(6) << 3);
    }

    private byte[] unsubscribe() {
        Properties properties = new Properties();
        if (random.nextInt(3) == 0) {
            fill(properties, of(List.of(Property.USER_PROPERTY)));
        }
        Bytes filters = new Bytes();
        for (int i = random.nextInt(4); i >= 0; i--) {
            filters.text(filter());
        }
        return Packets.unsubscribe(version, id(), properties, filters.toArray());
    }

    private byte[] ack(PacketType type) {
        return switch (version == Version.V3 ? 0 : random.nextInt(3)) {
            case 0 -> Packets.ack(type, id());
            case 1 -> Packets.ack(type, id(), random.nextInt(256));
            default ->
                Packets.ack(type, id(), 0, properties(of(List.of(Property.REASON_STRING, Property.USER_PROPERTY))));
        };
    }

    private byte[] disconnect() {
        return version == Version.V3 || random.nextBoolean()
                ? Packets.disconnect()
                : Packets.disconnect(
                        random.nextInt(256),
                        properties(List.of(
                                Property.SESSION_EXPIRY_INTERVAL, Property.REASON_STRING, Property.USER_PROPERTY)));
    }

    /** In order, but a great deal of it: many packets, or one with much in it. */
    private byte[] masses() {
        int count = 1 << random.nextInt(12);
        SubscribePacket subscribe = new SubscribePacket(version, id());
        PublishPacket publish = new PublishPacket(version, topic().getBytes(StandardCharsets.UTF_8), payload());
        Bytes packets = new Bytes();
        int kind = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            switch (kind) {
                case 0 -> subscribe.filter(filter(), random.nextInt(3));
                case 1 -> publish.properties().user("k", "v");
                case 2 -> packets.raw(publish());
                default -> packets.raw(ack(PacketType.PUBREL));
            }
        }
        return switch (kind) {
            case 0 -> subscribe.toArray();
            case 1 -> publish.toArray();
            default -> packets.toArray();
        };
    }

    // ---- parts ----

    /** Mostly those, sometimes all that there are. */
    private List<Property> of(List<Property> own) {
        return random.nextInt(6) == 0 ? List.of(Property.values()) : own;
    }

    private Properties properties(List<Property> of) {
        Properties properties = new Properties();
        fill(properties, of);
        return properties;
    }

    private void fill(Properties properties, List<Property> of) {
        for (int i = random.nextInt(4); i > 0; i--) {
            Property property = of.get(random.nextInt(of.size()));
            switch (property.form()) {
                case BYTE -> properties.number(property, random.nextInt(3));
                case TWO_BYTES, FOUR_BYTES, VARIABLE -> properties.number(property, number());
                case TEXT -> properties.text(property, topic());
                case BINARY -> properties.binary(property, payload());
                case PAIR -> properties.user("k" + random.nextInt(3), topic());
            }
        }
        if (random.nextInt(20) == 0) {
            spoil(properties, of.get(random.nextInt(of.size())));
        }
    }

    /** A fault inside the block, all lengths around which are right; or one in the length of the block itself. */
    private void spoil(Properties properties, Property last) {
        byte[] whole = new Properties().any(last).toArray();
        switch (random.nextInt(4)) {
            case 0 -> properties.any(last).any(last);
            case 1 -> properties.raw(random.nextInt(256));
            case 2 -> {
                for (int i = random.nextInt(whole.length); i >= 0; i--) {
                    properties.raw(whole[whole.length - 1 - i]);
                }
            }
            default -> properties.length(random.nextInt(256));
        }
    }

    /** Small numbers, round ones, and the greatest. */
    private int number() {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> 65_535;
            case 3 -> 1 << random.nextInt(28);
            default -> random.nextInt(100);
        };
    }

    private int id() {
        return random.nextInt(20) == 0 ? random.nextInt(65_536) : random.nextInt(8);
    }

    private String topic() {
        StringBuilder topic = new StringBuilder(PREFIX).append(LEVELS.get(random.nextInt(2)));
        for (int i = random.nextInt(3); i > 0; i--) {
            topic.append('/').append(LEVELS.get(random.nextInt(LEVELS.size())));
        }
        return switch (random.nextInt(100)) {
            case 0 -> topic.append("/+").toString();
            case 1 -> topic.append("/#").toString();
            case 2 -> topic.append("/".repeat(1 << random.nextInt(16))).toString();
            case 3 -> "";
            default -> topic.toString();
        };
    }

    private String filter() {
        String topic = topic();
        return switch (random.nextInt(8)) {
            case 0 -> PREFIX + "#";
            case 1 -> PREFIX + "+/" + LEVELS.get(random.nextInt(LEVELS.size()));
            case 2 -> topic + "/#";
            case 3 -> "$share/g" + random.nextInt(2) + "/" + topic;
            case 4 -> "$share/" + topic;
            case 5 -> topic + "#/+a";
            default -> topic;
        };
    }

    private byte[] payload() {
        byte[] payload = new byte[random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(20)];
        random.nextBytes(payload);
        return payload;
    }
}
