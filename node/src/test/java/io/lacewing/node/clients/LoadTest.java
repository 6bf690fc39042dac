package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Order, completeness and bounds with many clients on two event loops, and with clients that don't read. */
class LoadTest {
    private static final int QUEUE = 1000;
    private static final String QUEUE_FULL = "lacewing_messages_dropped_total\\{cause=\"queue_full\"}";

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start("limits.maxQueuedMessages=" + QUEUE, "limits.maxPendingBytes=1MiB");
    }

    @AfterAll
    static void stop() throws Exception {
        THREADS.shutdownNow();
        broker.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> run(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                THREADS);
    }

    private static void await(CompletableFuture<?>... all) throws Exception {
        CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
    }

    @Test
    void fiveHundredSubscribersGetAllInOrder() throws Exception {
        List<PacketClient> subscribers = new ArrayList<>();
        try (PacketClient publisher = PacketClient.clean(broker, "fan-p")) {
            for (int i = 0; i < 500; i++) {
                subscribers.add(PacketClient.clean(broker, "fan-" + i).subscribe("fan/#", i % 3));
            }
            for (int i = 0; i < 20; i++) {
                publisher.publish2("fan/" + i, "m" + i);
            }
            for (int s = 0; s < 500; s++) {
                for (int i = 0; i < 20; i++) {
                    String expected = "PUBLISH fan/" + i + " 'm" + i + "' q" + s % 3;
                    assertEquals(expected, subscribers.get(s).next().withoutId());
                }
            }
        } finally {
            subscribers.forEach(PacketClient::close);
        }
    }

    /** Each publisher's messages come once and in their order, whatever loops it and the subscriber are on [MQTT-4.6.0-6]. */
    @Test
    void eachPublishersMessagesComeOnceAndInOrder() throws Exception {
        int publishers = 8;
        int count = 400;
        List<PacketClient> subscribers = new ArrayList<>();
        List<CompletableFuture<Void>> work = new ArrayList<>();
        for (int s = 0; s < 4; s++) {
            PacketClient subscriber = PacketClient.clean(broker, "ord-" + s).subscribe("ord/+", 1 + s % 2);
            subscribers.add(subscriber);
            work.add(run(() -> {
                int[] next = new int[publishers];
                for (int i = 0; i < publishers * count; i++) {
                    Matcher message = MESSAGE.matcher(take(subscriber));
                    assertTrue(message.matches());
                    int publisher = Integer.parseInt(message.group(1));
                    assertEquals(next[publisher]++, Integer.parseInt(message.group(2)));
                }
            }));
        }
        for (int p = 0; p < publishers; p++) {
            int number = p;
            PacketClient publisher = PacketClient.clean(broker, "ord-p" + p);
            work.add(run(() -> {
                try (publisher) {
                    for (int i = 0; i < count; i++) {
                        publisher.publish1("ord/" + number, "" + i);
                    }
                }
            }));
        }
        await(work.toArray(new CompletableFuture<?>[0]));
        for (PacketClient subscriber : subscribers) {
            subscriber.ping().close();
        }
    }

    private static final Pattern MESSAGE = Pattern.compile("PUBLISH \\w+/?(\\d*) '(\\d+)' q1");

    /** The next PUBLISH, acknowledged. */
    private static String take(PacketClient client) throws IOException {
        Received publish = client.next();
        client.ack(0x40, publish.packetId());
        return publish.withoutId();
    }

    /** More publishers than a subscriber's queue has room for: they wait for it, and nothing is lost. */
    @Test
    void publishersWaitForASubscriberWhoseQueueFills() throws Exception {
        int publishers = 20;
        int count = 500;
        try (PacketClient subscriber = PacketClient.clean(broker, "press").subscribe("press/+", 1)) {
            List<CompletableFuture<Void>> work = new ArrayList<>();
            for (int p = 0; p < publishers; p++) {
                PacketClient publisher = PacketClient.clean(broker, "press-p" + p);
                String topic = "press/" + p;
                work.add(run(() -> {
                    // All at once, not one by one.
                    for (int i = 0; i < count; i++) {
                        publisher.publish(0x32, topic, i + 1, "", "" + i);
                    }
                    for (int i = 0; i < count; i++) {
                        publisher.expect("PUBACK #" + (i + 1) + " 00");
                    }
                }));
            }
            int[] next = new int[publishers];
            for (int i = 0; i < publishers * count; i++) {
                Matcher message = MESSAGE.matcher(take(subscriber));
                assertTrue(message.matches());
                assertEquals(next[Integer.parseInt(message.group(1))]++, Integer.parseInt(message.group(2)));
            }
            await(work.toArray(new CompletableFuture<?>[0]));
        }
    }

    /** The same where the messages are kept in the publishers' sessions first. */
    @Test
    void persistentPublishersAtQos2WaitToo() throws Exception {
        int publishers = 20;
        int count = 150;
        try (PacketClient subscriber = PacketClient.v5(broker).connect("press2", true, "21 0001")) {
            assertTrue(subscriber.next().toString().startsWith("CONNACK 00"));
            subscriber.subscribe("press2/+", 1);
            List<CompletableFuture<Void>> work = new ArrayList<>();
            for (int p = 0; p < publishers; p++) {
                PacketClient publisher = PacketClient.kept(broker, "press2-p" + p);
                String topic = "press2/" + p;
                work.add(run(() -> {
                    for (int i = 0; i < count; i++) {
                        publisher.publish2(topic, "" + i);
                    }
                }));
            }
            int[] next = new int[publishers];
            for (int i = 0; i < publishers * count; i++) {
                Matcher message = MESSAGE.matcher(take(subscriber));
                assertTrue(message.matches());
                assertEquals(next[Integer.parseInt(message.group(1))]++, Integer.parseInt(message.group(2)));
            }
            await(work.toArray(new CompletableFuture<?>[0]));
        }
    }

    /** Packets that come with the CONNECT wait for its answer; those that come with the DISCONNECT go their way. */
    @Test
    void allPacketsMayComeInOneWrite() throws Exception {
        List<PacketClient> subscribers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            subscribers.add(PacketClient.clean(broker, "write-" + i).subscribe("write", 0));
        }
        for (int i = 0; i < 4; i++) {
            try (RawClient hasty = broker.raw()) {
                hasty.send(RawClient.CONNECT_V311 + "30 0a 0005'write' '" + i + "12'" + "e0 00");
                hasty.expect("20 02 0000").expectClosed();
            }
            for (PacketClient subscriber : subscribers) {
                subscriber.expect("PUBLISH write '" + i + "12' q0");
            }
        }
        subscribers.forEach(PacketClient::close);
    }

    /** A client that never acknowledges keeps the newest of its messages, and stops others for a bounded time only. */
    @Test
    void aSubscriberThatNeverAcknowledgesStopsNobodyForLong() throws Exception {
        double before = metric(QUEUE_FULL);
        try (PacketClient dead = PacketClient.v5(broker).connect("dead", true, "21 0001")) {
            assertTrue(dead.next().toString().startsWith("CONNACK 00"));
            dead.subscribe("dead", 1);
            try (PacketClient publisher = PacketClient.clean(broker, "dead-p")) {
                for (int i = 0; i < 2 * QUEUE; i++) {
                    publisher.publish1("dead", "" + i);
                }
            }
            // A PUBACK does not say that the subscriber's loop has looked at the message: until it has looked at the
            // last one,
            // each makes room by the oldest that waits. One is with the client, and as many as the queue takes are
            // left.
            double dropped = before + QUEUE - 1;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (metric(QUEUE_FULL) < dropped) {
                assertTrue(System.nanoTime() < deadline, () -> "not all have come to the queue");
            }
            assertEquals("PUBLISH dead '0' q1", take(dead));
            for (int i = QUEUE; i < 2 * QUEUE; i++) {
                assertEquals("PUBLISH dead '" + i + "' q1", take(dead));
            }
            dead.ping();
            assertEquals(dropped, metric(QUEUE_FULL));
        }
    }

    /** A client that does not read: QoS 0 messages beyond its bytes are dropped, QoS 1 messages wait. */
    @Test
    void aClientThatDoesNotReadLosesQos0Only() throws Exception {
        String payload = "x".repeat(20_000);
        try (PacketClient slow = PacketClient.clean(broker, "slow").subscribe("slow", 1);
                PacketClient publisher = PacketClient.clean(broker, "slow-p")) {
            for (int i = 0; i < 1000; i++) {
                publisher.publish("slow", payload);
            }
            for (int i = 0; i < 300; i++) {
                publisher.publish1("slow", i + payload);
            }
            int atMostOnce = 0;
            int atLeastOnce = 0;
            while (atLeastOnce < 300) {
                Received next = slow.next();
                if (next.packetId() == 0) {
                    atMostOnce++;
                } else {
                    slow.ack(0x40, next.packetId());
                    assertEquals("PUBLISH slow '" + atLeastOnce + payload + "' q1", next.withoutId());
                    atLeastOnce++;
                }
            }
            slow.ping();
            assertTrue(atMostOnce < 1000, atMostOnce + " came");
            assertTrue(metric("lacewing_messages_dropped_total\\{cause=\"slow_client\"}") >= 1000 - atMostOnce);
        }
    }

    private static double metric(String name) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String page = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + broker.http() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$").matcher(page);
            assertTrue(line.find(), page);
            return Double.parseDouble(line.group(1));
        }
    }

    /** From its SUBACK on, a subscription misses nothing of a publisher that does not stop; after its UNSUBACK it is over. */
    @Test
    void subscriptionsComeAndGoWhileMessagesFlow() throws Exception {
        boolean[] stop = {false};
        try (PacketClient publisher = PacketClient.clean(broker, "flow-p");
                PacketClient client = PacketClient.clean(broker, "flow")) {
            CompletableFuture<Void> publishing = run(() -> {
                for (int i = 0; !stopped(stop); i++) {
                    publisher.publish1("flow/0", "" + i);
                }
            });
            Set<Integer> seen = new HashSet<>();
            for (int round = 0; round < 20; round++) {
                client.send(0x82, "0001 00 0006'flow/+' 01");
                // Some of these may have been on their way since the last round.
                untilAnswered(client, "SUBACK #1 01", seen);
                List<Integer> numbers = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    numbers.add(number(take(client), seen));
                }
                client.send(0xA2, "0002 00 0006'flow/+'");
                numbers.addAll(untilAnswered(client, "UNSUBACK #2 00", seen));
                for (int i = 1; i < numbers.size(); i++) {
                    assertEquals(numbers.get(0) + i, numbers.get(i));
                }
            }
            synchronized (stop) {
                stop[0] = true;
            }
            await(publishing);
        }
    }

    private static boolean stopped(boolean[] stop) {
        synchronized (stop) {
            return stop[0];
        }
    }

    private static List<Integer> untilAnswered(PacketClient client, String answer, Set<Integer> seen)
            throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Received next = client.next(); !next.toString().equals(answer); next = client.next()) {
            client.ack(0x40, next.packetId());
            numbers.add(number(next.withoutId(), seen));
        }
        return numbers;
    }

    private static int number(String publish, Set<Integer> seen) {
        Matcher message = MESSAGE.matcher(publish);
        assertTrue(message.matches(), publish);
        int number = Integer.parseInt(message.group(2));
        assertTrue(seen.add(number), "twice");
        return number;
    }
}
