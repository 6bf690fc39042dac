package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.AuthCases.AGAIN;
import static io.lacewing.conformance.cases.AuthCases.CONTINUE;
import static io.lacewing.conformance.cases.AuthCases.MALFORMED;
import static io.lacewing.conformance.cases.AuthCases.PROTOCOL_ERROR;
import static io.lacewing.conformance.cases.AuthCases.answerAll;
import static io.lacewing.conformance.cases.AuthCases.authenticated;
import static io.lacewing.conformance.cases.AuthCases.checkChallenge;
import static io.lacewing.conformance.cases.AuthCases.connectPacket;
import static io.lacewing.conformance.cases.AuthCases.properties;
import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.ClientMechanism;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;

/** A client that authenticates itself again on a connection that stands (4.12.1). */
final class ReauthenticationCases implements Chapter {
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BAD_METHOD = 0x8C;

    @Override
    public void addTo(Cases cases) {
        cases.of(
                        "auth.again",
                        "A re-authentication ends with AUTH of success and the method, as often as the client likes")
                .v5("MQTT-4.12.0-5", "MQTT-4.12.0-2", "MQTT-3.15.2-1")
                .run(bench -> {
                    Client client = authenticated(bench, connectPacket(bench));
                    for (int i = 0; i < 3; i++) {
                        client.send(begin(bench));
                        success(bench, answerAll(bench, client));
                        client.expectNothing();
                    }
                    client.disconnect();
                });
        cases.of("auth.again-among-others", "Other packets flow during a re-authentication")
                .v5("MQTT-4.12.0-5")
                .run(ReauthenticationCases::amongOthers);
        cases.of(
                        "auth.again-wrong-answer",
                        "A re-authentication that fails ends the connection, and the will is published")
                .v5("MQTT-4.12.1-2", "MQTT-4.13.2-1")
                .run(bench -> {
                    String topic = bench.topic("will");
                    ConnectPacket packet = connectPacket(bench).will(topic, "will", 1, false);
                    Subscriber watcher = Subscriber.connect(bench).subscribe(topic, 1);
                    Client client = authenticated(bench, packet).send(begin(bench));
                    Packet challenge = client.receive();
                    bench.skipUnless(challenge.reason() == CONTINUE, "the mechanism has no challenges");
                    checkChallenge(bench, challenge);
                    ClientMechanism mechanism = bench.mechanism();
                    byte[] wrong = mechanism.wrongAnswer(challenge.binary(Property.AUTHENTICATION_DATA));
                    client.send(Packets.auth(CONTINUE, properties(mechanism.method(), wrong)));
                    client.expectThrownOut(NOT_AUTHORIZED, 0x80, 0x83);
                    watcher.until("will");
                });
        cases.of("auth.again-other-method", "A re-authentication by another method ends the connection")
                .v5("MQTT-4.12.1-2", "MQTT-4.13.1-1")
                .run(bench -> {
                    String other = bench.mechanism().method() + "x";
                    Client client = authenticated(bench, connectPacket(bench));
                    client.send(Packets.auth(AGAIN, properties(other, new byte[0])));
                    client.expectThrownOut(PROTOCOL_ERROR, BAD_METHOD, NOT_AUTHORIZED);
                });
        cases.of("auth.again-wrong-packets", "AUTH out of order, without a method or with a wrong code is an error")
                .v5("MQTT-4.13.1-1", "MQTT-3.15.1-1")
                .run(ReauthenticationCases::wrongPackets);
    }

    private static byte[] begin(Bench bench) {
        ClientMechanism mechanism = bench.mechanism();
        return Packets.auth(AGAIN, properties(mechanism.method(), mechanism.first()));
    }

    private static void success(Bench bench, Packet packet) {
        check(PacketType.AUTH, packet.type(), "the end of the re-authentication");
        check(0, packet.reason(), "its reason code");
        check(bench.mechanism().method(), packet.text(Property.AUTHENTICATION_METHOD), "its method");
    }

    private static void amongOthers(Bench bench) {
        Client client = authenticated(bench, connectPacket(bench));
        client.subscribe(bench.topic("t"), 0);
        client.send(begin(bench));
        Packet challenge = client.receive();
        bench.skipUnless(challenge.reason() == CONTINUE, "the mechanism has no challenges");
        client.expectNothing();
        client.subscribe(bench.topic("more"), 1);
        bench.connect().publish(bench.topic("t"), "to it", 1);
        client.expectPublish("to it");
        client.send(bench.publishPacket(bench.topic("t"), "from it").toArray());
        client.expectPublish("from it");
        ClientMechanism mechanism = bench.mechanism();
        byte[] answer = mechanism.answer(challenge.binary(Property.AUTHENTICATION_DATA));
        client.send(Packets.auth(CONTINUE, properties(mechanism.method(), answer)));
        success(bench, answerAll(bench, client));
        client.disconnect();
    }

    private static void wrongPackets(Bench bench) throws Exception {
        String method = bench.mechanism().method();
        byte[] none = {};
        record Wrong(String what, byte[] packet) {}
        Wrong[] packets = {
            new Wrong("an answer without a challenge", Packets.auth(CONTINUE, properties(method, none))),
            new Wrong("success, which only a server says", Packets.auth(0, properties(method, none))),
            new Wrong("an empty AUTH", Packets.packet(0xF0)),
            new Wrong("an unknown code", Packets.auth(0x1A, properties(method, none))),
            new Wrong("no method", Packets.auth(AGAIN, new Properties())),
            new Wrong(
                    "the method twice",
                    Packets.auth(AGAIN, properties(method, none).text(Property.AUTHENTICATION_METHOD, method))),
            new Wrong(
                    "a property of others",
                    Packets.auth(AGAIN, properties(method, none).number(Property.RECEIVE_MAXIMUM, 1))),
        };
        for (Wrong wrong : packets) {
            bench.row(
                    wrong.what(),
                    () -> authenticated(bench, connectPacket(bench))
                            .send(wrong.packet())
                            .expectThrownOut(PROTOCOL_ERROR, MALFORMED));
        }
        for (int flags = 1; flags < 16; flags++) {
            byte[] auth = begin(bench);
            auth[0] |= (byte) flags;
            bench.row(
                    "flags " + flags,
                    () -> authenticated(bench, connectPacket(bench)).send(auth).expectThrownOut(MALFORMED));
        }
    }
}
