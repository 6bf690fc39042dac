package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.lacewing.node.cluster.TestClient.Incoming;
import io.lacewing.node.cluster.TestClient.Settings;
import io.lacewing.node.conformance.Trials;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three nodes in processes of their own; the last test kills one of them and lets another join. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
    private static final int NODES = 3;

    private final AtomicInteger loads = new AtomicInteger();
    private final NodeProcesses nodes;
    private final List<Integer> ports;

    ClusterTest(@TempDir Path dir) {
        this.nodes = new NodeProcesses(dir, NODES + 1, NODES);
        this.ports = List.of(nodes.port(0), nodes.port(1), nodes.port(2));
    }

    @AfterAll
    void end() {
        nodes.close();
    }

    private String topic() {
        return "load-" + loads.incrementAndGet();
    }

    /** The clients of each case are spread: publisher, subscriber and who comes back are on different nodes. */
    @TestFactory
    @Order(2)
    Stream<DynamicTest> theStandardsHoldAcrossNodes() throws Exception {
        List<Integer> webSockets = List.of(nodes.webSocketPort(0), nodes.webSocketPort(1), nodes.webSocketPort(2));
        return Trials.run(Trials.all(), ports, webSockets, null).stream().map(Trials::test);
    }

    @ParameterizedTest
    @CsvSource({
        "3, false, 0", "3, false, 1", "3, false, 2", "3, true, 0", "3, true, 1", "3, true, 2",
        "5, false, 0", "5, false, 1", "5, false, 2", "5, true, 0", "5, true, 1", "5, true, 2"
    })
    @Order(1)
    void whatIsPublishedOnAnyNodeArrivesOnEachOnceAndInOrder(int version, boolean persistent, int qos)
            throws Exception {
        try (Load load =
                new Load(new Load.Kind(topic(), version, persistent, ""), ports, NODES, 200, publisher -> qos)) {
            boolean arrived = load.run(number -> {});
            assertEquals(List.of(), load.faults(publisher -> false));
            assertTrue(arrived);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, false, 0", "3, true, 1", "3, false, 2", "5, true, 0", "5, false, 1", "5, true, 2"})
    @Order(1)
    void aShareGroupOverAllNodesGetsEachMessageOnce(int version, boolean persistent, int qos) throws Exception {
        try (Load load =
                new Load(new Load.Kind(topic(), version, persistent, "workers"), ports, NODES, 200, publisher -> qos)) {
            boolean arrived = load.run(number -> {});
            assertEquals(List.of(), load.faultsOfGroup());
            assertTrue(arrived);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, false", "5, true"})
    @Order(1)
    void aRetainedMessageIsOnEveryNodeWhenItIsAcknowledged(int version, boolean persistent) throws Exception {
        String topic = topic() + "/state";
        TestClient publisher = connected(version, "retainer-" + topic, 0, persistent, message -> {});
        for (int round = 0; round < 5; round++) {
            TestClient.await(publisher.publish(topic, "value " + round, 1 + round % 2, true));
            for (int node = 0; node < NODES; node++) {
                BlockingQueue<Incoming> inbox = new LinkedBlockingQueue<>();
                TestClient reader = connected(version, "reader-" + topic + node + round, node, false, inbox::add);
                TestClient.await(reader.subscribe(topic, 1));
                assertEquals(new Incoming(topic, "value " + round, 1, true), next(inbox));
                TestClient.await(reader.disconnect());
            }
        }
        TestClient.await(publisher.publish(topic, "", 1, true));
        BlockingQueue<Incoming> inbox = new LinkedBlockingQueue<>();
        TestClient reader = connected(version, "reader-" + topic, 2, false, inbox::add);
        TestClient.await(reader.subscribe(topic, 1));
        TestClient.await(reader.publish(topic, "live", 1, false));
        assertEquals(new Incoming(topic, "live", 1, false), next(inbox));
        TestClient.await(reader.disconnect());
        TestClient.await(publisher.disconnect());
    }

    @ParameterizedTest
    @CsvSource({"3", "5"})
    @Order(1)
    void aSessionMovesToTheNodeOfItsNewestConnection(int version) throws Exception {
        String topic = topic();
        TestClient publisher = connected(version, topic + "-publisher", 1, false, message -> {});
        BlockingQueue<Incoming> inbox = new LinkedBlockingQueue<>();
        TestClient last = connected(version, topic, 0, true, inbox::add);
        TestClient.await(last.subscribe(topic, 2));
        for (int move = 1; move <= 6; move++) {
            Settings settings = new Settings(topic, List.of(ports.get(move % NODES)), true, false);
            TestClient newer = TestClient.of(version, settings, inbox::add);
            assertTrue(TestClient.await(newer.connect()), "session present");
            TestClient.await(last.disconnected());
            TestClient.await(publisher.publish(topic, "move " + move, 2, false));
            assertEquals("move " + move, nextBut("move " + (move - 1), inbox));
            last = newer;
        }
        TestClient.await(last.disconnect());
        TestClient.await(publisher.publish(topic, "while away", 1, false));
        TestClient back = connected(version, topic, 2, true, inbox::add);
        assertEquals("while away", nextBut("move 6", inbox));
        TestClient.await(back.disconnect());
        TestClient.await(publisher.disconnect());
    }

    @ParameterizedTest
    @CsvSource({"3, false", "5, false", "3, true", "5, true"})
    @Order(1)
    void ofConnectionsOfOneClientAtOnceOneIsLeft(int version, boolean persistent) throws Exception {
        for (int round = 0; round < 5; round++) {
            String id = topic();
            BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
            BlockingQueue<Incoming> inbox = new LinkedBlockingQueue<>();
            List<TestClient> clients = new ArrayList<>();
            List<CompletableFuture<Void>> endings = new ArrayList<>();
            for (int node = 0; node < NODES; node++) {
                int index = node;
                Settings settings = new Settings(id, List.of(ports.get(node)), persistent, false);
                TestClient client = TestClient.of(version, settings, inbox::add);
                clients.add(client);
                endings.add(client.disconnected().thenRun(() -> ended.add(index)));
            }
            List<CompletableFuture<Boolean>> connects =
                    clients.stream().map(TestClient::connect).toList();
            int left = NODES * (NODES - 1) / 2;
            for (int i = 1; i < NODES; i++) {
                Integer index = ended.poll(30, TimeUnit.SECONDS);
                assertTrue(index != null, "more than one is left");
                left -= index;
            }
            TestClient.await(connects.get(left));
            TestClient survivor = clients.get(left);
            TestClient.await(survivor.subscribe(id, 1));
            TestClient.await(survivor.publish(id, "alive", 1, false));
            assertEquals("alive", next(inbox).payload());
            assertFalse(endings.get(left).isDone());
            TestClient.await(survivor.disconnect());
        }
    }

    /** The clients of the node that is killed go on at others, and another node takes its place. */
    @Test
    @Order(3)
    void aKilledNodeCostsNothingThatWasAcknowledged() throws Exception {
        assertEquals(List.of(), nodes.complaints());
        BlockingQueue<Incoming> wills = new LinkedBlockingQueue<>();
        TestClient mourner = connected(5, "mourner", 0, false, wills::add);
        TestClient.await(mourner.subscribe("wills/#", 2));
        Mqtt5AsyncClient mortal = connectMortal();
        int[] qos = {1, 2, 1, 2, 2, 1};
        Load.Kind kind = new Load.Kind(topic(), 5, true, "");
        try (Load load = new Load(kind, ports, qos.length, 600, publisher -> qos[publisher])) {
            boolean arrived = load.run(number -> {
                if (number == 200) {
                    nodes.kill(2);
                }
            });
            assertEquals(List.of(), load.faults(publisher -> qos[publisher] == 1));
            assertTrue(arrived);
        }
        assertEquals("kept", next(wills).payload());
        assertEquals("dead", next(wills).payload());
        assertFalse(mortal.getState().isConnected());

        nodes.join();
        BlockingQueue<Incoming> inbox = new LinkedBlockingQueue<>();
        Settings settings = new Settings("newcomer", List.of(nodes.port(NODES)), true, false);
        TestClient newcomer = TestClient.of(3, settings, inbox::add);
        TestClient.await(newcomer.connect());
        TestClient.await(newcomer.subscribe("wills/retained", 1));
        assertEquals(new Incoming("wills/retained", "kept", 1, true), next(inbox));
        TestClient.await(newcomer.publish("wills/new", "works", 2, false));
        assertEquals("works", next(wills).payload());
        TestClient.await(mourner.publish("wills/retained", "there too", 2, false));
        assertEquals("there too", next(inbox).payload());
        assertEquals("there too", next(wills).payload(), "the will came once");
        TestClient.await(newcomer.disconnect());
        TestClient.await(mourner.disconnect());
    }

    private Mqtt5AsyncClient connectMortal() {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .identifier("mortal")
                .serverHost("127.0.0.1")
                .serverPort(ports.get(2))
                .willPublish()
                .topic("wills/mortal")
                .payload("dead".getBytes(StandardCharsets.UTF_8))
                .applyWillPublish()
                .buildAsync();
        TestClient.await(client.connect());
        TestClient.await(client.publishWith()
                .topic("wills/retained")
                .payload("kept".getBytes(StandardCharsets.UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .send());
        return client;
    }

    private TestClient connected(int version, String id, int node, boolean persistent, TestClient.Inbox inbox) {
        TestClient client =
                TestClient.of(version, new Settings(id, List.of(ports.get(node)), persistent, false), inbox);
        TestClient.await(client.connect());
        return client;
    }

    /** The next message; the one before may come again, as its acknowledgement may have been lost with the connection. */
    private static String nextBut(String before, BlockingQueue<Incoming> inbox) throws InterruptedException {
        String payload = next(inbox).payload();
        return payload.equals(before) ? next(inbox).payload() : payload;
    }

    private static Incoming next(BlockingQueue<Incoming> inbox) throws InterruptedException {
        Incoming message = inbox.poll(30, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came");
        }
        return message;
    }
}
