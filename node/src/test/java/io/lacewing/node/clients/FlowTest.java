package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.Bytes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows, sizes, aliases, properties, expiry and keep alive (3.1.2.11, 3.3.2.3, 4.9). */
class FlowTest {
    private static final int CLEAN = 0x02;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start(
                "limits.receiveMaximum=5", "limits.maxKeepAlive=100s", "limits.topicAliasMaximum=2");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    /** Connects with a clean start and keep alive 60. */
    private static PacketClient client(String id, String properties) throws Exception {
        PacketClient client = PacketClient.v5(broker).connect(id, true, properties);
        assertTrue(client.next().toString().startsWith("CONNACK 00"));
        return client;
    }

    @Test
    void theConnackTellsWhatTheBrokerDecided() throws Exception {
        Received answer = PacketClient.v5(broker).connect("", CLEAN, 0, "", "").next();
        // Assigned client id "lw-..." [MQTT-3.2.2-16], Server Keep Alive 100 [MQTT-3.1.2-21].
        assertTrue(answer.toString().contains("6c772d"), answer.toString());
        assertTrue(answer.toString().contains("130064"), answer.toString());
        // 7 days are the most that a session may last.
        answer = PacketClient.v5(broker)
                .connect("ever", CLEAN, 60, "11 ffffffff", "")
                .next();
        assertTrue(answer.toString().contains("1100093a80"), answer.toString());
    }

    /** [MQTT-3.1.2-24]: nothing longer is sent, not even what the client needs to go on. */
    @Test
    void answersLongerThanTheClientsMaximumPacketSizeEndTheConnection() throws Exception {
        try (PacketClient client = PacketClient.v5(broker).connect("tiny", true, "27 00000002")) {
            client.expectClosed();
        }
        try (PacketClient client = PacketClient.v5(broker).connect("tiny", true, "27 00000004 15 0001'm'")) {
            client.expectClosed(); // a CONNACK that refuses it has five bytes
        }
        String twenty = "0001'a' 00".repeat(20);
        try (PacketClient client = client("small", "27 00000014")) {
            client.send(0x82, "0001 00" + twenty).expectDisconnect("95");
        }
        try (PacketClient client = client("small", "27 00000014")) {
            client.send(0xa2, "0001 00" + "0001'a'".repeat(20)).expectDisconnect("95");
        }
        try (PacketClient client = client("enough", "27 0000001a")) {
            client.send(0x82, "0001 00" + twenty).expect("SUBACK #1" + " 00".repeat(20));
        }
    }

    @Test
    void mqtt3ClientsKeepTheirOwnKeepAlive() throws Exception {
        try (PacketClient client =
                PacketClient.v3(broker).connect("own", CLEAN, 0, "", "").expect("CONNACK 00")) {
            client.ping();
        }
        PacketClient.v3(broker).connect("", 0, 60, "", "").expect("CONNACK 02").expectClosed();
        PacketClient.v3(broker)
                .connect("", CLEAN, 60, "", "")
                .expect("CONNACK 00")
                .ping()
                .close();
    }

    /** [MQTT-3.3.4-9], [MQTT-3.3.4-8]: what is not acknowledged never exceeds the client's Receive Maximum. */
    @ParameterizedTest
    @ValueSource(strings = {"", PacketClient.KEPT})
    void theClientsReceiveMaximumHolds(String expiry) throws Exception {
        String topic = "rm" + expiry.length();
        try (PacketClient client = client(topic, expiry + "21 0003").subscribe(topic, 2);
                PacketClient publisher = client(topic + "-p", "")) {
            for (int i = 0; i < 10; i++) {
                publisher.publish1(topic, "" + i).publish2(topic, "" + i);
            }
            publisher.publish(topic, "end");
            // QoS 0 is not counted and overtakes: it came last, so there is not a fourth one before it.
            client.expect("PUBLISH " + topic + " '0' q1 #1", "PUBLISH " + topic + " '0' q2 #2");
            client.expect("PUBLISH " + topic + " '1' q1 #3", "PUBLISH " + topic + " 'end' q0");
            client.ack(0x50, 2).expect("PUBREL #2 00").ping();
            client.ack(0x40, 3).expect("PUBLISH " + topic + " '1' q2 #4");
            client.ack(0x70, 2);
            assertEquals("PUBLISH " + topic + " '2' q1", client.next().withoutId());
            client.ping();
        }
    }

    /** [MQTT-3.3.4-7]: QoS 2 counts until PUBCOMP. */
    @Test
    void moreThanTheBrokersReceiveMaximumIsAnError() throws Exception {
        try (PacketClient client = client("rx", "")) {
            for (int i = 1; i <= 4; i++) {
                client.publish(0x34, "rx", i, "", "x").expect("PUBREC #" + i + " 10");
            }
            for (int i = 10; i < 20; i++) {
                client.publish(0x32, "rx", i, "", "x").expect("PUBACK #" + i + " 10");
            }
            client.publish(0x34, "rx", 5, "", "x").expect("PUBREC #5 10");
            client.ack(0x62, 5).expect("PUBCOMP #5 00");
            client.publish(0x34, "rx", 6, "", "x").expect("PUBREC #6 10");
            client.publish(0x32, "rx", 7, "", "x").expectDisconnect("93");
        }
    }

    /** [MQTT-3.1.2-24, MQTT-3.1.2-25] */
    @ParameterizedTest
    @ValueSource(strings = {"", PacketClient.KEPT})
    void whatIsTooLongForTheClientIsNotSent(String expiry) throws Exception {
        String topic = "mp" + expiry.length();
        try (PacketClient client = client(topic, expiry + "27 00000032 21 0001").subscribe(topic, 2);
                PacketClient publisher = client(topic + "-p", "")) {
            publisher
                    .publish(topic, "x".repeat(50))
                    .publish1(topic, "x".repeat(50))
                    .publish2(topic, "x".repeat(50));
            publisher.publish1(topic, "fits").publish2(topic, "too");
            client.take("PUBLISH " + topic + " 'fits' q1").take("PUBLISH " + topic + " 'too' q2");
        }
    }

    /** [MQTT-3.1.2-24]: 16 bytes are the CONNACK's, and 5 those of a refusal. */
    @Test
    void aClientThatTakesNoConnackIsRefused() throws Exception {
        client("mp-16", "27 00000010").ping().close();
        PacketClient.v5(broker)
                .connect("mp-15", true, "27 0000000f")
                .expect("CONNACK 83")
                .expectClosed();
        PacketClient.v5(broker)
                .connect("mp-5", true, "27 00000005")
                .expect("CONNACK 83")
                .expectClosed();
        PacketClient.v5(broker).connect("mp-4", true, "27 00000004").expectClosed();
    }

    /** [MQTT-3.1.2-24]: an answer that is too long can not be given, and without it the client would wait for ever. */
    @Test
    void anAnswerTooLongForTheClientEndsTheConnection() throws Exception {
        try (PacketClient client = client("mp-sub", "27 00000010")) {
            client.send(0x82, "0001 00" + "0001'a' 00".repeat(11));
            client.expect("SUBACK #1" + " 00".repeat(11));
            client.send(0x82, "0002 00" + "0001'a' 00".repeat(12)).expectDisconnect("95");
        }
        try (PacketClient client = client("mp-unsub", "27 00000010")) {
            client.send(0xA2, "0001 00" + "0001'a'".repeat(12)).expectDisconnect("95");
        }
    }

    @Test
    void aliasesOfTheClient() throws Exception {
        try (PacketClient client = client("al", "").subscribe("al/+", 0)) {
            client.publish(0x30, "al/a", 0, "23 0001", "1").publish(0x30, "", 0, "23 0001", "2");
            client.publish(0x30, "al/b", 0, "23 0001", "3").publish(0x30, "", 0, "23 0001", "4");
            client.expect("PUBLISH al/a '1' q0", "PUBLISH al/a '2' q0", "PUBLISH al/b '3' q0", "PUBLISH al/b '4' q0");
            client.publish(0x30, "al/a", 0, "23 0003", "5").expectDisconnect("94");
        }
        try (PacketClient client = client("al2", "")) {
            client.publish(0x30, "", 0, "23 0002", "1").expectDisconnect("82");
        }
    }

    @Test
    void aliasesOfTheBroker() throws Exception {
        try (PacketClient client = client("ab", "22 0001").subscribe("alias/+", 0)) {
            client.publish("alias/a", "1")
                    .publish("alias/a", "2")
                    .publish("alias/b", "3")
                    .publish("alias/a", "4");
            client.expect("PUBLISH alias/a '1' q0 {230001}", "PUBLISH  '2' q0 {230001}");
            client.expect("PUBLISH alias/b '3' q0", "PUBLISH  '4' q0 {230001}");
        }
    }

    /** [MQTT-3.3.2-4, -15, -16, -17, -18, -20] */
    @ParameterizedTest
    @ValueSource(strings = {"", PacketClient.KEPT})
    void propertiesPassUnaltered(String expiry) throws Exception {
        String topic = "pp" + expiry.length();
        String properties = "0101 03 0002'ct' 08 0002'rt' 09 0003 00ff01 26 0001'b' 0001'1' 26 0001'a' 0001'2'"
                + "26 0001'b' 0001'1'";
        String hex = Bytes.hex(Bytes.of(properties));
        try (PacketClient client = client(topic, expiry).subscribe(topic, 2, "0b 01")) {
            client.publish(0x30, topic, 0, properties, "x");
            String got = client.next().toString();
            String both = got.substring(got.indexOf('{') + 1, got.length() - 1);
            assertEquals("PUBLISH " + topic + " 'x' q0 {" + both + "}", got);
            assertEquals(hex, both.replaceFirst("^0b01|0b01$", ""));
        }
        try (PacketClient old =
                        PacketClient.v3(broker).connect(topic + "-3", true, "").expect("CONNACK 00");
                PacketClient client = client(topic + "-p", "")) {
            old.subscribe(topic + "3", 1);
            client.publish(0x32, topic + "3", 1, properties, "x").expect("PUBACK #1 00");
            old.take("PUBLISH " + topic + "3 'x' q1");
        }
    }

    /** [MQTT-3.3.2-5, MQTT-3.3.2-6] */
    @Test
    void expiredMessagesAreNotDelivered() throws Exception {
        try (PacketClient watcher = client("ex-w", "").subscribe("ex/will", 0);
                PacketClient publisher = client("ex-p", "")) {
            client("ex", PacketClient.KEPT).subscribe("ex/+", 1).disconnect();
            publisher.publish(0x32, "ex/a", 1, "02 00000001", "short").expect("PUBACK #1 00");
            publisher.publish(0x32, "ex/a", 2, "02 000003e8", "long").expect("PUBACK #2 00");
            publisher.publish(0x32, "ex/a", 3, "", "ever").expect("PUBACK #3 00");
            // A second goes by: seen by a will that is delayed as long.
            try (PacketClient delayed = PacketClient.v5(broker)
                    .connect("ex-d", 0x06, 60, PacketClient.KEPT, PacketClient.will("18 00000001", "ex/will", ""))) {
                assertTrue(delayed.next().toString().startsWith("CONNACK 00"));
            }
            watcher.take("PUBLISH ex/will '' q0");
            try (PacketClient back = PacketClient.v5(broker).connect("ex", false, PacketClient.KEPT)) {
                assertTrue(back.next().toString().startsWith("CONNACK present 00"));
                String left = back.next().withoutId();
                assertTrue(left.matches("PUBLISH ex/a 'long' q1 \\{02000003e[0-7]}"), left);
                back.take("PUBLISH ex/a 'ever' q1");
            }
        }
    }

    /** [MQTT-3.3.2-5]: a lifetime of no seconds is over before delivery can begin; the publisher is answered as ever. */
    @ParameterizedTest
    @ValueSource(strings = {"", PacketClient.KEPT})
    void aMessageThatLivesNoTimeReachesNobody(String expiry) throws Exception {
        String topic = "ex0" + expiry.length();
        try (PacketClient client = client(topic, expiry).subscribe(topic, 2);
                PacketClient publisher = client(topic + "-p", "")) {
            publisher.publish(0x30, topic, 0, "02 00000000", "0");
            publisher.publish(0x32, topic, 1, "02 00000000", "1").expect("PUBACK #1 00");
            publisher.publish(0x34, topic, 2, "02 00000000", "2").expect("PUBREC #2 00");
            publisher.ack(0x62, 2).expect("PUBCOMP #2 00");
            publisher.publish(0x33, topic, 3, "02 00000000", "3").expect("PUBACK #3 00");
            publisher.publish1(topic, "end");
            client.take("PUBLISH " + topic + " 'end' q1");
            client.subscribe(topic, 0).ping();
        }
    }

    /** [MQTT-3.1.2-22]: packets of whatever kind keep a client alive; and silence ends it. */
    @Test
    void keepAlive() throws Exception {
        try (PacketClient client = PacketClient.v5(broker).connect("ka", CLEAN, 1, "", "")) {
            assertTrue(client.next().toString().startsWith("CONNACK 00"));
            long began = System.nanoTime();
            client.expectDisconnect("8d");
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertTrue(millis >= 1450 && millis < 9000, millis + " ms");
        }
    }

    /** MQTT 3 has no word for it. */
    @Test
    void keepAliveOfMqtt3() throws Exception {
        try (PacketClient client =
                PacketClient.v3(broker).connect("ka3", CLEAN, 1, "", "").expect("CONNACK 00")) {
            long began = System.nanoTime();
            client.expectClosed();
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertTrue(millis >= 1450 && millis < 9000, millis + " ms");
        }
    }

    /** 3.1.3.6: in MQTT 5 a password needs no user name. */
    @Test
    void passwordWithoutUserName() throws Exception {
        try (PacketClient client = PacketClient.v5(broker).connect("pw", 0x42, 60, "", "0003 ff00fe")) {
            assertTrue(client.next().toString().startsWith("CONNACK 00"));
            client.ping();
        }
    }

    @Test
    void acknowledgementsOfNothingAreAnsweredInAnyNumber() throws Exception {
        try (PacketClient client = PacketClient.v5(broker).connect("acks", false, PacketClient.KEPT)) {
            assertTrue(client.next().toString().startsWith("CONNACK 00"));
            client.send(Bytes.of("40 02 0007".repeat(20_000)));
            client.ack(0x70, 7).ack(0x50, 7).expect("PUBREL #7 92");
            // More than may be unanswered at a time: the client waits, and goes on.
            int count = 8_000;
            client.send(Bytes.of("62 02 0007".repeat(count)));
            for (int i = 0; i < count; i++) {
                client.expect("PUBCOMP #7 92");
            }
            client.ping();
        }
    }
}
