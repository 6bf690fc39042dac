package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The properties of CONNECT and of its will (3.1.2.11, 3.1.3.2), and what they ask of the server. */
final class ConnectPropertyCases implements Chapter {
    private static final Set<Property> OF_CONNECT = EnumSet.of(
            Property.SESSION_EXPIRY_INTERVAL,
            Property.RECEIVE_MAXIMUM,
            Property.MAXIMUM_PACKET_SIZE,
            Property.TOPIC_ALIAS_MAXIMUM,
            Property.REQUEST_RESPONSE_INFORMATION,
            Property.REQUEST_PROBLEM_INFORMATION,
            Property.USER_PROPERTY,
            Property.AUTHENTICATION_METHOD,
            Property.AUTHENTICATION_DATA);
    private static final Set<Property> OF_WILL = EnumSet.of(
            Property.WILL_DELAY_INTERVAL,
            Property.PAYLOAD_FORMAT_INDICATOR,
            Property.MESSAGE_EXPIRY_INTERVAL,
            Property.CONTENT_TYPE,
            Property.RESPONSE_TOPIC,
            Property.CORRELATION_DATA,
            Property.USER_PROPERTY);

    /** Makes a CONNECT with some properties. */
    @FunctionalInterface
    private interface Carrier {
        ConnectPacket packet(Bench bench, Properties properties);
    }

    @Override
    public void addTo(Cases cases) {
        block(
                cases,
                "connect",
                OF_CONNECT,
                (bench, properties) -> bench.connectPacket().properties(properties));
        block(cases, "will", OF_WILL, ConnectPropertyCases::willed);
        values(cases);
        lengths(cases);
        topicAliases(cases);
        responseInformation(cases);
        problemInformation(cases);
    }

    private static ConnectPacket willed(Bench bench, Properties properties) {
        byte[] topic = bench.topic("t").getBytes(StandardCharsets.UTF_8);
        return bench.connectPacket().will(topic, new byte[] {'w'}, 0, false, properties);
    }

    private static void block(Cases cases, String where, Set<Property> own, Carrier carrier) {
        cases.of("properties.foreign-to-" + where, "Properties that don't belong there make a CONNECT malformed")
                .v5("MQTT-3.1.4-1")
                .run(bench -> {
                    for (Property property : EnumSet.complementOf(EnumSet.copyOf(own))) {
                        refused(bench, property.toString(), carrier, new Properties().any(property));
                    }
                    for (int id : new int[] {0x00, 0x04, 0x0A, 0x10, 0x2B, 0x7F}) {
                        refused(bench, "property " + id, carrier, new Properties().raw(id, 0));
                    }
                });
        cases.of("properties.twice-in-" + where, "A property that may come once, and comes twice, is a protocol error")
                .v5("MQTT-3.1.4-1")
                .run(bench -> {
                    for (Property property : own) {
                        Properties twice = new Properties();
                        if (property == Property.AUTHENTICATION_DATA) {
                            twice.any(Property.AUTHENTICATION_METHOD);
                        }
                        twice.any(property).any(property);
                        if (property == Property.USER_PROPERTY) {
                            bench.row("" + property, () -> bench.connect(carrier.packet(bench, twice)));
                        } else {
                            bench.row(
                                    "" + property,
                                    () -> bench.open()
                                            .send(carrier.packet(bench, twice).toArray())
                                            .expectRefused(0x82));
                        }
                    }
                });
    }

    private static void refused(Bench bench, String what, Carrier carrier, Properties properties) throws Exception {
        bench.row(
                what,
                () -> bench.open()
                        .send(carrier.packet(bench, properties).toArray())
                        .expectRefused(0x81, 0x82));
    }

    private static void values(Cases cases) {
        cases.of("connect.property-values", "Properties with values that they can't have are refused")
                .v5("MQTT-3.1.4-1")
                .run(bench -> {
                    Map<String, Properties> wrong = new LinkedHashMap<>();
                    wrong.put("receive maximum 0", new Properties().number(Property.RECEIVE_MAXIMUM, 0));
                    wrong.put("maximum packet size 0", new Properties().number(Property.MAXIMUM_PACKET_SIZE, 0));
                    for (int value : new int[] {2, 0x80, 0xFF}) {
                        wrong.put(
                                "request response information " + value,
                                new Properties().number(Property.REQUEST_RESPONSE_INFORMATION, value));
                        wrong.put(
                                "request problem information " + value,
                                new Properties().number(Property.REQUEST_PROBLEM_INFORMATION, value));
                    }
                    wrong.put("data without a method", new Properties().any(Property.AUTHENTICATION_DATA));
                    for (Map.Entry<String, Properties> row : wrong.entrySet()) {
                        refused(bench, row.getKey(), (b, p) -> b.connectPacket().properties(p), row.getValue());
                    }
                });
        cases.of("connect.will-property-values", "Properties of a will with values that they can't have are refused")
                .v5("MQTT-3.1.4-1")
                .run(bench -> {
                    bench.skipUnless(bench.strict(), "the standard does not name these errors for wills");
                    Properties format = new Properties().number(Property.PAYLOAD_FORMAT_INDICATOR, 2);
                    refused(bench, "payload format 2", ConnectPropertyCases::willed, format);
                    Properties topic = new Properties().text(Property.RESPONSE_TOPIC, "a/#");
                    refused(bench, "response topic with a wildcard", ConnectPropertyCases::willed, topic);
                });
        cases.of("connect.property-edges", "Properties at both ends of what they can be are taken")
                .v5("MQTT-3.1.4-5")
                .run(bench -> {
                    for (long max : new long[] {0, 0xFFFF_FFFFL}) {
                        Properties properties = new Properties()
                                .number(Property.RECEIVE_MAXIMUM, max == 0 ? 1 : 65_535)
                                .number(Property.MAXIMUM_PACKET_SIZE, max == 0 ? 1_000 : max)
                                .number(Property.TOPIC_ALIAS_MAXIMUM, max == 0 ? 0 : 65_535)
                                .number(Property.REQUEST_RESPONSE_INFORMATION, max == 0 ? 0 : 1)
                                .number(Property.REQUEST_PROBLEM_INFORMATION, max == 0 ? 0 : 1)
                                .number(Property.SESSION_EXPIRY_INTERVAL, max)
                                .user("", "");
                        ConnectPacket packet = bench.connectPacket().properties(properties);
                        bench.connect(packet).expectNothing();
                        SessionCases.end(bench, packet.clientId());
                    }
                });
    }

    private static void lengths(Cases cases) {
        cases.of("connect.property-length", "A property length that does not fit makes a CONNECT malformed")
                .v5("MQTT-2.2.2-1", "MQTT-3.1.4-1")
                .run(bench -> {
                    Map<String, int[]> blocks = new LinkedHashMap<>();
                    blocks.put("absent", new int[0]);
                    blocks.put("too long", new int[] {6, 0x11, 0, 0, 0, 1});
                    blocks.put("too short", new int[] {4, 0x11, 0, 0, 0, 1});
                    blocks.put("of five bytes", new int[] {0x80, 0x80, 0x80, 0x80, 0});
                    blocks.put("far beyond", new int[] {0xFF, 0xFF, 0xFF, 0x7F});
                    for (Map.Entry<String, int[]> block : blocks.entrySet()) {
                        byte[] body = new Bytes()
                                .text("MQTT")
                                .raw(5, 2, 0, 60)
                                .raw(block.getValue())
                                .text(bench.clientId())
                                .toArray();
                        bench.row(
                                block.getKey(),
                                () -> bench.open()
                                        .send(Packets.packet(PacketType.CONNECT.first(), body))
                                        .expectRefused(0x81, 0x82));
                    }
                });
    }

    private static void topicAliases(Cases cases) {
        for (int maximum : new int[] {-1, 0, 1, 3}) {
            String name = "connect.topic-alias-maximum" + (maximum < 0 ? "-absent" : "-" + maximum);
            cases.of(name, "The server uses no topic alias above the client's maximum")
                    .v5(maximum > 0 ? "MQTT-3.1.2-26" : "MQTT-3.1.2-27")
                    .run(bench -> {
                        Properties properties = new Properties();
                        if (maximum >= 0) {
                            properties.number(Property.TOPIC_ALIAS_MAXIMUM, maximum);
                        }
                        Client client = bench.connect(bench.connectPacket().properties(properties));
                        for (int i = 0; i < 6; i++) {
                            client.subscribe(bench.topic("t" + i), 0);
                        }
                        Map<Long, String> aliases = new HashMap<>();
                        for (int i = 0; i < 18; i++) {
                            String topic = bench.topic("t" + i % 6);
                            client.publish(topic, "m" + i, 0);
                            checkAlias(client.expectPublish("m" + i), topic, maximum, aliases);
                        }
                    });
        }
    }

    private static void checkAlias(Packet packet, String topic, int maximum, Map<Long, String> aliases) {
        long alias = packet.number(Property.TOPIC_ALIAS, 0);
        Expect.that(alias <= Math.max(0, maximum), "topic alias " + alias + " is above the maximum");
        if (alias != 0 && !packet.topic().isEmpty()) {
            aliases.put(alias, packet.topic());
        }
        String named = packet.topic().isEmpty() ? aliases.getOrDefault(alias, "") : packet.topic();
        Expect.equal("topic", topic, named);
    }

    private static void responseInformation(Cases cases) {
        cases.of("connect.no-response-information", "Response Information is sent to those only that ask for it")
                .v5("MQTT-3.1.2-28")
                .run(bench -> {
                    for (int asked = -1; asked <= 0; asked++) {
                        Properties properties = new Properties();
                        if (asked == 0) {
                            properties.number(Property.REQUEST_RESPONSE_INFORMATION, 0);
                        }
                        Packet connack =
                                bench.open().connect(bench.connectPacket().properties(properties));
                        Expect.that(!connack.has(Property.RESPONSE_INFORMATION), "nobody asked for " + connack);
                    }
                });
    }

    private static void problemInformation(Cases cases) {
        cases.of("connect.no-problem-information", "Acknowledgements have no reason string if the client wants none")
                .v5("MQTT-3.1.2-29")
                .run(bench -> {
                    Properties none = new Properties().number(Property.REQUEST_PROBLEM_INFORMATION, 0);
                    Client client = bench.connect(bench.connectPacket().properties(none));
                    provoke(bench, client);
                    bench.row(
                            "CONNACK",
                            () -> bench.open()
                                    .send(bench.connectPacket()
                                            .properties(new Properties()
                                                    .number(Property.REQUEST_PROBLEM_INFORMATION, 0)
                                                    .text(Property.AUTHENTICATION_METHOD, "there is no such method"))
                                            .toArray())
                                    .expectRefused(0x8C, 0x87));
                });
    }

    /** Answers of each type, most with a code that gives reason to say more. */
    private static void provoke(Bench bench, Client client) {
        SubscribePacket subscribe = new SubscribePacket(bench.version(), 1).filter(bench.topic("t"), 0);
        if (bench.capabilities().sharedSubscriptions()) {
            subscribe.filter("$share/group/" + bench.topic("t"), 0);
        }
        plain(client.subscribe(subscribe));
        client.send(Packets.unsubscribe(bench.version(), 2, bench.topic("nothing")));
        plain(client.expect(PacketType.UNSUBACK));
        PublishPacket publish = bench.publishPacket(bench.topic("nobody"), "m");
        client.send(publish.qos(1, 3).toArray());
        plain(client.expect(PacketType.PUBACK));
        if (bench.capabilities().maximumQos() == 2) {
            client.send(
                    bench.publishPacket(bench.topic("nobody"), "m").qos(2, 4).toArray());
            plain(client.expect(PacketType.PUBREC));
            client.send(Packets.ack(PacketType.PUBREL, 4));
            plain(client.expect(PacketType.PUBCOMP));
            client.send(Packets.ack(PacketType.PUBREL, 5));
            plain(client.expect(PacketType.PUBCOMP));
        }
    }

    private static void plain(Packet answer) {
        Expect.that(
                !answer.has(Property.REASON_STRING) && !answer.has(Property.USER_PROPERTY),
                "the client wants no problem information, " + answer + " came");
    }
}
