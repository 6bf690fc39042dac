package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Data representation (1.5): strings, pairs of them, binary data. */
final class DataCases implements Chapter {
    private static final Map<String, byte[]> ILL_FORMED = illFormed();

    private static Map<String, byte[]> illFormed() {
        Map<String, byte[]> found = new LinkedHashMap<>();
        found.put("U+D800", Bytes.of(0xED, 0xA0, 0x80));
        found.put("U+DBFF", Bytes.of(0xED, 0xAF, 0xBF));
        found.put("U+DC00", Bytes.of(0xED, 0xB0, 0x80));
        found.put("U+DFFF", Bytes.of(0xED, 0xBF, 0xBF));
        found.put("a pair of surrogates", Bytes.of(0xED, 0xA0, 0x81, 0xED, 0xB0, 0x80));
        found.put("U+0000 in two bytes", Bytes.of(0xC0, 0x80));
        found.put("'/' in two bytes", Bytes.of(0xC0, 0xAF));
        found.put("U+007F in two bytes", Bytes.of(0xC1, 0xBF));
        found.put("U+07FF in three bytes", Bytes.of(0xE0, 0x9F, 0xBF));
        found.put("U+FFFF in four bytes", Bytes.of(0xF0, 0x8F, 0xBF, 0xBF));
        found.put("U+110000", Bytes.of(0xF4, 0x90, 0x80, 0x80));
        found.put("a first byte for five", Bytes.of(0xF8, 0x88, 0x80, 0x80, 0x80));
        found.put("byte 0xFE", Bytes.of(0xFE));
        found.put("byte 0xFF", Bytes.of(0xFF));
        found.put("a continuation alone", Bytes.of(0x80));
        found.put("a continuation missing in the middle", Bytes.of(0xE2, 0x82, 'x'));
        found.put("one of two bytes", Bytes.of(0xC3));
        found.put("two of three bytes", Bytes.of(0xE2, 0x82));
        found.put("three of four bytes", Bytes.of(0xF0, 0x9F, 0x98));
        return found;
    }

    /** What sends a string's bytes in some field, on an open connection for a CONNECT, else on an accepted one. */
    @FunctionalInterface
    private interface Field {
        byte[] packet(Bench bench, byte[] text);
    }

    @Override
    public void addTo(Cases cases) {
        inConnect(cases);
        inOthers(cases);
        pairs(cases);
        byteOrderMark(cases);
        edges(cases);
    }

    // ---- ill-formed strings ----

    private static void inConnect(Cases cases) {
        connectField(
                cases,
                "client-id",
                "MQTT-3.1.3-4",
                "MQTT-3.1.3-4",
                (bench, text) -> bench.connectPacket().clientId(text).toArray());
        connectField(
                cases,
                "will-topic",
                "MQTT-3.1.3-10",
                "MQTT-3.1.3-11",
                (bench, text) -> bench.connectPacket()
                        .will(text, new byte[0], 0, false, new Properties())
                        .toArray());
        connectField(
                cases,
                "user-name",
                "MQTT-3.1.3-11",
                "MQTT-3.1.3-12",
                (bench, text) -> bench.connectPacket().userName(text).toArray());
        connectField(
                cases,
                "content-type",
                "",
                "MQTT-3.1.4-1",
                (bench, text) -> bench.connectPacket()
                        .will(topic(bench), text, 0, false, new Properties().binary(Property.CONTENT_TYPE, text))
                        .toArray());
        connectField(
                cases,
                "authentication-method",
                "",
                "MQTT-3.1.4-1",
                (bench, text) -> bench.connectPacket()
                        .properties(new Properties().binary(Property.AUTHENTICATION_METHOD, text))
                        .toArray());
    }

    private static byte[] topic(Bench bench) {
        return utf8(bench.topic("t"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void connectField(Cases cases, String name, String v3, String v5, Field field) {
        cases.of("data.ill-formed-" + name, "A CONNECT whose " + words(name) + " is not UTF-8 is refused")
                .v3(v3.isEmpty() ? new String[0] : new String[] {"MQTT-1.5.3-1", "MQTT-1.5.3-2", v3, "MQTT-3.1.4-1"})
                .v5("MQTT-1.5.4-1", "MQTT-1.5.4-2", v5)
                .run(bench -> {
                    for (Map.Entry<String, byte[]> text : ILL_FORMED.entrySet()) {
                        bench.row(
                                text.getKey(), () -> refused(bench, field.packet(bench, surrounded(text.getValue()))));
                    }
                    bench.row("cut off", () -> refused(bench, field.packet(bench, Bytes.of('a', 0xE2, 0x82))));
                    bench.row("U+0000", () -> refused(bench, field.packet(bench, Bytes.of('a', 0, 'b'))));
                    bench.row("U+0000 alone", () -> refused(bench, field.packet(bench, Bytes.of(0))));
                });
    }

    private static void refused(Bench bench, byte[] connect) {
        Client client = bench.open();
        client.send(connect);
        client.expectMalformed(0x81);
    }

    private static String words(String name) {
        return name.replace('-', ' ');
    }

    private static byte[] surrounded(byte[] text) {
        return new Bytes().u8('a').raw(text).u8('z').toArray();
    }

    private static void inOthers(Cases cases) {
        field(
                cases,
                "topic-name",
                true,
                (bench, text) -> new PublishPacket(bench.version(), text, new byte[0]).toArray());
        field(
                cases,
                "topic-filter",
                true,
                (bench, text) ->
                        new SubscribePacket(bench.version(), 1).filter(text, 0).toArray());
        field(cases, "unsubscribe-filter", true, (bench, text) -> {
            Bytes body = new Bytes().u16(1).raw(bench.v5() ? new byte[1] : new byte[0]);
            return Packets.packet(
                    PacketType.UNSUBSCRIBE.first(), body.binary(text).toArray());
        });
        field(cases, "response-topic", false, (bench, text) -> message(bench, Property.RESPONSE_TOPIC, text));
        field(cases, "message-content-type", false, (bench, text) -> message(bench, Property.CONTENT_TYPE, text));
        field(
                cases,
                "reason-string",
                false,
                (bench, text) -> Packets.disconnect(0, new Properties().binary(Property.REASON_STRING, text)));
    }

    private static byte[] message(Bench bench, Property property, byte[] text) {
        PublishPacket packet = bench.publishPacket(bench.topic("t"), "");
        packet.properties().binary(property, text);
        return packet.toArray();
    }

    private static void field(Cases cases, String name, boolean inV3, Field field) {
        cases.of("data.ill-formed-" + name, "A packet whose " + words(name) + " is not UTF-8 ends the connection")
                .v3(inV3 ? new String[] {"MQTT-1.5.3-1", "MQTT-1.5.3-2"} : new String[0])
                .v5("MQTT-1.5.4-1", "MQTT-1.5.4-2")
                .run(bench -> {
                    for (Map.Entry<String, byte[]> text : ILL_FORMED.entrySet()) {
                        bench.row(
                                text.getKey(),
                                () -> bench.connect()
                                        .send(field.packet(bench, surrounded(text.getValue())))
                                        .expectThrownOut(0x81));
                    }
                    bench.row(
                            "U+0000",
                            () -> bench.connect()
                                    .send(field.packet(bench, Bytes.of('a', 0, 'b')))
                                    .expectThrownOut(0x81));
                });
    }

    private static void pairs(Cases cases) {
        cases.of("data.ill-formed-pair", "Name and value of a user property are checked like other strings")
                .v5("MQTT-1.5.7-1")
                .run(bench -> {
                    for (Map.Entry<String, byte[]> text : ILL_FORMED.entrySet()) {
                        pair(bench, text.getKey(), text.getValue());
                    }
                    pair(bench, "U+0000", Bytes.of('a', 0));
                });
        cases.of("data.pair-whole", "A user property without its value is malformed")
                .v5("MQTT-1.5.7-1")
                .run(bench -> {
                    PublishPacket packet = bench.publishPacket(bench.topic("t"), "");
                    packet.properties().raw(Property.USER_PROPERTY.id(), 0, 1, 'n');
                    bench.connect().send(packet.toArray()).expectThrownOut(0x81);
                });
    }

    private static void pair(Bench bench, String what, byte[] text) throws Exception {
        byte[] name = new Bytes().binary(text).text("v").toArray();
        bench.row(what + " in the name", () -> refusedPair(bench, name));
        byte[] value = new Bytes().text("n").binary(text).toArray();
        bench.row(what + " in the value", () -> refusedPair(bench, value));
    }

    private static void refusedPair(Bench bench, byte[] pair) {
        PublishPacket packet = bench.publishPacket(bench.topic("t"), "");
        packet.properties().raw(Property.USER_PROPERTY.id());
        for (byte each : pair) {
            packet.properties().raw(each);
        }
        bench.connect().send(packet.toArray()).expectThrownOut(0x81);
    }

    // ---- strings as they should be ----

    private static void byteOrderMark(Cases cases) {
        cases.of("data.byte-order-mark", "A byte order mark in a topic is part of it")
                .v3("MQTT-1.5.3-3")
                .v5("MQTT-1.5.4-3")
                .run(bench -> {
                    for (String place : List.of("\uFEFFa", "a\uFEFFb", "a\uFEFF")) {
                        Client subscriber = bench.connect();
                        subscriber.subscribe("\uFEFF" + bench.topic(place), 0);
                        subscriber.subscribe(bench.topic(place), 0);
                        Client publisher = bench.connect();
                        publisher.publish(bench.topic(place.replace("\uFEFF", "")), "without", 1);
                        publisher.publish(bench.topic(place), "within", 1);
                        publisher.publish("\uFEFF" + bench.topic(place), "first", 1);
                        check("within", bench.topic(place), subscriber.expect(PacketType.PUBLISH));
                        check("first", "\uFEFF" + bench.topic(place), subscriber.expect(PacketType.PUBLISH));
                    }
                });
        cases.of("data.byte-order-mark-client-id", "A byte order mark makes another client id")
                .v3("MQTT-1.5.3-3")
                .v5("MQTT-1.5.4-3")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id));
                    Client other = bench.open();
                    other.send(bench.connectPacket("\uFEFF" + id).toArray());
                    Packet connack = other.expect(PacketType.CONNACK);
                    bench.skipUnless(connack.reason() == 0, "the broker does not allow such client ids");
                    client.expectNothing();
                });
        cases.of("data.byte-order-mark-property", "A byte order mark in properties is passed on")
                .v5("MQTT-1.5.4-3", "MQTT-1.5.7-1")
                .run(bench -> {
                    Client subscriber = bench.connect();
                    subscriber.subscribe(bench.topic("t"), 0);
                    PublishPacket packet =
                            bench.publishPacket(bench.topic("t"), "m").with(Property.CONTENT_TYPE, "\uFEFFtext");
                    packet.properties().user("\uFEFFn", "v\uFEFF");
                    bench.connect().publish(packet);
                    Packet got = subscriber.expectPublish("m");
                    Expect.equal("content type", "\uFEFFtext", got.text(Property.CONTENT_TYPE));
                    Expect.equal("user properties", List.of("\uFEFFn=v\uFEFF"), got.userProperties());
                });
    }

    private static void check(String payload, String topic, Packet packet) {
        Expect.equal("payload", payload, packet.text());
        Expect.equal("topic", topic, packet.topic());
    }

    private static void edges(Cases cases) {
        cases.of("data.well-formed", "Strings of all lengths of UTF-8 are taken and passed on as they are")
                .v3("MQTT-1.5.3-1")
                .v5("MQTT-1.5.4-1")
                .run(bench -> {
                    Client subscriber = bench.connect();
                    Client publisher = bench.connect();
                    for (int point :
                            new int[] {' ', '~', 0xA0, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x2A6D4, 0x10FFFD
                            }) {
                        String topic = bench.topic("a" + Character.toString(point) + "z");
                        subscriber.subscribe(topic, 0);
                        publisher.publish(topic, "m", 1);
                        check("m", topic, subscriber.expect(PacketType.PUBLISH));
                    }
                });
        cases.of("data.longest", "Strings and binary data may have 65,535 bytes, or none")
                .v3("MQTT-1.5.3-1")
                .v5("MQTT-1.5.4-1", "MQTT-1.5.7-1")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumPacketSize() > 400_000, "its packets are short");
                    Client subscriber = bench.connect();
                    subscriber.subscribe(bench.topic("t"), 0);
                    String start = bench.topic("");
                    String topic = start + "a".repeat(65_535 - start.length());
                    Client publisher = bench.connect();
                    if (bench.v5()) {
                        longestProperties(bench, publisher, subscriber);
                    }
                    subscriber.subscribe(topic, 0);
                    publisher.publish(topic, "m", 1);
                    check("m", topic, subscriber.expect(PacketType.PUBLISH));
                });
    }

    private static void longestProperties(Bench bench, Client publisher, Client subscriber) {
        for (String text : List.of("b".repeat(65_535), "")) {
            PublishPacket packet = bench.publishPacket(bench.topic("t"), "m").with(Property.CONTENT_TYPE, text);
            packet.properties().user(text, text).text(Property.CORRELATION_DATA, text);
            publisher.publish(packet);
            Packet got = subscriber.expectPublish("m");
            Expect.equal("content type", text, got.text(Property.CONTENT_TYPE));
            Expect.equal("user property", List.of(text + "=" + text), got.userProperties());
            Expect.equal(
                    "correlation data",
                    text,
                    new String(got.binary(Property.CORRELATION_DATA), StandardCharsets.UTF_8));
        }
    }
}
