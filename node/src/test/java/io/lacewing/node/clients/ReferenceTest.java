package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client is told for its further ways: response information (3.2.2.3.15), and other servers (4.11). */
class ReferenceTest {
    private static final String REFERENCE = "1c 000e'b.example:1883'";

    private static String hex(String text) {
        return Bytes.hex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** [MQTT-3.1.2-28] */
    @ParameterizedTest
    @CsvSource({
        "me, 1901, 1a 000a 'answers/me'",
        "me, 1900, ''",
        "me, '', ''",
        "a/b, 1901, 1a 000b 'answers/a/b'",
        // no topic name
        "a+b, 1901, ''",
        "'#', 1901, ''",
        // longer than the client takes: 29 bytes, or one more
        "me, 1901 27 0000001d, 1a 000a 'answers/me'",
        "me, 1901 27 0000001c, ''",
    })
    void responseInformationIsForThoseWhoAsk(String id, String properties, String expected) throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("mqtt.responseInformation=answers/${clientid}");
                PacketClient client = PacketClient.v5(broker).connect(id, true, properties)) {
            String bare = PacketClient.ANSWER.substring(2, PacketClient.ANSWER.length() - 1);
            client.expect("CONNACK 00 {" + bare + Bytes.hex(Bytes.of(expected)) + "}");
        }
    }

    @Test
    void anAssignedClientIdIsThatOfTheResponseInformation() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("mqtt.responseInformation=${clientid}/r");
                PacketClient client = PacketClient.v5(broker).connect("", true, "1901")) {
            String answer = client.next().toString();
            String assigned = answer.replaceFirst(".*12(00..)(6c772d.*?)220010.*", "$2");
            assertTrue(answer.endsWith(assigned + hex("/r") + "}"), answer);
        }
    }

    @Test
    void thereIsNoResponseInformationByDefault() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start();
                PacketClient client = PacketClient.v5(broker).connect("none", true, "1901")) {
            client.expect("CONNACK 00" + PacketClient.ANSWER);
        }
    }

    @Test
    void clientsOfANodeThatStopsAreSentToAnother() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("mqtt.serverReference=b.example:1883")) {
            PacketClient client = PacketClient.clean(broker, "stop");
            PacketClient old = PacketClient.clean3(broker, "stop-3");
            PacketClient terse = PacketClient.v5(broker).connect("terse", true, "27 00000012");
            terse.next();

            broker.stop();

            String told = client.next().toString();
            assertTrue(told.startsWith("DISCONNECT 9c {" + Bytes.hex(Bytes.of(REFERENCE))), told);
            client.expectClosed();
            old.expectClosed();
            terse.expect("DISCONNECT 9c").expectClosed();
        }
    }

    @Test
    void whoComesToAFullNodeIsSentToAnother() throws Exception {
        try (BrokerFixture broker =
                        BrokerFixture.start("mqtt.serverReference=b.example:1883", "limits.maxConnections=1");
                PacketClient first = PacketClient.clean(broker, "first");
                PacketClient second = PacketClient.v5(broker).connect("second", true, "");
                PacketClient old = PacketClient.v3(broker).connect("old", true, "")) {
            String told = second.next().toString();
            assertTrue(told.startsWith("CONNACK 9c {" + Bytes.hex(Bytes.of(REFERENCE))), told);
            second.expectClosed();
            old.expect("CONNACK 03").expectClosed();
            first.ping();
        }
    }

    @Test
    void withoutAReferenceAFullNodeIsBusy() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.maxConnections=1");
                PacketClient first = PacketClient.clean(broker, "first");
                PacketClient second = PacketClient.v5(broker).connect("second", true, "")) {
            second.expect("CONNACK 89").expectClosed();
            first.ping();
        }
    }
}
