package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The block of properties (2.2.2), in packets other than CONNECT. */
final class PropertyBlockCases implements Chapter {
    private static final Set<Property> OF_MESSAGE = EnumSet.of(
            Property.PAYLOAD_FORMAT_INDICATOR,
            Property.MESSAGE_EXPIRY_INTERVAL,
            Property.CONTENT_TYPE,
            Property.RESPONSE_TOPIC,
            Property.CORRELATION_DATA,
            Property.TOPIC_ALIAS,
            Property.USER_PROPERTY);
    private static final Set<Property> OF_ACK = EnumSet.of(Property.REASON_STRING, Property.USER_PROPERTY);

    /** Makes a packet with some properties. */
    @FunctionalInterface
    private interface Carrier {
        byte[] packet(Bench bench, Properties properties);
    }

    @Override
    public void addTo(Cases cases) {
        foreign(cases, "publish", OF_MESSAGE, PropertyBlockCases::publish);
        foreign(
                cases,
                "subscribe",
                EnumSet.of(Property.SUBSCRIPTION_IDENTIFIER, Property.USER_PROPERTY),
                PropertyBlockCases::subscribe);
        foreign(cases, "unsubscribe", EnumSet.of(Property.USER_PROPERTY), PropertyBlockCases::unsubscribe);
        for (PacketType type : EnumSet.range(PacketType.PUBACK, PacketType.PUBCOMP)) {
            foreign(
                    cases,
                    type.name().toLowerCase(Locale.ROOT),
                    OF_ACK,
                    (bench, properties) -> Packets.ack(type, 1, 0, properties));
        }
        foreign(
                cases,
                "disconnect",
                EnumSet.of(Property.SESSION_EXPIRY_INTERVAL, Property.REASON_STRING, Property.USER_PROPERTY),
                (bench, properties) -> Packets.disconnect(0, properties));
        lengths(cases);
        own(cases);
    }

    private static byte[] publish(Bench bench, Properties properties) {
        PublishPacket packet = bench.publishPacket(bench.topic("t"), "");
        copy(properties, packet.properties());
        return packet.toArray();
    }

    private static byte[] subscribe(Bench bench, Properties properties) {
        SubscribePacket packet = new SubscribePacket(bench.version(), 1).filter(bench.topic("t"), 0);
        copy(properties, packet.properties());
        return packet.toArray();
    }

    private static byte[] unsubscribe(Bench bench, Properties properties) {
        byte[] block = properties.toArray();
        Bytes body = new Bytes().u16(1).varInt(block.length).raw(block).text(bench.topic("t"));
        return Packets.packet(PacketType.UNSUBSCRIBE.first(), body.toArray());
    }

    private static void copy(Properties from, Properties to) {
        for (byte each : from.toArray()) {
            to.raw(each);
        }
    }

    private static void foreign(Cases cases, String packet, Set<Property> own, Carrier carrier) {
        cases.of("properties.foreign-to-" + packet, "Properties that are not this packet's end the connection")
                .v5("MQTT-2.2.2-1")
                .run(bench -> {
                    for (Property property : EnumSet.complementOf(EnumSet.copyOf(own))) {
                        refused(bench, property.toString(), carrier, new Properties().any(property));
                    }
                    for (int id : new int[] {0x00, 0x04, 0x0A, 0x10, 0x2B, 0x7F}) {
                        refused(bench, "property " + id, carrier, new Properties().raw(id, 0));
                    }
                    refused(bench, "property of two bytes", carrier, new Properties().raw(0x80, 0x01, 0));
                });
    }

    private static void refused(Bench bench, String what, Carrier carrier, Properties properties) throws Exception {
        bench.row(
                what,
                () -> bench.connect().send(carrier.packet(bench, properties)).expectThrownOut(0x81, 0x82));
    }

    private static void lengths(Cases cases) {
        cases.of("properties.length-absent", "A packet without its property length is malformed")
                .v5("MQTT-2.2.2-1")
                .run(bench -> {
                    for (PacketType type : new PacketType[] {PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE}) {
                        Bytes body = new Bytes().u16(1).text(bench.topic("t"));
                        byte[] packet = Packets.packet(
                                type.first(),
                                type == PacketType.SUBSCRIBE ? body.u8(0).toArray() : body.toArray());
                        bench.row(
                                type.toString(),
                                () -> bench.connect().send(packet).expectThrownOut(0x81, 0x82));
                    }
                    byte[] publish = Packets.packet(PacketType.PUBLISH.first(), 0, 1, 't');
                    bench.row("PUBLISH", () -> bench.connect().send(publish).expectThrownOut(0x81, 0x82));
                });
        cases.of("properties.length-wrong", "A property length that does not fit its properties is malformed")
                .v5("MQTT-2.2.2-1")
                .run(bench -> {
                    Map<String, int[]> blocks = new LinkedHashMap<>();
                    blocks.put("beyond the packet", new int[] {5, 0x01, 0});
                    blocks.put("in the middle of a property", new int[] {4, 0x02, 0, 0, 0, 1});
                    blocks.put("in the middle of a string", new int[] {4, 0x03, 0, 2, 'a', 'b'});
                    blocks.put("behind an identifier", new int[] {1, 0x01, 0});
                    blocks.put("not whole", new int[] {0x80});
                    blocks.put("far beyond", new int[] {0xFF, 0xFF, 0xFF, 0x7F});
                    for (Map.Entry<String, int[]> block : blocks.entrySet()) {
                        byte[] body = new Bytes()
                                .text(bench.topic("t"))
                                .raw(block.getValue())
                                .toArray();
                        bench.row(
                                block.getKey(),
                                () -> bench.connect()
                                        .send(Packets.packet(PacketType.PUBLISH.first(), body))
                                        .expectThrownOut(0x81, 0x82));
                    }
                });
    }

    private static void own(Cases cases) {
        cases.of("properties.own", "Properties that are a packet's own are taken, in any order")
                .v5("MQTT-2.2.2-1")
                .run(bench -> {
                    Client client = bench.connect();
                    for (Property property : OF_MESSAGE) {
                        if (property != Property.TOPIC_ALIAS) {
                            client.send(publish(bench, new Properties().any(property)));
                        }
                    }
                    Properties all = new Properties().user("a", "1");
                    for (Property property : OF_MESSAGE) {
                        if (property != Property.TOPIC_ALIAS) {
                            all.any(property);
                        }
                    }
                    client.send(publish(bench, all.user("z", "")));
                    client.send(subscribe(bench, new Properties().user("a", "1").user("a", "1")));
                    client.expectAck(PacketType.SUBACK, 1);
                    client.send(
                            unsubscribe(bench, new Properties().user("a", "1").user("a", "1")));
                    client.expectAck(PacketType.UNSUBACK, 1);
                    client.expectNothing();
                    client.send(Packets.disconnect(
                            0, new Properties().user("a", "1").number(Property.SESSION_EXPIRY_INTERVAL, 0)));
                    client.expectClosed();
                });
    }
}
