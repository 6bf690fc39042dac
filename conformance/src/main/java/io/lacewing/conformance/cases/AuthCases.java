package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.ClientMechanism;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.List;

/** Enhanced authentication at CONNECT (3.15, 4.12), and what a server without it does. */
final class AuthCases implements Chapter {
    static final int CONTINUE = 0x18;
    static final int AGAIN = 0x19;
    static final int MALFORMED = 0x81;
    static final int PROTOCOL_ERROR = 0x82;

    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BAD_METHOD = 0x8C;
    private static final int MAX_ROUNDS = 30;

    @Override
    public void addTo(Cases cases) {
        everywhere(cases);
        exchange(cases);
        faults(cases);
    }

    // ---- what other cases of authentication use, too ----

    /** A CONNECT with the mechanism's method and first data. */
    static ConnectPacket connectPacket(Bench bench) {
        ClientMechanism mechanism = bench.mechanism();
        ConnectPacket packet = bench.connectPacket();
        packet.properties(properties(mechanism.method(), mechanism.first()));
        return packet;
    }

    /** Method and data; no data if it is empty. */
    static Properties properties(String method, byte[] data) {
        Properties properties = new Properties().text(Property.AUTHENTICATION_METHOD, method);
        return data.length == 0 ? properties : properties.binary(Property.AUTHENTICATION_DATA, data);
    }

    /** Answers challenges, rightly, until something else than a challenge comes, which is returned. */
    static Packet answerAll(Bench bench, Client client) {
        ClientMechanism mechanism = bench.mechanism();
        for (int i = 0; i < MAX_ROUNDS; i++) {
            Packet packet = client.receive();
            if (packet.type() != PacketType.AUTH || packet.reason() == 0) {
                return packet;
            }
            checkChallenge(bench, packet);
            byte[] answer = mechanism.answer(packet.binary(Property.AUTHENTICATION_DATA));
            client.send(Packets.auth(CONTINUE, properties(mechanism.method(), answer)));
        }
        throw new Failure("an exchange should have an end");
    }

    static void checkChallenge(Bench bench, Packet packet) {
        check(CONTINUE, packet.reason(), "the reason code of AUTH");
        check(bench.mechanism().method(), packet.text(Property.AUTHENTICATION_METHOD), "the method of AUTH");
    }

    /** A client that is authenticated by the mechanism. */
    static Client authenticated(Bench bench, ConnectPacket packet) {
        Client client = bench.open().send(packet.toArray());
        Packet connack = answerAll(bench, client);
        check(PacketType.CONNACK, connack.type(), "the end of the exchange");
        check(0, connack.reason(), "its reason code");
        check(bench.mechanism().method(), connack.text(Property.AUTHENTICATION_METHOD), "the method of CONNACK");
        return client;
    }

    /** A client that has got a challenge; the case is skipped if the mechanism has none. */
    static Client challenged(Bench bench) {
        Client client = bench.open().send(connectPacket(bench).toArray());
        Packet packet = client.receive();
        bench.skipUnless(packet.type() == PacketType.AUTH, "the mechanism has no challenges");
        checkChallenge(bench, packet);
        return client;
    }

    // ---- cases ----

    private static void everywhere(Cases cases) {
        cases.of("auth.unknown-method", "A method that the broker does not know is refused")
                .v5("MQTT-4.12.0-1")
                .run(bench -> {
                    for (String method : List.of("lwc-none", "", "GS2-KRB5-none")) {
                        for (byte[] data : new byte[][] {{}, {1, 2, 3}}) {
                            bench.row("method '" + method + "', " + data.length + " bytes of data", () -> {
                                ConnectPacket packet = bench.connectPacket();
                                packet.properties(properties(method, data));
                                bench.open().send(packet.toArray()).expectRefused(BAD_METHOD, NOT_AUTHORIZED);
                            });
                        }
                    }
                });
        cases.of("auth.no-method", "Without a method there is no AUTH, and none in CONNACK")
                .v5("MQTT-4.12.0-6")
                .run(bench -> {
                    Packet connack = bench.open().connect(bench.connectPacket());
                    check(false, connack.has(Property.AUTHENTICATION_METHOD), "a method in CONNACK");
                    check(false, connack.has(Property.AUTHENTICATION_DATA), "data in CONNACK");
                });
        cases.of("auth.data-alone", "Data without a method is a protocol error")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    ConnectPacket packet = bench.connectPacket();
                    packet.properties().binary(Property.AUTHENTICATION_DATA, new byte[] {1});
                    bench.open().send(packet.toArray()).expectRefused(PROTOCOL_ERROR);
                });
        cases.of("auth.not-asked-for", "AUTH from a client whose CONNECT had no method is a protocol error")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    for (int reason : new int[] {CONTINUE, AGAIN}) {
                        byte[] auth = Packets.auth(reason, properties("lwc-none", new byte[0]));
                        bench.row(
                                "reason code " + reason,
                                () -> bench.connect().send(auth).expectThrownOut(PROTOCOL_ERROR));
                    }
                });
        cases.of("auth.flags", "AUTH with flags is malformed")
                .v5("MQTT-3.15.1-1")
                .run(bench -> {
                    for (int flags = 1; flags < 16; flags++) {
                        byte[] auth = Packets.auth(AGAIN, properties("lwc-none", new byte[0]));
                        auth[0] |= (byte) flags;
                        // It is an error in any case; which one is found first is the broker's choice.
                        bench.row(
                                "flags " + flags,
                                () -> bench.connect().send(auth).expectThrownOut(MALFORMED, PROTOCOL_ERROR));
                    }
                });
    }

    private static void exchange(Cases cases) {
        cases.of(
                        "auth.success",
                        "An exchange leads to a CONNACK with the method; each AUTH has it, and asks to continue")
                .v5("MQTT-4.12.0-2", "MQTT-4.12.0-5", "MQTT-3.15.2-1")
                .run(bench -> {
                    Client client = authenticated(bench, connectPacket(bench));
                    client.subscribe(bench.topic("t"), 0);
                    client.send(bench.publishPacket(bench.topic("t"), "m").toArray());
                    client.expectPublish("m");
                    client.disconnect();
                });
        cases.of("auth.wrong-answer", "A wrong answer is refused, and nothing of the CONNECT stays")
                .v5("MQTT-4.12.0-4", "MQTT-4.13.2-1")
                .run(bench -> {
                    String topic = bench.topic("will");
                    Subscriber watcher = Subscriber.connect(bench).subscribe(topic, 1);
                    ConnectPacket packet = connectPacket(bench).will(topic, "will", 1, false);
                    Client client = bench.open().send(packet.toArray());
                    Packet challenge = client.receive();
                    bench.skipUnless(challenge.type() == PacketType.AUTH, "the mechanism has no challenges");
                    ClientMechanism mechanism = bench.mechanism();
                    byte[] wrong = mechanism.wrongAnswer(challenge.binary(Property.AUTHENTICATION_DATA));
                    client.send(Packets.auth(CONTINUE, properties(mechanism.method(), wrong)));
                    client.expectRefused(NOT_AUTHORIZED, 0x80, 0x83, 0x86);
                    bench.connect().publish(topic, "end", 1);
                    check(List.of(), watcher.textsUntil("end"), "what came");
                });
        cases.of("auth.given-up", "A client that gives up is no client: neither by DISCONNECT nor by closing")
                .v5("MQTT-4.12.0-4", "MQTT-3.14.0-1")
                .run(bench -> {
                    challenged(bench).send(Packets.disconnect()).expectClosed();
                    challenged(bench).drop();
                    authenticated(bench, connectPacket(bench)).disconnect();
                });
        cases.of("auth.fits", "AUTH stays within the client's Maximum Packet Size")
                .v5("MQTT-3.15.2-2", "MQTT-3.15.2-3")
                .run(bench -> {
                    Client first = bench.open().send(connectPacket(bench).toArray());
                    Packet wide = first.receive();
                    bench.skipUnless(wide.type() == PacketType.AUTH, "the mechanism has no challenges");
                    Properties needed = properties(
                            wide.text(Property.AUTHENTICATION_METHOD), wide.binary(Property.AUTHENTICATION_DATA));
                    int least = Packets.auth(CONTINUE, needed).length;
                    ConnectPacket packet = connectPacket(bench);
                    packet.properties().number(Property.MAXIMUM_PACKET_SIZE, least);
                    Packet narrow = bench.open().send(packet.toArray()).receive();
                    if (narrow.type() == PacketType.AUTH) {
                        check(true, narrow.size() <= least, "that AUTH has " + least + " bytes or less");
                    } else {
                        check(true, narrow.reason() >= 0x80, "that " + narrow + " refuses so small a maximum");
                    }
                });
    }

    private static void faults(Cases cases) {
        cases.of("auth.others-before-connack", "During the exchange nothing but AUTH and DISCONNECT is taken")
                .v5("MQTT-4.13.1-1", "MQTT-3.14.0-1")
                .run(bench -> {
                    byte[][] packets = {
                        Packets.pingreq(),
                        bench.publishPacket(bench.topic("t"), "m").toArray(),
                        new SubscribePacket(bench.version(), 1)
                                .filter(bench.topic("t"), 0)
                                .toArray(),
                        connectPacket(bench).toArray(),
                    };
                    for (byte[] packet : packets) {
                        bench.row(
                                "type " + ((packet[0] & 0xFF) >> 4),
                                () -> challenged(bench).send(packet).expectRefused(PROTOCOL_ERROR));
                    }
                });
        cases.of("auth.wrong-packets", "AUTH with a wrong code, another method or none is refused")
                .v5("MQTT-4.13.1-1", "MQTT-4.12.0-4", "MQTT-3.14.0-1")
                .run(bench -> {
                    String method = bench.mechanism().method();
                    byte[] none = {};
                    for (int reason : new int[] {0x00, AGAIN, 0x01, 0x17, 0x80, 0xFF}) {
                        bench.row(
                                "reason code " + reason,
                                () -> challenged(bench)
                                        .send(Packets.auth(reason, properties(method, none)))
                                        .expectRefused(PROTOCOL_ERROR, MALFORMED));
                    }
                    bench.row(
                            "an empty AUTH",
                            () -> challenged(bench)
                                    .send(Packets.packet(0xF0))
                                    .expectRefused(PROTOCOL_ERROR, MALFORMED));
                    bench.row(
                            "another method",
                            () -> challenged(bench)
                                    .send(Packets.auth(CONTINUE, properties(method + "x", none)))
                                    .expectRefused(PROTOCOL_ERROR, BAD_METHOD, NOT_AUTHORIZED));
                    bench.row(
                            "no method",
                            () -> challenged(bench)
                                    .send(Packets.auth(CONTINUE, new Properties()))
                                    .expectRefused(PROTOCOL_ERROR, MALFORMED));
                    bench.row(
                            "the method twice",
                            () -> challenged(bench)
                                    .send(Packets.auth(
                                            CONTINUE,
                                            properties(method, none).text(Property.AUTHENTICATION_METHOD, method)))
                                    .expectRefused(PROTOCOL_ERROR, MALFORMED));
                    for (int flags = 1; flags < 16; flags++) {
                        byte[] auth = Packets.auth(CONTINUE, properties(method, none));
                        auth[0] |= (byte) flags;
                        bench.row(
                                "flags " + flags,
                                () -> challenged(bench).send(auth).expectRefused(MALFORMED));
                    }
                });
    }
}
