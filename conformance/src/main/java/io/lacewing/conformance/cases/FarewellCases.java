package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.Arrays;
import java.util.List;

/** PINGREQ (3.12), DISCONNECT from the broker (3.14), and errors (4.13; 4.8 of MQTT 3.1.1). */
final class FarewellCases implements Chapter {
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    /** How much a server checks is its own choice, where no statement asks for it (4.13.1). */
    static final String SCRUPULOUS = "only a strict target need check everything";

    @Override
    public void addTo(Cases cases) {
        ping(cases);
        farewell(cases);
        errors(cases);
    }

    private static void ping(Cases cases) {
        cases.of("ping.answered", "Each PINGREQ is answered by a PINGRESP")
                .v3("MQTT-3.12.4-1")
                .v5("MQTT-3.12.4-1")
                .run(bench -> {
                    Client client = bench.connect();
                    client.expectNothing();
                    byte[][] many = new byte[100][];
                    Arrays.fill(many, Packets.pingreq());
                    client.send(many);
                    for (int i = 0; i < many.length; i++) {
                        client.expect(PacketType.PINGRESP);
                    }
                    client.expectNothing();
                });
        cases.of("ping.in-parts", "PINGREQ that comes byte by byte is answered")
                .v3("MQTT-3.12.4-1")
                .v5("MQTT-3.12.4-1")
                .run(bench -> {
                    Client client = bench.connect();
                    client.send(Bytes.of(0xC0)).send(Bytes.of(0x00, 0xC0)).send(Bytes.of(0x00));
                    client.expect(PacketType.PINGRESP);
                    client.expect(PacketType.PINGRESP);
                    client.expectNothing();
                });
        cases.of("ping.with-a-body", "PINGREQ has no body")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    bench.skipUnless(bench.strict(), SCRUPULOUS);
                    bench.connect().send(Packets.packet(0xC0, 0)).expectThrownOut(MALFORMED, PROTOCOL_ERROR);
                });
    }

    private static void farewell(Cases cases) {
        cases.of("disconnect.not-before-connack", "The broker sends no DISCONNECT before it has accepted a CONNECT")
                .v5("MQTT-3.14.0-1", "MQTT-4.13.2-1")
                .run(FarewellCases::notBeforeConnack);
        cases.of("disconnect.of-the-broker", "The broker's DISCONNECT has a code of the table, and is the last packet")
                .v5("MQTT-3.14.2-1", "MQTT-3.14.2-2", "MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-4.13.2-1")
                .run(bench -> {
                    ConnectPacket packet = bench.connectPacket().persistent(5);
                    Client client = bench.connect(packet);
                    String topic = bench.topic("stream");
                    client.subscribe(topic, 0);
                    Client publisher = bench.connect();
                    byte[][] burst = new byte[500][];
                    Arrays.fill(burst, bench.publishPacket(topic, "m").toArray());
                    publisher.send(burst);
                    client.send(packet.toArray());
                    publisher.send(burst);
                    Packet last = client.receiveOrClose();
                    while (last != null && last.type() == PacketType.PUBLISH) {
                        last = client.receiveOrClose();
                    }
                    if (last == null) {
                        bench.skipUnless(bench.strict(), "the broker closes without DISCONNECT, as it may");
                        throw new Failure("DISCONNECT should come before the close");
                    }
                    // The parser has seen that its code is of the table, and that it has no session expiry.
                    check(PacketType.DISCONNECT, last.type(), "the last packet");
                    check(PROTOCOL_ERROR, last.reason(), "its code");
                    client.expectClosed();
                    bench.connect(bench.connectPacket(packet.clientId()));
                });
        cases.of("disconnect.taken-over", "A client whose client id connects again is told so, and closed")
                .v3("MQTT-3.1.4-2")
                .v5("MQTT-3.1.4-3", "MQTT-4.13.2-1")
                .run(bench -> {
                    ConnectPacket packet = bench.connectPacket();
                    Client first = bench.connect(packet);
                    Client second = bench.connect(packet);
                    first.expectThrownOut(0x8E);
                    second.expectNothing();
                });
        cases.of("disconnect.fits", "The broker's DISCONNECT stays within the client's Maximum Packet Size")
                .v5("MQTT-3.14.2-3", "MQTT-3.14.2-4")
                .run(FarewellCases::fits);
    }

    private static void notBeforeConnack(Bench bench) throws Exception {
        ConnectPacket wrongWill = bench.connectPacket().will(bench.topic("will"), "will", 3, false);
        byte[] flags = bench.connectPacket().toArray();
        flags[0] = 0x11;
        ConnectPacket twice = bench.connectPacket();
        twice.properties().number(Property.RECEIVE_MAXIMUM, 1).number(Property.RECEIVE_MAXIMUM, 1);
        byte[][] firsts = {
            bench.connectPacket().flipFlags(1).toArray(),
            wrongWill.toArray(),
            flags,
            twice.toArray(),
            Packets.pingreq(),
            Packets.disconnect(),
            Packets.packet(0xF0, 0x18, 0),
            bench.publishPacket(bench.topic("t"), "m").toArray(),
            new SubscribePacket(bench.version(), 1).filter(bench.topic("t"), 0).toArray(),
        };
        for (int i = 0; i < firsts.length; i++) {
            byte[] first = firsts[i];
            bench.row("packet " + i, () -> {
                Client client = bench.open().send(first);
                Packet answer = client.receiveOrClose();
                if (answer != null) {
                    check(PacketType.CONNACK, answer.type(), "the answer");
                    check(true, answer.reason() >= 0x80, "that it is an error");
                    client.expectClosed();
                }
            });
        }
    }

    /** The smallest maximum with which a CONNACK can be had: what has no room for more than the code must have no more. */
    private static void fits(Bench bench) throws Exception {
        ConnectPacket wide = bench.connectPacket();
        wide.properties().number(Property.MAXIMUM_PACKET_SIZE, 1_000_000);
        int maximum = bench.open().connect(wide).size();
        byte[][] faults = {
            Packets.packet(0x80),
            new SubscribePacket(bench.version(), 1).toArray(),
            bench.publishPacket("a/+", "m").toArray(),
            Packets.packet(0xE1),
            Packets.packet(0xF0, 0x18, 0),
            Packets.packet(PacketType.PUBREL.first(), 0, 0),
        };
        for (int i = 0; i < faults.length; i++) {
            byte[] fault = faults[i];
            bench.row("fault " + i, () -> {
                ConnectPacket packet = bench.connectPacket();
                packet.properties().number(Property.MAXIMUM_PACKET_SIZE, maximum);
                Client client = bench.connect(packet).send(fault);
                Packet last = client.receiveOrClose();
                if (last != null) {
                    check(PacketType.DISCONNECT, last.type(), "the answer");
                    check(true, last.size() <= maximum, "that it has " + maximum + " bytes or less");
                    client.expectClosed();
                }
            });
        }
    }

    private static void errors(Cases cases) {
        cases.of("errors.packets-of-servers", "Packets that only a server sends, and types not defined, are errors")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    byte[][] packets = {
                        Packets.packet(0x00),
                        Packets.packet(0x00, 0, 0),
                        Packets.packet(0x20, 0, 0),
                        Packets.packet(0x90, 0, 1, 0),
                        Packets.packet(0x90, 0, 1, 0, 0),
                        Packets.packet(0xB0, 0, 1),
                        Packets.packet(0xB0, 0, 1, 0, 0),
                        Packets.packet(0xD0),
                    };
                    for (byte[] packet : packets) {
                        bench.row(
                                "type " + ((packet[0] & 0xFF) >> 4) + ", " + packet.length + " bytes",
                                () -> bench.connect().send(packet).expectThrownOut(MALFORMED, PROTOCOL_ERROR));
                    }
                });
        cases.of("errors.auth-in-v3", "Packet type 15 is an error in MQTT 3.1.1")
                .v3("MQTT-4.8.0-1")
                .run(bench -> {
                    bench.row(
                            "empty",
                            () -> bench.connect().send(Packets.packet(0xF0)).expectClosed());
                    bench.row(
                            "as of v5",
                            () -> bench.connect()
                                    .send(Packets.packet(0xF0, 0x19, 0))
                                    .expectClosed());
                });
        cases.of("errors.remaining-length", "A remaining length of more than four bytes is an error")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(bench -> bench.connect()
                        .send(Bytes.of(0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01))
                        .expectThrownOut(MALFORMED, PROTOCOL_ERROR));
        cases.of("errors.others-live", "An error of one client has no consequence for other sessions")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1", "MQTT-4.13.2-1")
                .run(bench -> {
                    Subscriber other = Subscriber.connect(bench).subscribe(bench.topic("t"), 1);
                    for (int first : new int[] {0x00, 0x80, 0xA0, 0x60}) {
                        Client client = bench.connect();
                        client.publish(bench.topic("t"), "before", 1);
                        client.send(Packets.packet(first)).expectThrownOut(MALFORMED, PROTOCOL_ERROR);
                        // What came before the error was taken.
                        other.until("before");
                    }
                    other.client().expectNothing();
                });
        cases.of("errors.refused-connect", "A CONNECT that is refused is closed, and nothing of it stays")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.2-1", "MQTT-4.13.1-1")
                .run(bench -> {
                    String topic = bench.topic("will");
                    Subscriber watcher = Subscriber.connect(bench).subscribe(topic, 1);
                    ConnectPacket wrong =
                            bench.connectPacket().will(topic, "will", 1, false).flipFlags(1);
                    bench.open().send(wrong.toArray()).expectRefused(MALFORMED, PROTOCOL_ERROR);
                    bench.connect().publish(topic, "end", 1);
                    check(List.of(), watcher.textsUntil("end"), "what came");
                });
    }
}
