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
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** CONNECT (3.1): the packet itself, and the order in which it comes. */
final class ConnectCases implements Chapter {
    private static final int RESERVED = 0x01;
    private static final int WILL = 0x04;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;

    @Override
    public void addTo(Cases cases) {
        order(cases);
        nameAndLevel(cases);
        flags(cases);
        fields(cases);
        userNameAndPassword(cases);
        refused(cases);
        takenOver(cases);
    }

    private static void order(Cases cases) {
        cases.of("connect.second", "A second CONNECT ends the connection")
                .v3("MQTT-3.1.0-2")
                .v5("MQTT-3.1.0-2", "MQTT-3.2.0-2")
                .run(bench -> {
                    bench.row("the same", () -> {
                        ConnectPacket packet = bench.connectPacket();
                        Client client = bench.connect(packet);
                        client.send(packet.toArray());
                        client.expectThrownOut(0x82);
                    });
                    bench.row("another", () -> {
                        Client client = bench.connect();
                        client.send(bench.connectPacket().toArray());
                        client.expectThrownOut(0x82);
                    });
                    bench.row("in one write", () -> {
                        Client client = bench.open();
                        byte[] packet = bench.connectPacket().toArray();
                        client.send(packet, packet);
                        client.expect(PacketType.CONNACK);
                        client.expectThrownOut(0x82);
                    });
                });
        cases.of("connect.must-be-first", "What comes before a CONNECT ends the connection")
                .v3("MQTT-3.1.0-1")
                .v5("MQTT-3.1.0-1")
                .run(bench -> {
                    for (PacketType type : PacketType.values()) {
                        if (type != PacketType.CONNECT) {
                            bench.row(type + " comes first", () -> {
                                Client client = bench.open();
                                client.send(Packets.packet(type.first(), 0, 1, 'a', 0));
                                client.expectClosed();
                            });
                        }
                    }
                    bench.row("PINGREQ comes first", () -> {
                        Client client = bench.open();
                        client.send(Packets.pingreq(), bench.connectPacket().toArray());
                        client.expectClosed();
                    });
                });
        cases.of("connect.answered-first", "The answer to CONNECT comes before all others, and once")
                .v3("MQTT-3.1.4-4", "MQTT-3.2.0-1")
                .v5("MQTT-3.1.4-5", "MQTT-3.2.0-1", "MQTT-3.2.0-2", "MQTT-3.2.2-1")
                .run(bench -> {
                    Client client = bench.open();
                    client.send(
                            bench.connectPacket().toArray(),
                            new SubscribePacket(bench.version(), 1)
                                    .filter(bench.topic("t"), 0)
                                    .toArray(),
                            bench.publishPacket(bench.topic("other"), "m").toArray(),
                            Packets.pingreq());
                    Expect.equal("code", 0, client.expect(PacketType.CONNACK).reason());
                    List<PacketType> answers =
                            List.of(client.receive().type(), client.receive().type());
                    Expect.that(
                            answers.containsAll(List.of(PacketType.SUBACK, PacketType.PINGRESP)), answers + " came");
                    client.expectNothing();
                });
    }

    private static void nameAndLevel(Cases cases) {
        cases.of("connect.protocol-name", "A CONNECT with another protocol name is not taken")
                .v3("MQTT-3.1.2-1")
                .v5("MQTT-3.1.2-1")
                .run(bench -> {
                    for (String name :
                            List.of("", "M", "MQT", "mqtt", "MQTt", "MQTTX", "MQTT\uFEFF", "\uFEFFMQTT", "HTTP")) {
                        bench.row(
                                "'" + name + "'",
                                () -> bench.open()
                                        .send(bench.connectPacket()
                                                .protocolName(name)
                                                .toArray())
                                        .expectNotTaken(0x84, 0x81, 0x82));
                    }
                });
        cases.of("connect.protocol-level", "A CONNECT of a version that does not exist is refused")
                .v3("MQTT-3.1.2-2", "MQTT-3.2.2-4", "MQTT-3.2.2-5")
                .v5("MQTT-3.1.2-2", "MQTT-3.2.2-6", "MQTT-3.2.2-7")
                .run(bench -> {
                    int[] levels = bench.v5() ? new int[] {6, 7, 127, 255} : new int[] {0, 1, 2};
                    for (int level : levels) {
                        bench.row("level " + level, () -> {
                            Client client = bench.open();
                            client.send(bench.connectPacket().level(level).toArray());
                            if (bench.v5()) {
                                client.expectNotTaken(0x84, bench.strict() ? 0x84 : 0x01);
                            } else {
                                Expect.equal(
                                        "code",
                                        1,
                                        client.expect(PacketType.CONNACK).reason());
                                client.expectClosed();
                            }
                        });
                    }
                });
    }

    private static void flags(Cases cases) {
        cases.of("connect.reserved-flag", "A CONNECT with its reserved flag set is refused")
                .v3("MQTT-3.1.2-3", "MQTT-3.1.4-1", "MQTT-3.2.2-6")
                .v5("MQTT-3.1.2-3", "MQTT-3.1.4-1")
                .run(bench -> bench.open()
                        .send(bench.connectPacket().flipFlags(RESERVED).toArray())
                        .expectMalformed(0x81));
        cases.of("connect.will-flags-alone", "A CONNECT with will QoS or will retain, but no will, is refused")
                .v3("MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.2-15", "MQTT-3.1.4-1")
                .v5("MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.4-1")
                .run(bench -> {
                    for (int bits = 0x08; bits <= 0x38; bits += 0x08) {
                        byte[] packet = bench.connectPacket().flipFlags(bits).toArray();
                        bench.row(
                                "flags " + bits, () -> bench.open().send(packet).expectMalformed(0x81, 0x82));
                    }
                });
        cases.of("connect.will-qos-3", "A CONNECT with will QoS 3 is refused")
                .v3("MQTT-3.1.2-14", "MQTT-3.1.4-1")
                .v5("MQTT-3.1.2-12", "MQTT-3.1.4-1")
                .run(bench -> bench.open()
                        .send(bench.connectPacket()
                                .will(bench.topic("t"), "w", 3, false)
                                .toArray())
                        .expectMalformed(0x81));
        cases.of("connect.will-fields", "The fields of a will are there if and only if the will flag says so")
                .v3("MQTT-3.1.2-9", "MQTT-3.1.2-11", "MQTT-3.1.4-1")
                .v5("MQTT-3.1.2-9", "MQTT-3.1.4-1")
                .run(bench -> {
                    byte[] missing = bench.connectPacket().flipFlags(WILL).toArray();
                    bench.row("missing", () -> bench.open().send(missing).expectMalformed(0x81, 0x82));
                    byte[] extra = bench.connectPacket()
                            .will(bench.topic("t"), "w", 0, false)
                            .flipFlags(WILL)
                            .toArray();
                    bench.row(
                            "there without flag", () -> bench.open().send(extra).expectMalformed(0x81, 0x82));
                });
    }

    private static void fields(Cases cases) {
        cases.of("connect.cut-off", "A CONNECT that ends too early is refused, wherever it ends")
                .v3("MQTT-3.1.3-3", "MQTT-3.1.4-1")
                .v5("MQTT-3.1.3-3", "MQTT-3.1.4-1")
                .run(bench -> {
                    byte[] packet = full(bench).toArray();
                    byte[] body = Arrays.copyOfRange(packet, 2, packet.length);
                    for (int end = 0; end < body.length; end++) {
                        byte[] part = Packets.packet(PacketType.CONNECT.first(), Arrays.copyOf(body, end));
                        bench.row(
                                "after " + end + " bytes",
                                () -> bench.open().send(part).expectNotTaken(0x81, 0x82));
                    }
                });
        cases.of("connect.too-long", "A CONNECT with something behind its last field is refused")
                .v3("MQTT-3.1.4-1")
                .v5("MQTT-3.1.4-1")
                .run(bench -> {
                    byte[] packet = bench.connectPacket().toArray();
                    byte[] body = new Bytes()
                            .raw(Arrays.copyOfRange(packet, 2, packet.length))
                            .u8(0)
                            .toArray();
                    bench.open()
                            .send(Packets.packet(PacketType.CONNECT.first(), body))
                            .expectMalformed(0x81, 0x82);
                });
        cases.of("connect.field-order", "Each field of a CONNECT is taken for what its place says")
                .v3("MQTT-3.1.2-9", "MQTT-3.1.3-1", "MQTT-3.1.3-2")
                .v5("MQTT-3.1.2-9", "MQTT-3.1.3-1", "MQTT-3.1.3-2")
                .run(bench -> {
                    Client watcher = bench.connect();
                    watcher.subscribe(bench.topic("will"), 0);
                    ConnectPacket packet = full(bench);
                    Client client = bench.open();
                    client.send(packet.toArray());
                    bench.skipUnless(client.expect(PacketType.CONNACK).reason() == 0, "it does not take any user name");
                    Client again = bench.connect(bench.connectPacket(packet.clientId()));
                    client.expectThrownOut(0x8E);
                    Expect.equal(
                            "topic",
                            bench.topic("will"),
                            watcher.expectPublish("gone").topic());
                    again.disconnect();
                });
        cases.of("connect.sliced", "A CONNECT may come byte by byte")
                .v3("MQTT-3.1.4-4")
                .v5("MQTT-3.1.4-5")
                .run(bench -> {
                    Client client = bench.open();
                    for (byte each : bench.connectPacket().toArray()) {
                        client.send(new byte[] {each});
                    }
                    Expect.equal("code", 0, client.expect(PacketType.CONNACK).reason());
                });
    }

    /** A CONNECT with all fields. */
    private static ConnectPacket full(Bench bench) {
        ConnectPacket packet = bench.connectPacket().will(bench.topic("will"), "gone", 0, false);
        Properties properties = new Properties().user("a", "b");
        return packet.properties(properties).userName("somebody").password(Bytes.of(0, 0xFF, 0x80));
    }

    private static void userNameAndPassword(Cases cases) {
        cases.of("connect.user-name-fields", "User name and password are there if and only if their flags say so")
                .v3("MQTT-3.1.2-18", "MQTT-3.1.2-19", "MQTT-3.1.2-20", "MQTT-3.1.2-21", "MQTT-3.1.4-1")
                .v5("MQTT-3.1.2-16", "MQTT-3.1.2-17", "MQTT-3.1.2-18", "MQTT-3.1.2-19", "MQTT-3.1.4-1")
                .run(bench -> {
                    malformed(bench, "user name missing", plain(bench).flipFlags(USER_NAME));
                    malformed(bench, "both missing", plain(bench).flipFlags(USER_NAME | PASSWORD));
                    malformed(
                            bench,
                            "password missing",
                            plain(bench).userName("u").flipFlags(PASSWORD));
                    malformed(
                            bench,
                            "user name without flag",
                            plain(bench).userName("u").flipFlags(USER_NAME));
                    malformed(
                            bench,
                            "password without flag",
                            plain(bench).userName("u").password(Bytes.of('p')).flipFlags(PASSWORD));
                });
        cases.of("connect.password-alone", "A password without user name is refused by MQTT 3.1.1, and taken by MQTT 5")
                .v3("MQTT-3.1.2-22", "MQTT-3.1.4-1")
                .v5("MQTT-3.1.2-19")
                .run(bench -> {
                    Client client = bench.open();
                    client.send(plain(bench).password(Bytes.of('p')).toArray());
                    if (bench.v5()) {
                        understood(client);
                    } else {
                        client.expectClosed();
                    }
                });
        cases.of("connect.user-name-values", "User names and passwords of any length are read")
                .v3("MQTT-3.1.2-19", "MQTT-3.1.2-21")
                .v5("MQTT-3.1.2-17", "MQTT-3.1.2-19")
                .run(bench -> {
                    for (int length : new int[] {0, 1, 65_535}) {
                        byte[] bytes = "u".repeat(length).getBytes(StandardCharsets.UTF_8);
                        bench.row(length + " bytes", () -> {
                            Client client = bench.open();
                            understood(client.send(
                                    plain(bench).userName(bytes).password(bytes).toArray()));
                        });
                    }
                    bench.row(
                            "user name alone",
                            () -> understood(bench.open()
                                    .send(plain(bench).userName("somebody").toArray())));
                });
    }

    /** Without the credentials that the bench would add. */
    private static ConnectPacket plain(Bench bench) {
        return new ConnectPacket(bench.version(), bench.clientId());
    }

    private static void malformed(Bench bench, String what, ConnectPacket packet) throws Exception {
        bench.row(what, () -> bench.open().send(packet.toArray()).expectMalformed(0x81, 0x82));
    }

    /** The broker has read the CONNECT; it may not know the user. */
    private static void understood(Client client) {
        Packet connack = client.expect(PacketType.CONNACK);
        int code = connack.reason();
        Expect.that(code == 0 || code == 4 || code == 5 || code == 0x86 || code == 0x87, "the answer is " + connack);
    }

    private static void refused(Cases cases) {
        cases.of("connect.refused-then-nothing", "Nothing is processed that came behind a CONNECT that is refused")
                .v3("MQTT-3.1.4-5", "MQTT-3.2.2-4", "MQTT-3.2.2-5")
                .v5("MQTT-3.1.4-2", "MQTT-3.1.4-6", "MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.2.2-8")
                .run(bench -> {
                    Client watcher = bench.connect();
                    watcher.subscribe(bench.topic("t"), 0);
                    byte[] publish = bench.publishPacket(bench.topic("t"), "must not come")
                            .toArray();
                    bench.row(
                            "refused",
                            () -> bench.open()
                                    .send(refusedPacket(bench).toArray(), publish, Packets.pingreq())
                                    .expectRefused(0x8C, 0x87));
                    bench.row(
                            "malformed",
                            () -> bench.open()
                                    .send(
                                            bench.connectPacket()
                                                    .flipFlags(RESERVED)
                                                    .toArray(),
                                            publish)
                                    .expectMalformed(0x81));
                    bench.connect().publish(bench.topic("t"), "marker", 1);
                    watcher.expectPublish("marker");
                    watcher.expectNothing();
                });
        cases.of("connect.refused-no-will", "A client that is refused has no will")
                .v3("MQTT-3.1.2-8")
                .v5("MQTT-3.1.2-7")
                .run(bench -> {
                    Client watcher = bench.connect();
                    watcher.subscribe(bench.topic("t"), 0);
                    bench.open()
                            .send(refusedPacket(bench)
                                    .will(bench.topic("t"), "will", 0, false)
                                    .toArray())
                            .expectRefused(0x8C, 0x87);
                    bench.connect().publish(bench.topic("t"), "marker", 1);
                    watcher.expectPublish("marker");
                    watcher.expectNothing();
                });
    }

    /** In order, but no broker takes it. */
    private static ConnectPacket refusedPacket(Bench bench) {
        ConnectPacket packet = bench.connectPacket();
        if (bench.v5()) {
            packet.properties().text(Property.AUTHENTICATION_METHOD, "there is no such method");
            return packet;
        }
        return packet.clientId("").cleanStart(false);
    }

    private static void takenOver(Cases cases) {
        cases.of("connect.taken-over", "The older connection of a client id is closed")
                .v3("MQTT-3.1.3-2", "MQTT-3.1.4-2")
                .v5("MQTT-3.1.3-2", "MQTT-3.1.4-3")
                .run(bench -> {
                    String id = bench.clientId();
                    Client last = bench.connect(bench.connectPacket(id));
                    for (int i = 0; i < 4; i++) {
                        ConnectPacket packet = bench.connectPacket(id);
                        Client next = bench.connect(i % 2 == 0 ? packet : packet.persistent(5));
                        last.expectThrownOut(0x8E);
                        next.expectNothing();
                        last = next;
                    }
                    Client other = bench.connect(bench.connectPacket(id + "x"));
                    last.expectNothing();
                    other.expectNothing();
                    bench.connect(bench.connectPacket(id)).disconnect();
                });
    }
}
