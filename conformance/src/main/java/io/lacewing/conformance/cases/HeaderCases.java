package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The fixed header (2.1 of MQTT 5, 2.2 of MQTT 3.1.1) and packet identifiers (2.2.1, 2.3.1). */
final class HeaderCases implements Chapter {
    /** The types whose flags are reserved, and that a client sends after CONNECT. */
    private static final Set<PacketType> RESERVED = EnumSet.of(
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBSCRIBE,
            PacketType.UNSUBSCRIBE,
            PacketType.PINGREQ,
            PacketType.DISCONNECT);

    @Override
    public void addTo(Cases cases) {
        flags(cases);
        identifierInAnswers(cases);
        identifierZero(cases);
        identifiersOfServer(cases);
        identifiersOfClient(cases);
    }

    // ---- flags ----

    private static void flags(Cases cases) {
        cases.of("header.flags", "A packet with other flags than its type has is malformed")
                .v3("MQTT-2.2.2-2")
                .v5("MQTT-2.1.3-1")
                .run(bench -> {
                    for (PacketType type : RESERVED) {
                        for (int flags = 0; flags < 16; flags++) {
                            int first = (type.ordinal() << 4) | flags;
                            if (first != type.first()) {
                                bench.row(
                                        type + " with flags " + flags,
                                        () -> bench.connect()
                                                .send(Packets.packet(first, body(bench, type)))
                                                .expectThrownOut(0x81));
                            }
                        }
                    }
                });
        cases.of("header.flags-of-connect", "A CONNECT with flags in its fixed header is malformed")
                .v3("MQTT-2.2.2-2", "MQTT-3.1.4-1")
                .v5("MQTT-2.1.3-1", "MQTT-3.1.4-1")
                .run(bench -> {
                    for (int flags = 1; flags < 16; flags++) {
                        byte[] packet = bench.connectPacket().toArray();
                        packet[0] |= (byte) flags;
                        bench.row(
                                "flags " + flags,
                                () -> bench.open().send(packet).expectNotTaken(0x81));
                    }
                });
        cases.of("header.flags-of-server", "Each type of packet that the server sends has its own flags")
                .v3("MQTT-2.2.2-1")
                .v5("MQTT-2.1.3-1", "MQTT-2.2.2-1")
                .run(HeaderCases::receiveEachType);
        cases.of("header.types", "Types that do not exist, or that only a server sends, end the connection")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    List<PacketType> types = new ArrayList<>(List.of(
                            PacketType.RESERVED,
                            PacketType.CONNACK,
                            PacketType.SUBACK,
                            PacketType.UNSUBACK,
                            PacketType.PINGRESP));
                    if (!bench.v5()) {
                        types.add(PacketType.AUTH);
                    }
                    for (PacketType type : types) {
                        bench.row(
                                type.toString(),
                                () -> bench.connect()
                                        .send(Packets.packet(type.first(), body(bench, type)))
                                        .expectThrownOut(0x81, 0x82));
                    }
                });
    }

    private static byte[] body(Bench bench, PacketType type) {
        return switch (type) {
            case PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK -> Bytes.of(0, 1);
            case SUBSCRIBE, UNSUBSCRIBE -> {
                Bytes body = new Bytes().u16(1).raw(bench.v5() ? new byte[1] : new byte[0]);
                body.text(bench.topic("t"));
                yield (type == PacketType.SUBSCRIBE ? body.u8(0) : body).toArray();
            }
            case CONNACK -> bench.v5() ? Bytes.of(0, 0, 0) : Bytes.of(0, 0);
            case SUBACK -> bench.v5() ? Bytes.of(0, 1, 0, 0) : Bytes.of(0, 1, 0);
            case RESERVED, CONNECT, PUBLISH, PINGREQ, PINGRESP, DISCONNECT, AUTH -> new byte[0];
        };
    }

    /** The parser complains of flags, and of a property length that is not there. */
    private static void receiveEachType(Bench bench) {
        Client client = bench.connect();
        client.subscribe(bench.topic("t"), bench.capabilities().maximumQos());
        client.publish(bench.topic("t"), "0", 0);
        client.expectPublish("0");
        if (bench.capabilities().maximumQos() > 0) {
            client.publish(bench.topic("other"), "1", 1);
        }
        if (bench.capabilities().maximumQos() > 1) {
            client.publish(bench.topic("other"), "2", 2);
            Client publisher = bench.connect();
            publisher.publish(bench.topic("t"), "2", 2);
            Packet publish = client.expectPublish("2");
            client.send(Packets.ack(PacketType.PUBREC, publish.packetId()));
            client.expectAck(PacketType.PUBREL, publish.packetId());
            client.send(Packets.ack(PacketType.PUBCOMP, publish.packetId()));
        }
        client.unsubscribe(bench.topic("t"));
        client.expectNothing();
    }

    // ---- packet identifiers ----

    private static void identifierInAnswers(Cases cases) {
        cases.of("header.identifier-in-answer", "Each acknowledgement has the packet identifier of what it answers")
                .v3("MQTT-2.3.1-6", "MQTT-2.3.1-7")
                .v5("MQTT-2.2.1-5", "MQTT-2.2.1-6")
                .run(bench -> {
                    Client client = bench.connect();
                    for (int id : new int[] {1, 0x00FF, 0x0100, 0x1234, 0x7FFF, 0x8000, 0xFFFF}) {
                        client.subscribe(new SubscribePacket(bench.version(), id).filter(bench.topic("t"), 0));
                        client.send(Packets.unsubscribe(bench.version(), id, bench.topic("t")));
                        client.expectAck(PacketType.UNSUBACK, id);
                        for (int qos = 1; qos <= bench.capabilities().maximumQos(); qos++) {
                            client.publish(
                                    bench.publishPacket(bench.topic("t"), "m").qos(qos, id));
                        }
                    }
                });
        cases.of("header.identifiers-of-many", "Acknowledgements of many packets in one go have their identifiers")
                .v3("MQTT-2.3.1-6", "MQTT-2.3.1-7")
                .v5("MQTT-2.2.1-5", "MQTT-2.2.1-6")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumQos() == 2, "it has no QoS 2");
                    bench.skipUnless(bench.capabilities().receiveMaximum() >= 2, "it takes one message at a time");
                    Client client = bench.connect();
                    client.send(
                            new SubscribePacket(bench.version(), 40)
                                    .filter(bench.topic("x"), 0)
                                    .toArray(),
                            bench.publishPacket(bench.topic("t"), "m")
                                    .qos(1, 30)
                                    .toArray(),
                            bench.publishPacket(bench.topic("t"), "m")
                                    .qos(2, 20)
                                    .toArray(),
                            Packets.unsubscribe(bench.version(), 10, bench.topic("x")));
                    List<Packet> answers = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        answers.add(client.receive());
                    }
                    for (PacketType type : List.of(PacketType.SUBACK, PacketType.PUBACK, PacketType.PUBREC)) {
                        int id = type == PacketType.SUBACK ? 40 : type == PacketType.PUBACK ? 30 : 20;
                        Expect.that(has(answers, type, id), "no " + type + " for " + id);
                    }
                    Expect.that(has(answers, PacketType.UNSUBACK, 10), "no UNSUBACK for 10");
                });
    }

    private static boolean has(List<Packet> packets, PacketType type, int id) {
        return packets.stream().anyMatch(packet -> packet.type() == type && packet.packetId() == id);
    }

    private static void identifierZero(Cases cases) {
        cases.of("header.identifier-zero", "A packet that needs a packet identifier and has 0 ends the connection")
                .v3("MQTT-2.3.1-1")
                .v5("MQTT-2.2.1-3")
                .run(bench -> {
                    thrownOut(
                            bench,
                            "SUBSCRIBE",
                            new SubscribePacket(bench.version(), 0)
                                    .filter(bench.topic("t"), 0)
                                    .toArray());
                    thrownOut(bench, "UNSUBSCRIBE", Packets.unsubscribe(bench.version(), 0, bench.topic("t")));
                    for (int qos = 1; qos <= bench.capabilities().maximumQos(); qos++) {
                        thrownOut(
                                bench,
                                "PUBLISH at QoS " + qos,
                                bench.publishPacket(bench.topic("t"), "m")
                                        .qos(qos, 0)
                                        .toArray());
                    }
                });
        cases.of("header.no-identifier-at-qos-0", "A PUBLISH at QoS 0 has no packet identifier, in either direction")
                .v3("MQTT-2.3.1-5")
                .v5("MQTT-2.2.1-2")
                .run(bench -> {
                    Client client = bench.connect();
                    client.subscribe(bench.topic("t"), 0);
                    for (String payload : List.of("", "p", "\u0001", "payload")) {
                        for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                            Client publisher = bench.connect();
                            publisher.publish(bench.topic("t"), payload, qos);
                            Expect.equal("QoS", 0, client.expectPublish(payload).qos());
                        }
                    }
                });
    }

    private static void thrownOut(Bench bench, String what, byte[] packet) throws Exception {
        bench.row(what, () -> bench.connect().send(packet).expectThrownOut(0x81, 0x82));
    }

    private static void identifiersOfServer(Cases cases) {
        cases.of("header.identifiers-of-server", "The server's identifiers are not 0, and each is in use once")
                .v3("MQTT-2.3.1-1", "MQTT-2.3.1-4")
                .v5("MQTT-2.2.1-4")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumQos() == 2, "it has no QoS 2");
                    Client client = bench.connect();
                    client.subscribe(bench.topic("t"), 2);
                    Client publisher = bench.connect();
                    for (int i = 0; i < 8; i++) {
                        publisher.publish(bench.topic("t"), "m" + i, 1 + i % 2);
                    }
                    List<Integer> inUse = new ArrayList<>();
                    for (int i = 0; i < 8; i++) {
                        inUse.add(unused(client.expectPublish("m" + i), inUse));
                    }
                    // Two QoS 1, and two QoS 2 of which one is only half acknowledged.
                    client.send(
                            Packets.ack(PacketType.PUBACK, inUse.get(4)), Packets.ack(PacketType.PUBACK, inUse.get(6)));
                    client.send(
                            Packets.ack(PacketType.PUBREC, inUse.get(5)), Packets.ack(PacketType.PUBREC, inUse.get(7)));
                    client.expectAck(PacketType.PUBREL, inUse.get(5));
                    client.expectAck(PacketType.PUBREL, inUse.get(7));
                    client.send(Packets.ack(PacketType.PUBCOMP, inUse.get(7)));
                    List<Integer> done = List.of(inUse.get(4), inUse.get(6), inUse.get(7));
                    inUse.removeAll(done);
                    for (int i = 0; i < 3; i++) {
                        publisher.publish(bench.topic("t"), "n" + i, 1 + i % 2);
                        inUse.add(unused(client.expectPublish("n" + i), inUse));
                    }
                });
        cases.of("header.identifiers-of-server-resumed", "Identifiers in use stay in use when a session is resumed")
                .v3("MQTT-2.3.1-4")
                .v5("MQTT-2.2.1-4")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumQos() > 0, "it has QoS 0 only");
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id).persistent(30));
                    client.subscribe(bench.topic("t"), 1);
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), "1", 1);
                    publisher.publish(bench.topic("t"), "2", 1);
                    List<Integer> inUse = new ArrayList<>();
                    inUse.add(unused(client.expectPublish("1"), inUse));
                    inUse.add(unused(client.expectPublish("2"), inUse));
                    client.drop();
                    Client again = bench.connect(bench.connectPacket(id).persistent(30));
                    Expect.equal(
                            "identifier", inUse.get(0), again.expectPublish("1").packetId());
                    Expect.equal(
                            "identifier", inUse.get(1), again.expectPublish("2").packetId());
                    publisher.publish(bench.topic("t"), "3", 1);
                    unused(again.expectPublish("3"), inUse);
                    bench.connect(bench.connectPacket(id)).disconnect();
                });
        cases.of("header.identifiers-of-both-sides", "Client and server use the same identifier at the same time")
                .v3("MQTT-2.3.1-4", "MQTT-2.3.1-6")
                .v5("MQTT-2.2.1-4", "MQTT-2.2.1-5")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumQos() == 2, "it has no QoS 2");
                    Client client = bench.connect();
                    client.subscribe(bench.topic("t"), 2);
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), "from server", 2);
                    int id = client.expectPublish("from server").packetId();
                    client.send(bench.publishPacket(bench.topic("other"), "from client")
                            .qos(2, id)
                            .toArray());
                    client.expectAck(PacketType.PUBREC, id);
                    client.send(Packets.ack(PacketType.PUBREC, id));
                    client.expectAck(PacketType.PUBREL, id);
                    client.send(Packets.ack(PacketType.PUBREL, id));
                    client.expectAck(PacketType.PUBCOMP, id);
                    client.send(Packets.ack(PacketType.PUBCOMP, id));
                    client.expectNothing();
                });
    }

    private static int unused(Packet publish, List<Integer> inUse) {
        Expect.that(publish.packetId() != 0, "a PUBLISH at QoS " + publish.qos() + " without packet identifier");
        Expect.that(!inUse.contains(publish.packetId()), "identifier " + publish.packetId() + " is in use already");
        return publish.packetId();
    }

    private static void identifiersOfClient(Cases cases) {
        cases.of("header.identifier-again", "A client may use an identifier again after the acknowledgement")
                .v3("MQTT-2.3.1-1", "MQTT-2.3.1-7")
                .v5("MQTT-2.2.1-3", "MQTT-2.2.1-6")
                .run(bench -> {
                    Client client = bench.connect();
                    Client subscriber = bench.connect();
                    subscriber.subscribe(bench.topic("t"), 0);
                    for (int round = 0; round < 3; round++) {
                        client.subscribe(new SubscribePacket(bench.version(), 7).filter(bench.topic("x"), 0));
                        for (int qos = 1; qos <= bench.capabilities().maximumQos(); qos++) {
                            String payload = round + "." + qos;
                            client.publish(bench.publishPacket(bench.topic("t"), payload)
                                    .qos(qos, 7));
                            subscriber.expectPublish(payload);
                        }
                    }
                });
        cases.of(
                        "header.identifier-in-use",
                        "A QoS 2 message goes its way though its identifier is used for other packets")
                .v5("MQTT-2.2.1-3", "MQTT-2.2.1-5", "MQTT-2.2.1-6")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumQos() == 2, "it has no QoS 2");
                    Client subscriber = bench.connect();
                    subscriber.subscribe(bench.topic("t"), 0);
                    byte[] subscribe = new SubscribePacket(bench.version(), 9)
                            .filter(bench.topic("x"), 0)
                            .toArray();
                    inUse(bench, subscriber, PacketType.SUBACK, subscribe);
                    byte[] unsubscribe = Packets.unsubscribe(bench.version(), 9, bench.topic("x"));
                    inUse(bench, subscriber, PacketType.UNSUBACK, unsubscribe);
                    byte[] publish = bench.publishPacket(bench.topic("x"), "other")
                            .qos(1, 9)
                            .toArray();
                    if (bench.strict()) {
                        inUse(bench, subscriber, PacketType.PUBACK, publish);
                    }
                });
    }

    /** The server may find the fault (0x91) or not: it is the client's. */
    private static void inUse(Bench bench, Client subscriber, PacketType answer, byte[] packet) throws Exception {
        bench.row("for what " + answer + " answers", () -> {
            Client client = bench.connect();
            client.send(bench.publishPacket(bench.topic("t"), "once").qos(2, 9).toArray());
            client.expectAck(PacketType.PUBREC, 9);
            client.send(packet);
            Packet came = client.expect(answer);
            Expect.equal("identifier", 9, came.packetId());
            Expect.that(came.reason() < 0x80 || came.reason() == 0x91, came + " came");
            client.send(Packets.ack(PacketType.PUBREL, 9));
            client.expectAck(PacketType.PUBCOMP, 9);
            subscriber.expectPublish("once");
            client.publish(bench.topic("t"), "marker", 1);
            subscriber.expectPublish("marker");
        });
    }
}
