package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** What happens to messages for a session whose queue is full, and who is told. */
class QueuePolicyTest {
    private static BrokerFixture broker(String... more) throws Exception {
        String[] settings = new String[more.length + 1];
        System.arraycopy(more, 0, settings, 1, more.length);
        settings[0] = "limits.maxQueuedMessages=2";
        return BrokerFixture.start(settings);
    }

    /** A session that waits for its client. */
    private static void away(BrokerFixture broker, String id, String topic) throws Exception {
        try (PacketClient client = PacketClient.kept(broker, id)) {
            client.subscribe(topic, 1).disconnect();
        }
    }

    private static String metrics(BrokerFixture broker) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + broker.http() + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void shows(String metrics, String line) {
        assertTrue(metrics.contains("\n" + line + "\n"), () -> line + " is not in\n" + metrics);
    }

    @Test
    void aPublisherIsToldThatItsMessageWasRejected() throws Exception {
        try (BrokerFixture broker = broker("limits.queuePolicy=reject");
                PacketClient publisher = PacketClient.clean(broker, "publisher");
                PacketClient old = PacketClient.clean3(broker, "old")) {
            away(broker, "full", "t");
            publisher.publish1("t", "1").publish1("t", "2");
            publisher.publish(0x32, "t", 90, "", "3").expect("PUBACK #90 97");
            publisher.publish(0x34, "t", 91, "", "4").expect("PUBREC #91 97");
            publisher.publish(0x34, "u", 91, "", "the id is free").expect("PUBREC #91 10");
            publisher.ack(0x62, 91).expect("PUBCOMP #91 00");
            old.publish1("t", "5");
            publisher.publish("t", "6").ping();

            away(broker, "roomy", "t");
            publisher.publish(0x32, "t", 92, "", "7").expect("PUBACK #92 00");

            try (PacketClient full = PacketClient.resumed(broker, "full")) {
                full.take("PUBLISH t '1' q1").take("PUBLISH t '2' q1").ping();
                publisher.publish1("t", "8");
                full.take("PUBLISH t '8' q1");
            }
            String metrics = metrics(broker);
            shows(metrics, "lacewing_messages_dropped_total{cause=\"rejected\"} 4.0");
            shows(metrics, "lacewing_messages_dropped_total{cause=\"offline\"} 1.0");
            shows(metrics, "lacewing_queued_messages 2.0");
        }
    }

    @Test
    void theQos2MessageOfAKeptSessionIsDroppedForTheFullOne() throws Exception {
        try (BrokerFixture broker = broker("limits.queuePolicy=reject");
                PacketClient publisher = PacketClient.kept(broker, "publisher")) {
            away(broker, "full", "t");
            publisher.publish1("t", "1").publish1("t", "2").publish2("t", "3");
            try (PacketClient full = PacketClient.resumed(broker, "full")) {
                full.take("PUBLISH t '1' q1").take("PUBLISH t '2' q1").ping();
            }
        }
    }

    @Test
    void theNewestIsDroppedAndItsPublisherHearsNothingOfIt() throws Exception {
        try (BrokerFixture broker = broker("limits.queuePolicy=drop-newest");
                PacketClient publisher = PacketClient.clean(broker, "publisher")) {
            away(broker, "full", "t");
            for (int i = 1; i <= 4; i++) {
                publisher.publish(0x32, "t", i, "", "" + i).expect("PUBACK #" + i + " 00");
            }
            String metrics = metrics(broker);
            shows(metrics, "lacewing_messages_dropped_total{cause=\"queue_full_newest\"} 2.0");
            shows(metrics, "lacewing_queues_near_full 1.0");
            shows(metrics, "lacewing_sessions{kind=\"persistent\",state=\"offline\"} 1.0");
            shows(metrics, "lacewing_sessions{kind=\"persistent\",state=\"connected\"} 0.0");
            try (PacketClient full = PacketClient.resumed(broker, "full")) {
                full.take("PUBLISH t '1' q1").take("PUBLISH t '2' q1").ping();
                shows(metrics(broker), "lacewing_sessions{kind=\"persistent\",state=\"connected\"} 1.0");
            }
        }
    }

    /** What does not outlive its connection follows the policy too; who publishes to it is slowed down, not refused. */
    @Test
    void aTransientSessionKeepsItsOldest() throws Exception {
        try (BrokerFixture broker =
                        broker("limits.queuePolicy=drop-newest", "limits.maxInflight=1", "node.eventLoops=1");
                PacketClient slow = PacketClient.clean(broker, "slow")) {
            slow.subscribe("t", 1);
            for (int i = 1; i <= 5; i++) {
                // Each by another, as the first that fills the queue is not read from for a while.
                try (PacketClient publisher = PacketClient.clean(broker, "publisher-" + i)) {
                    publisher.publish(0x32, "t", i, "", "" + i).expect("PUBACK #" + i + " 00");
                }
            }
            for (int i = 1; i <= 3; i++) {
                slow.take("PUBLISH t '" + i + "' q1");
            }
            slow.ping();
        }
    }

    @Test
    void qos0WaitsIfItIsToldTo() throws Exception {
        try (BrokerFixture broker = broker("limits.queueQos0=true");
                PacketClient publisher = PacketClient.clean(broker, "publisher")) {
            away(broker, "c", "t");
            publisher.publish("t", "1").publish("t", "2").publish("t", "3").ping();
            publisher.publish1("other", "by then they are there");
            publisher.publish1("t", "4");
            try (PacketClient back = PacketClient.resumed(broker, "c")) {
                back.expect("PUBLISH t '3' q0").take("PUBLISH t '4' q1").ping();
            }
        }
    }
}
