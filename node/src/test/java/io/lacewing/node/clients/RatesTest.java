package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.GatedBroker;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bounds on rates against a whole broker. A time is only looked at where it can't be shorter: what a bucket holds is given at
 * once, the rest takes its time, on a slow machine longer.
 */
class RatesTest {
    private static final Authenticator AS_THEY_SAY = credentials -> CompletableFuture.completedFuture(new Verdict.Allow(
            Identity.of(Objects.requireNonNull(credentials.client().userName(), "a user name"), Set.of())));

    /** MQTT 3.1.1 PUBLISH packets at QoS 0 to {@code topic} with the numbers from 0 on as payload. */
    private static byte[] numbers(String topic, int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(Bytes.packet(0x30, String.format("%04x'%s''%d'", topic.length(), topic, i)));
        }
        return all.toByteArray();
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** The value of a line of the metrics. */
    private static double metric(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among the metrics"));
    }

    private static void assertHeld(String metrics, String cause) {
        assertTrue(metric(metrics, "lacewing_reading_held_total{cause=\"" + cause + "\"}") > 0, metrics);
        assertTrue(metric(metrics, "lacewing_reading_held_seconds_total{cause=\"" + cause + "\"}") > 0, metrics);
    }

    @Test
    void aFloodIsHeldToItsRateAndNothingIsLost() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.messagesIn=1000");
                PacketClient subscriber = PacketClient.clean3(broker, "s").subscribe("flood", 0);
                PacketClient publisher = PacketClient.clean3(broker, "p")) {
            long start = System.nanoTime();
            publisher.send(numbers("flood", 2_500));
            for (int i = 0; i < 2_500; i++) {
                assertEquals("PUBLISH flood '" + i + "' q0", subscriber.next().toString());
            }
            long took = millisSince(start);
            assertTrue(took >= 1_490, "2,500 messages, of which 1,000 at once, took " + took + " ms");
            publisher.ping();
            String metrics = PasswordTest.metrics(broker);
            assertHeld(metrics, "client_messages");
            assertEquals(0, metric(metrics, "lacewing_reading_held_total{cause=\"client_bytes\"}"));
        }
    }

    @Test
    void aPacketLargerThanTheBucketPasses() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.bytesIn=10KB");
                PacketClient client = PacketClient.clean(broker, "c").subscribe("large", 0)) {
            String payload = "x".repeat(15_000);
            long start = System.nanoTime();
            client.publish("large", payload).send(0xC0, "");
            assertEquals("PUBLISH large '" + payload + "' q0", client.next().toString());
            client.expect("PINGRESP");
            long took = millisSince(start);
            assertTrue(took >= 490, "what came behind a packet of one and a half buckets took " + took + " ms");
        }
    }

    /** A client that is not read from is not silent, however long that lasts: here twice what it may be silent. */
    @Test
    void keepAliveSurvivesALongHold() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.bytesIn=100B");
                PacketClient client = PacketClient.v5(broker)
                        .connect("c", 0x02, 1, "", "")
                        .expect("CONNACK 00" + PacketClient.ANSWER)) {
            long start = System.nanoTime();
            client.publish("t", "x".repeat(400)).send(0xC0, "");
            client.expect("PINGRESP");
            long took = millisSince(start);
            assertTrue(took >= 2_990, "the hold lasted " + took + " ms");
            assertHeld(PasswordTest.metrics(broker), "client_bytes");
        }
    }

    @Test
    void qos0BeyondTheRateIsDroppedAndCounted() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.messagesOut=1");
                PacketClient subscriber = PacketClient.clean3(broker, "s").subscribe("out", 0);
                PacketClient publisher = PacketClient.clean3(broker, "p")) {
            publisher.send(numbers("out", 100)).ping();
            String metrics = PasswordTest.metrics(broker);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (sent(metrics) + dropped(metrics) < 100) {
                assertTrue(System.nanoTime() < deadline, metrics);
                metrics = PasswordTest.metrics(broker);
            }
            assertTrue(dropped(metrics) > 0, "a hundred messages at one per second were sent at once");
            subscriber.send(0xC0, "");
            int came = 0;
            while (!subscriber.next().toString().equals("PINGRESP")) {
                came++;
            }
            assertEquals(sent(metrics), came);
            assertTrue(came >= 1, "the bucket was full");
        }
    }

    private static double sent(String metrics) {
        return metric(metrics, "lacewing_messages_sent_total{qos=\"0\"}");
    }

    private static double dropped(String metrics) {
        return metric(metrics, "lacewing_messages_dropped_total{cause=\"rate_limited\"}");
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 2", "true, 1", "true, 2"})
    void qos1And2WaitAndComeWholeAndInOrder(boolean kept, int qos) throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.messagesOut=40");
                PacketClient subscriber = kept ? PacketClient.kept(broker, "s") : PacketClient.clean(broker, "s");
                PacketClient publisher = PacketClient.clean(broker, "p")) {
            subscriber.subscribe("out", qos);
            long start = System.nanoTime();
            for (int i = 0; i < 80; i++) {
                publisher.publish(0x30 + 2 * qos, "out", i + 1, "", Integer.toString(i));
            }
            for (int i = 0; i < 80; i++) {
                subscriber.take("PUBLISH out '" + i + "' q" + qos);
            }
            long took = millisSince(start);
            assertTrue(took >= 950, "80 messages, of which 40 at once, took " + took + " ms");
            assertEquals(0, dropped(PasswordTest.metrics(broker)));
        }
    }

    /** What has waited at the end of a connection comes with the next. */
    @Test
    void whatWaitsForTheRateOutlivesTheConnection() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.messagesOut=10");
                PacketClient publisher = PacketClient.clean(broker, "p")) {
            try (PacketClient subscriber = PacketClient.kept(broker, "s").subscribe("out", 1)) {
                for (int i = 0; i < 20; i++) {
                    publisher.publish1("out", Integer.toString(i));
                }
                // Not acknowledged: whether that arrives before the end is open.
                assertEquals("PUBLISH out '0' q1", subscriber.next().withoutId());
            }
            try (PacketClient subscriber = PacketClient.resumed(broker, "s")) {
                for (int i = 0; i < 20; i++) {
                    Received next = subscriber.next();
                    assertTrue(next.withoutId().startsWith("PUBLISH out '" + i + "' q1"), next::toString);
                    subscriber.ack(0x40, next.packetId());
                }
            }
        }
    }

    /** [MQTT-3.3.2-5]: whoever waits for the rate has not been sent yet. */
    @Test
    void whatExpiresWhileItWaitsForTheRateIsNotSent() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.bytesOut=1KB");
                PacketClient subscriber = PacketClient.kept(broker, "s").subscribe("out", 2);
                PacketClient publisher = PacketClient.clean(broker, "p")) {
            String large = "x".repeat(5_000);
            publisher
                    .publish(0x32, "out", 1, "", large)
                    .publish(0x32, "out", 2, "02 00000001", "expires")
                    .publish(0x34, "out", 3, "02 00000001", "expires too")
                    .publish(0x32, "out", 4, "", "last");
            subscriber.take("PUBLISH out '" + large + "' q1").take("PUBLISH out 'last' q1");
            String metrics = PasswordTest.metrics(broker);
            assertEquals(2, metric(metrics, "lacewing_messages_dropped_total{cause=\"expired\"}"), metrics);
            subscriber.ping();
        }
    }

    /** They wait where they are, so there is no need to drop them. */
    @Test
    void retainedMessagesComeAtTheRate() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.rates.client.messagesOut=5");
                PacketClient client = PacketClient.clean(broker, "c")) {
            Set<String> expected = new TreeSet<>();
            for (int i = 0; i < 10; i++) {
                client.publish(0x33, "kept/" + i, i + 1, "", "x");
                assertEquals("PUBACK", client.next().withoutId().substring(0, 6));
                expected.add("PUBLISH kept/" + i + " 'x' q0 retain");
            }
            client.subscribe("kept/+", 0);
            Set<String> came = new TreeSet<>();
            for (int i = 0; i < 10; i++) {
                came.add(client.next().toString());
            }
            assertEquals(expected, came);
        }
    }

    @Test
    void connectionsOfAListenerShareItsRate() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("listeners.0.rates.messagesIn=20")) {
            sharing(broker.tcp(), "");
            assertHeld(PasswordTest.metrics(broker), "listener_messages");
        }
    }

    @Test
    void connectionsOfAUserShareItsRate() throws Exception {
        try (GatedBroker broker = new GatedBroker(List.of(AS_THEY_SAY), "limits.rates.user.messagesIn=20")) {
            sharing(broker.tcp(), "ann");
            assertHeld(broker.scrape(), "user_messages");
        }
    }

    /** However one of them ends, its end counts once: the others have the one bucket still, and so has who comes later. */
    @Test
    void connectionsThatEndLeaveTheBucketToTheOthers() throws Exception {
        try (GatedBroker broker = new GatedBroker(List.of(AS_THEY_SAY), "limits.rates.user.messagesIn=20");
                RawClient stays = connect(broker.tcp(), "0", "ann")) {
            connect(broker.tcp(), "3", "ann").send("e0 00").expectEnd();
            connect(broker.tcp(), "4", "ann").close();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (metric(broker.scrape(), "lacewing_connections_closed_total") < 2) {
                assertTrue(System.nanoTime() < deadline, "the connections did not end");
            }
            stays.send(numbers("0", 20)).send("c0 00").expect("d0 00");
            try (RawClient subscriber = connect(broker.tcp(), "s", "other");
                    RawClient later = connect(broker.tcp(), "5", "ann")) {
                subscriber.send("82 06 0001 0001'+' 00").expect("90 03 0001 00");
                long start = System.nanoTime();
                later.send(numbers("5", 15));
                for (int i = 0; i < 15; i++) {
                    subscriber.readPacket();
                }
                long took = millisSince(start);
                assertTrue(took >= 500, "15 messages, of which hardly any at once, took " + took + " ms");
            }
        }
    }

    /** Two publishers send 20 messages each, where both together may send 20 in a second. */
    private static void sharing(int port, String user) throws Exception {
        try (RawClient subscriber = connect(port, "s", user.isEmpty() ? "" : "other");
                RawClient first = connect(port, "1", user);
                RawClient second = connect(port, "2", user)) {
            subscriber.send("82 06 0001 0001'+' 00").expect("90 03 0001 00");
            long start = System.nanoTime();
            first.send(numbers("1", 20));
            second.send(numbers("2", 20));
            List<String> ofFirst = new ArrayList<>();
            List<String> ofSecond = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] packet = subscriber.readPacket();
                String number = new String(packet, 5, packet.length - 5, StandardCharsets.US_ASCII);
                (packet[4] == '1' ? ofFirst : ofSecond).add(number);
            }
            long took = millisSince(start);
            List<String> all = java.util.stream.IntStream.range(0, 20)
                    .mapToObj(Integer::toString)
                    .toList();
            assertEquals(all, ofFirst);
            assertEquals(all, ofSecond);
            // Each connection may bring a packet or two more than there is.
            assertTrue(took >= 700, "40 messages, of which 20 at once, took " + took + " ms");
        }
    }

    /** MQTT 3.1.1, with a user name if it is not empty. */
    private static RawClient connect(int port, String id, String user) throws Exception {
        RawClient client = new RawClient(port);
        String tail = user.isEmpty() ? "" : String.format("%04x'%s'", user.length(), user);
        client.send(
                Bytes.packet(0x10, "0004'MQTT'04" + (user.isEmpty() ? "02" : "82") + "003c0001'" + id + "'" + tail));
        return client.expect("20 02 00 00");
    }
}
