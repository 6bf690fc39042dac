package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Sessions that sleep have taken all the room of their node: others go on. With the least bound that a node may have, 1 MiB, a
 * shard may have 3,869 bytes as soon as nine tenths are used.
 */
class FullShardTest {
    private static final int PAYLOAD = 10_000;
    private static final int SHARE = 3_869;

    private static BrokerFixture broker(String policy) throws Exception {
        return BrokerFixture.start("limits.maxQueuedBytesPerNode=1MiB", "limits.queuePolicy=" + policy);
    }

    private static void away(BrokerFixture broker, String id, String topic) throws Exception {
        try (PacketClient client = PacketClient.kept(broker, id)) {
            client.subscribe(topic, 2).disconnect();
        }
    }

    private static double metric(BrokerFixture broker, String name) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://127.0.0.1:" + broker.http() + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .sum();
        }
    }

    private static double dropped(BrokerFixture broker) throws IOException, InterruptedException {
        return metric(broker, "lacewing_messages_dropped_total{cause=\"shard_full\"}");
    }

    /** A session sleeps on nine tenths of what the node may hold, and each shard may have no more than its share now. */
    private static void fill(BrokerFixture broker, PacketClient publisher) throws Exception {
        away(broker, "sleeper", "s");
        String payload = "x".repeat(PAYLOAD);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        for (int i = 0; i < 93; i++) {
            publisher.publish(0x32, "s", 1, "", payload).expect("PUBACK #1 00");
        }
        while (metric(broker, "lacewing_shards_near_full") < 1) {
            assertTrue(System.nanoTime() < end, "the shard is not crowded");
            // An owner tells its shard of the smaller bound with its next batch.
            publisher.ping();
        }
        assertEquals(0, dropped(broker), "nothing is dropped for a smaller bound alone");
    }

    @Test
    void publishersGoOnAndTheSleeperLosesItsOldest() throws Exception {
        try (BrokerFixture broker = broker("drop-oldest");
                PacketClient publisher = PacketClient.clean(broker, "publisher");
                PacketClient keeper = PacketClient.kept(broker, "keeper")) {
            fill(broker, publisher);
            double before = metric(broker, "lacewing_queued_messages");
            for (int i = 1; i <= 3; i++) {
                publisher.publish(0x32, "s", 2, "", "qos 1 " + i).expect("PUBACK #2 00");
                publisher.publish2("s", "qos 2 " + i);
                keeper.publish2("s", "kept " + i);
            }
            double lost = dropped(broker);
            assertTrue(lost >= 9, "lost " + lost);
            assertEquals(before + 9 - lost, metric(broker, "lacewing_queued_messages"));

            away(broker, "second", "n");
            for (int i = 1; i <= 20; i++) {
                publisher
                        .publish(0x32, "n", 3, "", i + "-" + "y".repeat(SHARE / 10))
                        .expect("PUBACK #3 00");
            }
            try (PacketClient second = PacketClient.resumed(broker, "second")) {
                Received first = second.next();
                int oldest = number(first);
                assertTrue(oldest > 10 && oldest < 20, "the oldest of the second is " + oldest);
            }
        }
    }

    private static int number(Received publish) {
        String text = publish.toString();
        return Integer.parseInt(text.substring(text.indexOf('\'') + 1, text.indexOf('-')));
    }

    @Test
    void willsGoToASessionThatSleeps() throws Exception {
        try (BrokerFixture broker = broker("drop-oldest");
                PacketClient publisher = PacketClient.clean(broker, "publisher");
                PacketClient watcher = PacketClient.clean(broker, "watcher")) {
            fill(broker, publisher);
            watcher.subscribe("s", 0);
            double queued = metric(broker, "lacewing_queued_messages");
            PacketClient.v5(broker)
                    .connect("gone", 0x0E, 60, "", PacketClient.will("", "s", "will"))
                    .expect("CONNACK 00" + PacketClient.ANSWER)
                    .close();
            watcher.expect("PUBLISH s 'will' q0");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (dropped(broker) < 1) {
                assertTrue(System.nanoTime() < end, "the will took nobody's place");
                watcher.ping();
            }
            assertEquals(queued, metric(broker, "lacewing_queued_messages"));
        }
    }

    @Test
    void whoeverRejectsSaysSo() throws Exception {
        try (BrokerFixture broker = broker("reject");
                PacketClient publisher = PacketClient.clean(broker, "publisher");
                PacketClient old = PacketClient.clean3(broker, "old");
                PacketClient keeper = PacketClient.kept(broker, "keeper")) {
            fill(broker, publisher);
            double queued = metric(broker, "lacewing_queued_messages");
            publisher.publish(0x32, "s", 2, "", "1").expect("PUBACK #2 97");
            publisher.publish(0x34, "s", 2, "", "2").expect("PUBREC #2 97");
            old.publish1("s", "3");
            keeper.publish2("s", "4");
            away(broker, "second", "s");
            publisher.publish(0x32, "s", 2, "", "5").expect("PUBACK #2 00");
            assertEquals(5, dropped(broker));
            assertEquals(queued + 1, metric(broker, "lacewing_queued_messages"));
        }
    }

    @Test
    void theNewestIsDroppedAndAcknowledged() throws Exception {
        try (BrokerFixture broker = broker("drop-newest");
                PacketClient publisher = PacketClient.clean(broker, "publisher");
                PacketClient keeper = PacketClient.kept(broker, "keeper")) {
            fill(broker, publisher);
            double queued = metric(broker, "lacewing_queued_messages");
            publisher.publish(0x32, "s", 2, "", "1").expect("PUBACK #2 00");
            publisher.publish2("s", "2");
            keeper.publish2("s", "3");
            assertEquals(3, dropped(broker));
            assertEquals(queued, metric(broker, "lacewing_queued_messages"));
        }
    }
}
