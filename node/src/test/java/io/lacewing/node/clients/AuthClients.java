package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.auth.ChallengeMechanism;
import io.lacewing.node.mqtt.Bytes;
import java.io.IOException;
import java.util.Arrays;

/** What a client of enhanced authentication says, for tests: CONNECT with a method, AUTH, answers to challenges. */
final class AuthClients {
    private static final int CLEAN = 0x02;

    /** Continue authentication. */
    static final int CONTINUE = 0x18;

    /** Re-authenticate. */
    static final int AGAIN = 0x19;

    private AuthClients() {}

    /** The property Authentication Method. */
    static String method(String name) {
        return "15 " + String.format("%04x", name.length()) + "'" + name + "'";
    }

    /** The property Authentication Data. */
    static String data(byte[] data) {
        return "16" + String.format("%04x", data.length) + Bytes.hex(data);
    }

    /** A client whose CONNECT with this method has been sent. */
    static PacketClient connecting(BrokerFixture broker, String id, String method) throws IOException {
        return PacketClient.v5(broker).connect(id, CLEAN, 60, method(method), "");
    }

    /** Sends an AUTH with this reason code and these properties. */
    static PacketClient auth(PacketClient client, int reason, String properties) throws IOException {
        int length = Bytes.of(properties).length;
        String size = length < 0x80
                ? String.format("%02x", length)
                : String.format("%02x%02x", (length & 0x7F) | 0x80, length >> 7);
        return client.send(0xF0, String.format("%02x", reason) + size + properties);
    }

    /** Reads the AUTH with a challenge. */
    static byte[] challenge(PacketClient client, String method) throws IOException {
        byte[] packet = client.next().bytes();
        byte[] challenge = Arrays.copyOfRange(packet, packet.length - 8, packet.length);
        String properties = method(method) + data(challenge);
        String expected = "18" + String.format("%02x", Bytes.of(properties).length) + properties;
        assertEquals(Bytes.hex(Bytes.packet(0xF0, expected)), Bytes.hex(packet));
        return challenge;
    }

    /** Reads a challenge and answers it as it should be. */
    static void meet(PacketClient client, String method) throws IOException {
        byte[] answer = ChallengeMechanism.reversed(challenge(client, method));
        auth(client, CONTINUE, method(method) + data(answer));
    }

    /** The properties of a CONNACK or AUTH at the end of challenges. */
    static String proven(String method) {
        return Bytes.hex(Bytes.of(method(method) + "160002'ok'"));
    }

    /** A CONNACK without a session, with these properties behind those that every CONNACK has. */
    static String connack(String properties) {
        return "CONNACK 00" + PacketClient.ANSWER.replace("}", properties + "}");
    }

    /** A client that has met its challenges and has its CONNACK. */
    static PacketClient authenticated(BrokerFixture broker, String id) throws IOException {
        String method = ChallengeMechanism.NAME;
        PacketClient client = connecting(broker, id, method);
        meet(client, method);
        meet(client, method);
        return client.expect(connack(proven(method)));
    }
}
