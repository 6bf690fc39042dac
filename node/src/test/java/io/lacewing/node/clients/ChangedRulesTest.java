package io.lacewing.node.clients;

import static io.lacewing.node.clients.PacketClient.ANSWER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules that change while clients are connected, or away. */
class ChangedRulesTest {
    private static final String ALL = "rules: [{allow: all, topics: '#'}]\n";
    private static final String NOT_A =
            "rules: [{allow: all, topics: '#', clientIds: [watcher]}, {deny: all, topics: 'a/#'}, {allow: all, topics: ['b/#']}]\n";

    @TempDir
    private Path dir = Path.of("");

    private Path file = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private BrokerFixture broker;

    @SuppressWarnings("NullAway.Init")
    private PacketClient watcher;

    @BeforeEach
    void start() throws Exception {
        file = Files.writeString(dir.resolve("rules.yaml"), ALL);
        broker = BrokerFixture.start("auth.aclFile=" + file);
        watcher = PacketClient.clean(broker, "watcher");
    }

    @AfterEach
    void stop() throws Exception {
        watcher.close();
        broker.close();
    }

    /** Waits until the metrics show a line. */
    private void await(String line) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (PasswordTest.metrics(broker).lines().noneMatch(line::equals)) {
            assertTrue(System.nanoTime() < deadline, () -> line + " is not among the metrics");
            watcher.ping();
        }
    }

    private void change(String rules, int count) throws Exception {
        Files.writeString(file, rules);
        await("lacewing_acl_rules " + count + ".0");
    }

    private void awaitRevoked(int count) throws Exception {
        await("lacewing_authorization_denied_total{action=\"revoked\"} " + count + ".0");
    }

    @Test
    void subscriptionsOfConnectedClientsEnd() throws Exception {
        try (PacketClient plain = PacketClient.clean(broker, "plain");
                PacketClient kept = PacketClient.kept(broker, "kept")) {
            for (PacketClient client : new PacketClient[] {plain, kept}) {
                client.subscribe("a/+", 1).subscribe("b/+", 1).subscribe("$share/g/a/x", 0);
            }
            watcher.publish1("a/y", "1");
            plain.take("PUBLISH a/y '1' q1");
            kept.take("PUBLISH a/y '1' q1");
            change(NOT_A, 3);
            awaitRevoked(4);
            watcher.publish1("a/y", "2").publish1("a/x", "2").publish1("b/y", "2");
            plain.take("PUBLISH b/y '2' q1").ping();
            kept.take("PUBLISH b/y '2' q1").ping();
            // What is published is judged anew, too, though it was allowed before.
            plain.publish(0x32, "a/z", 5, "", "").expect("PUBACK #5 87");
            change(ALL, 1);
            plain.publish(0x32, "a/z", 5, "", "").expect("PUBACK #5 10");
        }
    }

    @Test
    void whereDeniedMeansTheEndItEndsTheConnection() throws Exception {
        try (BrokerFixture strict = BrokerFixture.start("auth.aclFile=" + file, "auth.onDenied=disconnect");
                PacketClient plain = PacketClient.clean(strict, "plain");
                PacketClient kept = PacketClient.kept(strict, "kept");
                PacketClient other = PacketClient.clean(strict, "other")) {
            plain.subscribe("a/+", 0).subscribe("a/x", 0);
            kept.subscribe("a/+", 0).subscribe("a/x", 0).subscribe("b", 0);
            other.subscribe("b/x", 0);
            Files.writeString(file, NOT_A);
            plain.expectDisconnect("87");
            kept.expectDisconnect("87");
            other.ping();
            // The subscriptions are gone, so it may come back.
            PacketClient.resumed(strict, "kept").ping().close();
        }
    }

    /** It was away when the rules changed: what it has no right to is not sent, though it waits for it. */
    @Test
    void storedSubscriptionsEndWhenTheirClientComesBack() throws Exception {
        try (PacketClient kept = PacketClient.kept(broker, "kept")) {
            kept.subscribe("a/+", 1).subscribe("b/+", 1).disconnect();
        }
        watcher.publish1("a/y", "1").publish1("b/y", "1");
        change(NOT_A, 3);
        watcher.publish1("a/y", "2").publish1("b/y", "2");
        try (PacketClient kept = PacketClient.resumed(broker, "kept")) {
            kept.take("PUBLISH b/y '1' q1").take("PUBLISH b/y '2' q1");
            awaitRevoked(1);
            await("lacewing_messages_dropped_total{cause=\"not_authorized\"} 2.0");
            change(ALL, 1);
            watcher.publish1("a/y", "3").publish1("b/y", "3");
            kept.take("PUBLISH b/y '3' q1").ping();
        }
    }

    @Test
    void aWillThatIsNotAllowedAnyMoreIsDiscarded() throws Exception {
        watcher.subscribe("#", 0);
        PacketClient bad = PacketClient.v5(broker)
                .connect("bad", 0x06, 60, "", PacketClient.will("", "a/will", "gone"))
                .expect("CONNACK 00" + ANSWER);
        PacketClient good = PacketClient.v5(broker)
                .connect("good", 0x06, 60, "", PacketClient.will("", "b/will", "gone"))
                .expect("CONNACK 00" + ANSWER);
        Files.writeString(file, NOT_A);
        bad.expectDisconnect("87");
        good.ping().close();
        watcher.expect("PUBLISH b/will 'gone' q0").ping();
    }

    @Test
    void aFileWithAFaultIsNotTaken() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "c")) {
            client.subscribe("a/+", 0);
            Files.writeString(file, "rules: [{alow: all, topics: '#'}]\n");
            await("lacewing_acl_rejected_total 1.0");
            watcher.publish1("a/y", "1");
            client.expect("PUBLISH a/y '1' q0");
            String metrics = PasswordTest.metrics(broker);
            assertEquals(
                    1, metrics.lines().filter("lacewing_acl_rules 1.0"::equals).count(), metrics);
        }
    }
}
