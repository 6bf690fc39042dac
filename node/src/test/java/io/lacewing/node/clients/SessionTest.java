package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What outlives a connection, and what a client that comes back gets (3.1.2.11, 4.1, 4.3, 4.4). */
class SessionTest {
    private static final String ANSWER = PacketClient.ANSWER;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    /** [MQTT-3.1.2-4, MQTT-3.1.2-5, MQTT-3.2.2-2, MQTT-3.2.2-3] */
    @Test
    void aSessionIsPresentUntilItsExpiryOrACleanStart() throws Exception {
        PacketClient.kept(broker, "s").disconnect();
        PacketClient.resumed(broker, "s").close();
        PacketClient.resumed(broker, "s").disconnect();
        PacketClient.clean(broker, "s").disconnect();
        PacketClient.kept(broker, "s").disconnect();
        // No expiry: it ends with this connection.
        PacketClient.v5(broker)
                .connect("s", false, "")
                .expect("CONNACK present 00" + ANSWER)
                .disconnect();
        PacketClient.kept(broker, "s").disconnect();
    }

    @Test
    void anExpiredSessionIsGone() throws Exception {
        try (PacketClient watcher = PacketClient.clean(broker, "expire-w").subscribe("expire", 0)) {
            String will = PacketClient.will("18 00000064", "expire", "over");
            PacketClient.v5(broker)
                    .connect("expire", 0x06, 60, "11 00000001", will)
                    .expect("CONNACK 00" + ANSWER)
                    .close();
            // The end of the session, a second later, is seen by its will.
            watcher.take("PUBLISH expire 'over' q0");
            PacketClient.kept(broker, "expire").close();
        }
    }

    /** [MQTT-3.14.2-2] and 3.14.2.2.2 */
    @Test
    void disconnectMayChangeTheExpiry() throws Exception {
        PacketClient.kept(broker, "de").send(0xE0, "00 05 11 00000000").expectClosed();
        PacketClient.kept(broker, "de").send(0xE0, "00 05 11 00000064").expectClosed();
        PacketClient.resumed(broker, "de").close();
        PacketClient.clean(broker, "de").send(0xE0, "00 05 11 00000064").expectDisconnect("82");
    }

    @Test
    void mqtt3SessionsLast() throws Exception {
        PacketClient first = PacketClient.v3(broker).connect("m3", false, "").expect("CONNACK 00");
        first.subscribe("m3", 1).disconnect();
        try (PacketClient publisher = PacketClient.clean3(broker, "m3-p")) {
            publisher.publish1("m3", "x");
        }
        PacketClient.v3(broker)
                .connect("m3", false, "")
                .expect("CONNACK present 00")
                .take("PUBLISH m3 'x' q1")
                .disconnect();
        PacketClient.clean3(broker, "m3").disconnect();
        PacketClient.v3(broker).connect("m3", false, "").expect("CONNACK 00").disconnect();
    }

    @Test
    void mqtt31ClientsAreServed() throws Exception {
        try (RawClient old = broker.raw()) {
            old.send(RawClient.CONNECT_V31).expect("20 02 00 00");
            old.send("82 06 0001 0001'o' 01").expect("90 03 0001 01");
            old.send("32 06 0001'o' 0002 'x'");
            List<String> both = new ArrayList<>(List.of(Bytes.hex(old.readPacket()), Bytes.hex(old.readPacket())));
            both.sort(null);
            assertEquals(List.of("320600016f000178", "40020002"), both);
            old.send("40 02 0001 c0 00").expect("d0 00").send("e0 00").expectClosed();
        }
    }

    @Test
    void messagesWaitInOrderForAClientThatIsAway() throws Exception {
        PacketClient.kept(broker, "off").subscribe("off/+", 2).disconnect();
        try (PacketClient publisher = PacketClient.clean(broker, "off-p")) {
            for (int i = 0; i < 50; i++) {
                publisher.publish("off/0", "" + i).publish1("off/1", "" + i).publish2("off/2", "" + i);
            }
        }
        try (PacketClient back = PacketClient.resumed(broker, "off")) {
            for (int i = 0; i < 50; i++) {
                // QoS 0 messages do not wait.
                back.take("PUBLISH off/1 '" + i + "' q1").take("PUBLISH off/2 '" + i + "' q2");
            }
            back.ping();
        }
    }

    /** [MQTT-4.4.0-1]: with DUP, the same packet ids, in the order of before [MQTT-4.6.0-1]. */
    @Test
    void whatWasNotAcknowledgedIsSentAgain() throws Exception {
        try (PacketClient publisher = PacketClient.clean(broker, "again-p")) {
            try (PacketClient client = PacketClient.kept(broker, "again").subscribe("again", 2)) {
                publisher
                        .publish1("again", "1")
                        .publish2("again", "2")
                        .publish1("again", "3")
                        .publish2("again", "4");
                client.expect("PUBLISH again '1' q1 #1", "PUBLISH again '2' q2 #2", "PUBLISH again '3' q1 #3");
                client.expect("PUBLISH again '4' q2 #4");
                client.ack(0x40, 1).ack(0x50, 2).expect("PUBREL #2 00");
            }
            publisher.publish1("again", "5");
            try (PacketClient client = PacketClient.resumed(broker, "again")) {
                client.expect("PUBREL #2 00", "PUBLISH again '3' q1 #3 dup", "PUBLISH again '4' q2 #4 dup");
                // With DUP too, if the broker sent it before it saw the end of the first connection.
                assertTrue(client.next().toString().startsWith("PUBLISH again '5' q1 #5"));
                client.ack(0x70, 2)
                        .ack(0x40, 3)
                        .ack(0x50, 4)
                        .expect("PUBREL #4 00")
                        .ack(0x70, 4)
                        .ack(0x40, 5);
                client.ping();
            }
            PacketClient.resumed(broker, "again").ping().close();
        }
    }

    /** [MQTT-4.3.3-10, MQTT-4.3.3-11, MQTT-4.3.3-12] */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aQos2MessageSentTwiceIsDeliveredOnce(boolean kept) throws Exception {
        String id = "twice-" + kept;
        try (PacketClient watcher = PacketClient.clean(broker, id + "-w").subscribe(id, 2);
                PacketClient client = kept ? PacketClient.kept(broker, id) : PacketClient.clean(broker, id)) {
            client.publish(0x34, id, 7, "", "a").expect("PUBREC #7 00");
            client.publish(0x3C, id, 7, "", "a").expect("PUBREC #7 00");
            client.ack(0x62, 7).expect("PUBCOMP #7 00").ack(0x62, 7).expect("PUBCOMP #7 92");
            client.publish(0x34, id, 7, "", "b")
                    .expect("PUBREC #7 00")
                    .ack(0x62, 7)
                    .expect("PUBCOMP #7 00");
            watcher.take("PUBLISH " + id + " 'a' q2").take("PUBLISH " + id + " 'b' q2");
        }
    }

    /** Only one without an error is [MQTT-4.3.3-4]. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPubrecWithAnErrorIsNotAnsweredWithPubrel(boolean kept) throws Exception {
        String id = "refused-" + kept;
        try (PacketClient client = kept ? PacketClient.kept(broker, id) : PacketClient.clean(broker, id)) {
            client.send(0x50, "0007 87").ping();
            client.subscribe(id, 2).publish(id, "0").expect("PUBLISH " + id + " '0' q0");
            client.publish(0x34, id, 9, "", "1");
            int sent = 0;
            for (int i = 0; i < 2; i++) {
                sent = Math.max(sent, publishId(client.next()));
            }
            client.send(0x50, String.format("%04x 87", sent)).send(0x50, String.format("%04x 87", sent));
            client.ping();
            client.ack(0x50, sent).expect("PUBREL #" + sent + " 92");
        }
    }

    private static int publishId(Received packet) {
        return packet.toString().startsWith("PUBLISH") ? packet.packetId() : 0;
    }

    @Test
    void aQos2PublisherThatComesBackIsRecognised() throws Exception {
        try (PacketClient watcher = PacketClient.clean(broker, "qb-w").subscribe("qb", 2)) {
            try (PacketClient client = PacketClient.kept(broker, "qb")) {
                client.publish(0x34, "qb", 1, "", "a").expect("PUBREC #1 00");
                client.publish(0x34, "qb", 2, "", "b").expect("PUBREC #2 00");
                client.ack(0x62, 1).expect("PUBCOMP #1 00");
            }
            try (PacketClient client = PacketClient.resumed(broker, "qb")) {
                client.publish(0x3C, "qb", 2, "", "b")
                        .expect("PUBREC #2 00")
                        .ack(0x62, 2)
                        .expect("PUBCOMP #2 00");
                client.ack(0x62, 1).expect("PUBCOMP #1 92");
                client.publish(0x34, "qb", 2, "", "c")
                        .expect("PUBREC #2 00")
                        .ack(0x62, 2)
                        .expect("PUBCOMP #2 00");
            }
            watcher.take("PUBLISH qb 'a' q2").take("PUBLISH qb 'b' q2").take("PUBLISH qb 'c' q2");
        }
    }

    @Test
    void subscriptionsOutliveTheConnection() throws Exception {
        PacketClient.kept(broker, "subs")
                .subscribe("subs/a", 1)
                .subscribe("subs/b", 1, "0b 09")
                .disconnect();
        try (PacketClient client = PacketClient.resumed(broker, "subs")) {
            client.publish("subs/b", "x").expect("PUBLISH subs/b 'x' q0 {0b09}");
            int id = client.sendUnsubscribe("subs/b");
            client.expect("UNSUBACK #" + id + " 00");
            client.publish("subs/b", "y").publish("subs/a", "z").expect("PUBLISH subs/a 'z' q0");
        }
    }

    /** [MQTT-3.1.4-3] */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSecondConnectionTakesOver(boolean kept) throws Exception {
        String id = "over-" + kept;
        try (PacketClient first = kept ? PacketClient.kept(broker, id) : PacketClient.clean(broker, id)) {
            first.subscribe(id, 1);
            try (PacketClient second = kept ? PacketClient.resumed(broker, id) : PacketClient.clean(broker, id)) {
                first.expectDisconnect("8e");
                if (!kept) {
                    second.subscribe(id, 1);
                }
                second.publish(id, "x").expect("PUBLISH " + id + " 'x' q0");
            }
        }
    }

    @Test
    void manyTakeOversEndWithOneConnection() throws Exception {
        List<PacketClient> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(PacketClient.v5(broker).connect("storm", false, PacketClient.KEPT));
        }
        List<PacketClient> accepted = new ArrayList<>();
        for (PacketClient client : all) {
            String answer = client.next().toString();
            if (answer.endsWith("00" + ANSWER)) {
                accepted.add(client);
            } else {
                assertEquals("CONNACK 89", answer);
                client.expectClosed();
            }
        }
        try (PacketClient last = PacketClient.resumed(broker, "storm")) {
            for (PacketClient client : accepted) {
                client.expectDisconnect("8e");
            }
            last.ping();
        }
    }

    /** A member of a share group that is away gets nothing while another is there; when all are away it waits. */
    @Test
    void aShareGroupPrefersMembersThatAreThere() throws Exception {
        try (PacketClient publisher = PacketClient.clean(broker, "sg-p")) {
            PacketClient.kept(broker, "sg-a").subscribe("$share/g/sg", 1).disconnect();
            try (PacketClient b = PacketClient.kept(broker, "sg-b").subscribe("$share/g/sg", 1)) {
                for (int i = 0; i < 10; i++) {
                    publisher.publish1("sg", "" + i);
                    b.take("PUBLISH sg '" + i + "' q1");
                }
                b.disconnect();
            }
            publisher.publish1("sg", "waits");
            try (PacketClient a = PacketClient.resumed(broker, "sg-a");
                    PacketClient b = PacketClient.resumed(broker, "sg-b")) {
                publisher.publish1("sg", "end 1").publish1("sg", "end 2");
                List<String> got = new ArrayList<>();
                // One member has two of the three, or all; pings tell how many each has.
                got.addAll(untilPing(a));
                got.addAll(untilPing(b));
                got.sort(null);
                assertEquals(List.of("PUBLISH sg 'end 1' q1", "PUBLISH sg 'end 2' q1", "PUBLISH sg 'waits' q1"), got);
            }
        }
    }

    /** [MQTT-3.14.2-2] is about what the client asked for, not what it got. */
    @Test
    void disconnectMayAskForAnExpiryThatTheBrokerDoesNotGive() throws Exception {
        try (BrokerFixture forgetful = BrokerFixture.start("limits.maxSessionExpiry=0s");
                PacketClient client = PacketClient.v5(forgetful).connect("cap", false, PacketClient.KEPT)) {
            assertTrue(client.next().toString().startsWith("CONNACK 00"));
            client.send(0xE0, "00 05 11 0000000a").expectClosed();
        }
        try (PacketClient client = PacketClient.clean(broker, "cap")) {
            client.send(0xE0, "00 05 11 0000000a").expectDisconnect("82");
        }
    }

    private static List<String> untilPing(PacketClient client) throws Exception {
        List<String> found = new ArrayList<>();
        client.send(0xC0, "");
        for (Received next = client.next(); !next.toString().equals("PINGRESP"); next = client.next()) {
            found.add(next.withoutId());
            client.ack(0x40, next.packetId());
        }
        return found;
    }
}
