package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What no client may send, over a socket: MQTT 5 is told the reason code that the standard has for it, by CONNACK or
 * DISCONNECT (4.13.1), MQTT 3 is sent away without a word (3.1.1, 4.8), but for the return codes of CONNACK; and then the
 * connection is closed, in order. {@link PacketDecoderTest} has more cases, without a socket.
 */
@ExtendWith(NoLeaks.class)
class HostilePacketsTest {
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;
    private static final int TOO_LARGE = 0x95;

    /** The connection closes without a word. */
    private static final int BARE = -1;

    @SuppressWarnings("NullAway.Init")
    private static EchoServer server;

    @BeforeAll
    static void start() {
        server = EchoServer.start(EchoServer.tcp());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static DynamicTest v5(String name, String sent, int reason) {
        return DynamicTest.dynamicTest(name, () -> {
            try (RawClient client = server.client()) {
                client.send(RawClient.CONNECT_V5).readPacket();
                byte[] disconnect = client.send(sent).readPacket();
                assertEquals("e0", Bytes.hex(disconnect).substring(0, 2));
                assertEquals(reason, disconnect[2] & 0xFF);
                client.expectEnd();
                server.expectEvent("error " + ReasonCode.of(reason));
                server.expectEvent("closed");
            }
        });
    }

    private static DynamicTest v5(String name, int first, String body, int reason) {
        return v5(name, Bytes.hex(Bytes.packet(first, body)), reason);
    }

    private static DynamicTest v311(String name, String sent) {
        return DynamicTest.dynamicTest("v3.1.1 " + name, () -> {
            try (RawClient client = server.client()) {
                client.send(RawClient.CONNECT_V311).expect("20 02 00 00");
                client.send(sent).expectEnd();
                server.expectEventOf("error ");
                server.expectEvent("closed");
            }
        });
    }

    private static DynamicTest connect5(String name, String body, int reason) {
        return connect5Packet(name, Bytes.hex(Bytes.packet(0x10, body)), reason);
    }

    private static DynamicTest connect5Packet(String name, String sent, int reason) {
        return DynamicTest.dynamicTest("CONNECT " + name, () -> {
            try (RawClient client = server.client()) {
                client.send(sent);
                if (reason != BARE) {
                    byte[] connack = client.readPacket();
                    assertEquals("2000", Bytes.hex(new byte[] {connack[0], connack[2]}));
                    assertEquals(reason, connack[3] & 0xFF);
                    client.expectEnd();
                } else {
                    client.expectClosed();
                }
            }
        });
    }

    /** {@code code} is the return code of CONNACK (3.1.1, 3.2.2.3). */
    private static DynamicTest connect3(String name, String body, int code) {
        return DynamicTest.dynamicTest("v3.1.1 CONNECT " + name, () -> {
            try (RawClient client = server.client()) {
                client.send(Bytes.packet(0x10, body));
                if (code != BARE) {
                    client.expect(new byte[] {0x20, 2, 0, (byte) code});
                    client.expectEnd();
                } else {
                    client.expectClosed();
                }
            }
        });
    }

    @TestFactory
    List<DynamicTest> headers() {
        List<DynamicTest> tests = new ArrayList<>(List.of(
                v5("type 0", "00 00", MALFORMED),
                v5("CONNACK", "20 03 00 00 00", PROTOCOL_ERROR),
                v5("SUBACK", "90 04 0001 00 00", PROTOCOL_ERROR),
                v5("UNSUBACK", "b0 04 0001 00 00", PROTOCOL_ERROR),
                v5("PINGRESP", "d0 00", PROTOCOL_ERROR),
                v5("second CONNECT [MQTT-3.1.0-2]", RawClient.CONNECT_V5, PROTOCOL_ERROR),
                v5("five bytes of length", "30 ffffffff01", MALFORMED),
                v5("five bytes of length, all continued", "30 ffffffffff", MALFORMED),
                v5("longer length than needed [MQTT-1.5.5-1]", "c0 8000", MALFORMED),
                v5("longer length than needed, PUBLISH [MQTT-1.5.5-1]", "30 84 80 00 0001'a' 00", MALFORMED),
                // Nothing of the body has come.
                v5("announces more than the maximum", "30 818040", TOO_LARGE),
                v5("announces the most there is", "30 ffffff7f", TOO_LARGE),
                v311("type 0", "00 00"),
                v311("type 15", "f0 00"),
                v311("CONNACK", "20 02 00 00"),
                v311("SUBACK", "90 03 0001 00"),
                v311("UNSUBACK", "b0 02 0001"),
                v311("PINGRESP", "d0 00"),
                v311("second CONNECT", RawClient.CONNECT_V311),
                v311("five bytes of length", "30 ffffffff01"),
                v311("announces more than the maximum", "30 818040")));
        // [MQTT-2.1.3-1]: each bit that is reserved, in each packet that a client may send.
        String[] packets = {
            "40 02 0001",
            "50 02 0001",
            "62 02 0001",
            "70 02 0001",
            "82 07 0001 00 0001'a' 00",
            "a2 06 0001 00 0001'a'",
            "c0 00",
            "e0 00",
            "f0 06 18 04 150001'm'"
        };
        for (String packet : packets) {
            byte[] right = Bytes.of(packet);
            for (int bit = 1; bit <= 8; bit <<= 1) {
                byte[] wrong = right.clone();
                wrong[0] ^= (byte) bit;
                String sent = Bytes.hex(wrong);
                tests.add(v5("flags " + sent.substring(0, 2), sent, MALFORMED));
                if ((right[0] & 0xFF) != 0xF0) {
                    tests.add(v311("flags " + sent.substring(0, 2), sent));
                }
            }
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> publishes() {
        return List.of(
                v5("QoS 3 [MQTT-3.3.1-4]", 0x36, "0001'a' 0001 00", MALFORMED),
                v5("DUP at QoS 0 [MQTT-3.3.1-2]", 0x38, "0001'a' 00", MALFORMED),
                v5("packet id 0 [MQTT-2.2.1-3]", 0x32, "0001'a' 0000 00", PROTOCOL_ERROR),
                v5("no topic, no alias (3.3.2.1)", 0x30, "0000 00", PROTOCOL_ERROR),
                v5("wildcard [MQTT-3.3.2-2]", 0x30, "0001'#' 00", PROTOCOL_ERROR),
                v5("topic not UTF-8 [MQTT-1.5.4-1]", 0x30, "0001 ff 00", MALFORMED),
                v5("topic with U+0000 [MQTT-1.5.4-2]", 0x30, "0001 00 00", MALFORMED),
                v5("alias 0 [MQTT-3.3.2-8]", 0x30, "0001'a' 03 230000", 0x94),
                v5("alias too high [MQTT-3.3.2-9]", 0x30, "0001'a' 03 230021", 0x94),
                v5("property twice", 0x30, "0001'a' 06 230001 230001", PROTOCOL_ERROR),
                v5("property of another packet (2.2.2.2)", 0x30, "0001'a' 05 1100000000", MALFORMED),
                v5("subscription identifier [MQTT-3.3.4-6]", 0x30, "0001'a' 02 0b01", PROTOCOL_ERROR),
                v5("response topic with wildcard [MQTT-3.3.2-14]", 0x30, "0001'a' 04 080001'+'", PROTOCOL_ERROR),
                v5("properties longer than the packet", 0x30, "0001'a' 7f 0101", MALFORMED),
                v311("QoS 3", "36 05 0001'a' 0001"),
                v311("DUP at QoS 0", "38 03 0001'a'"),
                v311("packet id 0", "32 05 0001'a' 0000"),
                v311("no topic", "30 02 0000"),
                v311("wildcard", "30 03 0001'+'"),
                v311("topic not UTF-8", "30 03 0001 ff"));
    }

    /** PUBACK, PUBREC, PUBREL and PUBCOMP: every reason code that the packet does not have. */
    @TestFactory
    List<DynamicTest> reasonCodesOfAcknowledgements() {
        List<DynamicTest> tests = new ArrayList<>();
        List<Integer> ofPublish = List.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
        List<Integer> ofRelease = List.of(0x00, 0x92);
        List<Integer> others = List.of(0x01, 0x04, 0x11, 0x18, 0x7f, 0x81, 0x82, 0x8e, 0xa2, 0xa3, 0xff);
        for (int first : new int[] {0x40, 0x50, 0x62, 0x70}) {
            boolean publish = first < 0x60;
            List<Integer> wrong = new ArrayList<>(others);
            wrong.addAll(publish ? ofRelease : ofPublish);
            wrong.removeAll(publish ? ofPublish : ofRelease);
            for (int code : wrong) {
                String sent = String.format("%02x 03 0001 %02x", first, code);
                tests.add(v5("reason code " + sent, sent, PROTOCOL_ERROR));
            }
            String name = String.format("%02x ", first);
            tests.add(v5(name + "property of another packet", first, "0001 00 02 0101", MALFORMED));
            tests.add(v5(name + "two reason strings", first, "0001 00 08 1f0001'a' 1f0001'b'", PROTOCOL_ERROR));
            tests.add(v5(name + "longer than its properties", first, "0001 00 00 00", MALFORMED));
            tests.add(v5(name + "packet id 0", first, "0000", PROTOCOL_ERROR));
            tests.add(v5(name + "cut", first, "00", MALFORMED));
            tests.add(v311(name + "with a reason code", String.format("%02x 03 0001 00", first)));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> subscriptions() {
        return List.of(
                v5("SUBSCRIBE to nothing [MQTT-3.8.3-2]", 0x82, "0001 00", PROTOCOL_ERROR),
                v5("UNSUBSCRIBE from nothing [MQTT-3.10.3-2]", 0xa2, "0001 00", PROTOCOL_ERROR),
                v5("reserved option [MQTT-3.8.3-5]", 0x82, "0001 00 0001'a' 40", MALFORMED),
                v5("reserved option 80 [MQTT-3.8.3-5]", 0x82, "0001 00 0001'a' 80", MALFORMED),
                v5("QoS 3 (3.8.3.1)", 0x82, "0001 00 0001'a' 03", PROTOCOL_ERROR),
                v5("retain handling 3 (3.8.3.1)", 0x82, "0001 00 0001'a' 30", PROTOCOL_ERROR),
                v5("shared, no local [MQTT-3.8.3-4]", 0x82, "0001 00 000a'$share/g/a' 04", PROTOCOL_ERROR),
                v5("identifier 0 (3.8.2.1.2)", 0x82, "0001 02 0b00 0001'a' 00", PROTOCOL_ERROR),
                v5("two identifiers (3.8.2.1.2)", 0x82, "0001 04 0b01 0b02 0001'a' 00", PROTOCOL_ERROR),
                v5("SUBSCRIBE with id 0", 0x82, "0000 00 0001'a' 00", PROTOCOL_ERROR),
                v5("UNSUBSCRIBE with id 0", 0xa2, "0000 00 0001'a'", PROTOCOL_ERROR),
                v5("filter without options", 0x82, "0001 00 0001'a'", MALFORMED),
                v5("filter not UTF-8", 0x82, "0001 00 0001 ff 00", MALFORMED),
                v5("UNSUBSCRIBE with an identifier", 0xa2, "0001 02 0b01 0001'a'", MALFORMED),
                v311("SUBSCRIBE to nothing", "82 02 0001"),
                v311("UNSUBSCRIBE from nothing", "a2 02 0001"),
                v311("reserved bit", "82 06 0001 0001'a' 04"),
                v311("QoS 3", "82 06 0001 0001'a' 03"));
    }

    @TestFactory
    List<DynamicTest> disconnectsAndAuths() {
        List<DynamicTest> tests = new ArrayList<>(List.of(
                v5("DISCONNECT with a server reference", 0xe0, "00 04 1c0001'b'", PROTOCOL_ERROR),
                v5("DISCONNECT with another packet's property", 0xe0, "00 02 0101", MALFORMED),
                v5("AUTH without method in CONNECT", 0xf0, "18 04 150001'm'", PROTOCOL_ERROR),
                v5("AUTH of nothing", "f0 00", PROTOCOL_ERROR),
                v5("PINGREQ with a body", "c0 01 00", MALFORMED),
                v311("DISCONNECT with a body", "e0 01 00"),
                v311("PINGREQ with a body", "c0 01 00")));
        // Unknown ones, and those of the server alone.
        for (int code : new int[] {0x01, 0x05, 0x7f, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x9c, 0x9d, 0xa0, 0xa2, 0xff}) {
            String sent = String.format("e0 01 %02x", code);
            tests.add(v5("DISCONNECT with " + sent, sent, PROTOCOL_ERROR));
        }
        return tests;
    }

    /** AUTH from a client that may authenticate, with a reason code that is not for it [MQTT-3.15.2-1]. */
    @Test
    void reasonCodesOfAuth() throws Exception {
        try (EchoServer silent = EchoServer.start(EchoServer.tcp(), Undecided::new)) {
            for (String auth : List.of("00", "01", "80", "ff")) {
                try (RawClient client = silent.client()) {
                    client.send("10 12 0004'MQTT' 05 02 003c 04 150001'm' 0001'c'");
                    byte[] connack =
                            client.send("f0 06" + auth + "04 150001'm'").readPacket();
                    assertEquals("2000", Bytes.hex(new byte[] {connack[0], connack[2]}));
                    assertEquals(PROTOCOL_ERROR, connack[3] & 0xFF);
                    client.expectEnd();
                    silent.expectEvent("error PROTOCOL_ERROR");
                    silent.expectEvent("closed");
                }
            }
        }
    }

    private static final class Undecided extends Echo {
        Undecided(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        void onConnect(Connect connect) {}
    }

    @TestFactory
    List<DynamicTest> connects() {
        return List.of(
                connect5("reserved flag [MQTT-3.1.2-3]", "0004'MQTT' 05 03 003c 00 0001'c'", MALFORMED),
                connect5("will QoS 3 [MQTT-3.1.2-12]", "0004'MQTT' 05 1e 003c 00 0001'c' 00 0001't' 0000", MALFORMED),
                connect5("will QoS, no will [MQTT-3.1.2-11]", "0004'MQTT' 05 0a 003c 00 0001'c'", MALFORMED),
                connect5("will retain, no will [MQTT-3.1.2-13]", "0004'MQTT' 05 22 003c 00 0001'c'", MALFORMED),
                connect5("will topic", "0004'MQTT' 05 06 003c 00 0001'c' 00 0001'#' 0000", PROTOCOL_ERROR),
                connect5("receive maximum 0", "0004'MQTT' 05 02 003c 03 210000 0001'c'", PROTOCOL_ERROR),
                connect5("maximum packet size 0", "0004'MQTT' 05 02 003c 05 2700000000 0001'c'", PROTOCOL_ERROR),
                connect5("boolean 2", "0004'MQTT' 05 02 003c 02 1902 0001'c'", PROTOCOL_ERROR),
                connect5("data without method", "0004'MQTT' 05 02 003c 04 160001'd' 0001'c'", PROTOCOL_ERROR),
                connect5("property twice", "0004'MQTT' 05 02 003c 0a 1100000001 1100000001 0001'c'", PROTOCOL_ERROR),
                connect5("property of another packet", "0004'MQTT' 05 02 003c 02 0101 0001'c'", MALFORMED),
                connect5("client id not UTF-8", "0004'MQTT' 05 02 003c 00 0001 ff", MALFORMED),
                connect5("level 6 [MQTT-3.1.2-2]", "0004'MQTT' 06 02 003c 00 0001'c'", 0x84),
                connect5("another protocol [MQTT-3.1.2-1]", "0004'HTTP' 05 02 003c 00 0001'c'", BARE),
                connect5Packet("long length [MQTT-1.5.5-1]", "10 8e00 0004'MQTT' 05 02 003c 00 0001'c'", MALFORMED),
                connect5Packet("too large", "10 818040 0004'MQTT' 05", TOO_LARGE),
                connect5Packet("with flags", "11 0e 0004'MQTT' 05 02 003c 00 0001'c'", BARE),
                connect5Packet("of five length bytes", "10 8e80808000", BARE),
                connect5Packet("that is a PINGREQ [MQTT-3.1.0-1]", "c0 00", BARE),
                connect5Packet("that is a PUBLISH [MQTT-3.1.0-1]", "30 04 0001'a' 00", BARE),
                connect3("level 3", "0004'MQTT' 03 02 003c 0001'c'", 1),
                connect3("reserved flag", "0004'MQTT' 04 03 003c 0001'c'", BARE),
                connect3("password alone [MQTT-3.1.2-22]", "0004'MQTT' 04 42 003c 0001'c' 0001'p'", BARE),
                connect3("will QoS 3", "0004'MQTT' 04 1e 003c 0001'c' 0001't' 0000", BARE),
                connect3("will retain, no will", "0004'MQTT' 04 22 003c 0001'c'", BARE),
                connect3("no client id, session kept [MQTT-3.1.3-8]", "0004'MQTT' 04 00 003c 0000", 2));
    }

    /** The length of a packet may be written long in 3.1.1, which has no rule against it. */
    @Test
    void longLengthOfV311() throws Exception {
        try (RawClient client = server.client()) {
            client.send("10 8d00 0004'MQTT' 04 02 003c 0001'c'").expect("20 02 00 00");
            client.send("c0 8000").expect("d0 00");
        }
        server.expectEvent("closed");
    }

    /** What looks as hostile and is not. */
    @Test
    void acceptedInV5() throws Exception {
        String longTopic = "t".repeat(40_000);
        for (String body : List.of(
                "0004'MQTT' 05 42 003c 00 0001'c' 0003 ff00fe",
                "0004'MQTT' 05 00 003c 00 0000",
                "0004'MQTT' 05 06 003c 00 0001'c' 00 9c40'" + longTopic + "' 0000")) {
            try (RawClient client = server.client()) {
                client.send(Bytes.packet(0x10, body)).expect("20 0b 00 00 08 2700100000 220020");
            }
            server.expectEvent("closed");
        }
    }

    /** They are bytes, and need not be UTF-8 (3.1.3.6). */
    @Test
    void passwordsArriveAsTheyWere() throws Exception {
        try (EchoServer curious = EchoServer.start(EchoServer.tcp(), Curious::new);
                RawClient v5 = curious.client();
                RawClient v311 = curious.client()) {
            v5.send(Bytes.packet(0x10, "0004'MQTT' 05 42 003c 00 0001'c' 0003 ff00fe"));
            curious.expectEvent("password ff00fe");
            v311.send(Bytes.packet(0x10, "0004'MQTT' 04 c2 003c 0001'c' 0001'u' 0002 c080"));
            curious.expectEvent("password c080");
        }
    }

    private static final class Curious extends Echo {
        Curious(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        void onConnect(Connect connect) {
            byte[] password = connect.password();
            server().event("password " + (password == null ? "none" : Bytes.hex(password)));
        }
    }

    /** 128 and more bytes of properties, the last of which has two bytes of value, and a payload behind. */
    @Test
    void longPropertiesInEveryPacketThatHasThem() throws Exception {
        String user = "26 0001'k' 007c '" + "v".repeat(124) + "'"; // 130 bytes
        try (RawClient client = server.client()) {
            client.send(Bytes.packet(0x10, "0004'MQTT' 05 02 003c 8501" + user + "22000a 0001'c'"))
                    .expect("20 0b 00 00 08 2700100000 220020");
            // The alias came to its end unharmed: the next one uses it; the client's aliases are ours to use as well.
            client.send(Bytes.packet(0x30, "0001'a' 8501" + user + "230001 'x'"))
                    .expect(Bytes.packet(0x30, "0001'a' 8201" + user + "'x'"));
            client.send("30 07 0000 03 230001 'y'").expect("30 05 0001'a' 00 'y'");
            String reason = "1f 007c '" + "r".repeat(124) + "' 26 0000 0002'ab'"; // 134 bytes
            for (int first : new int[] {0x40, 0x70}) {
                client.send(Bytes.packet(first, "0001 00 8601" + reason));
                server.expectEvent((first == 0x40 ? "puback" : "pubcomp") + " 1 0");
            }
            client.send(Bytes.packet(0x50, "0001 87 8601" + reason)).expect("62 03 0001 92");
            client.send(Bytes.packet(0x62, "0001 92 8601" + reason)).expect("70 02 0001");
            client.send(Bytes.packet(0x82, "0007 8501" + user + "0b8001 0001'a' 00"))
                    .expect("90 04 0007 00 00");
            client.send(Bytes.packet(0xa2, "0008 8201" + user + "0001'a' 0001'b'"))
                    .expect("b0 05 0008 00 11 11");
            client.send(Bytes.packet(0xe0, "00 8601" + reason)).expectEnd();
            server.expectEvent("disconnect SUCCESS");
            server.expectEvent("closed");
        }
    }

    /** The bytes of a packet may come one by one. */
    @Test
    void oneByOne() throws Exception {
        try (RawClient client = server.client()) {
            byte[] all = Bytes.of(RawClient.CONNECT_V5 + "32 07 0001'a' 0007 00 'x' c0 00");
            for (byte one : all) {
                client.send(new byte[] {one});
            }
            client.expect("20 0b 00 00 08 2700100000 220020");
            client.expect("40 02 0007 32 07 0001'a' 0001 00 'x' d0 00");
        }
        server.expectEvent("closed");
    }
}
