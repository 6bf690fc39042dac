package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.lacewing.node.BrokerFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client libraries that people use on the JVM: at every level, several hundred messages, in order. */
class LibraryClientsTest {
    private static final int COUNT = 300;

    /** Its blocking client waits for the operating system's delayed acknowledgement at each message. */
    private static final int PAHO_COUNT = 50;

    private static final long TIMEOUT_SECONDS = 30;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        LogManager.getLogManager().reset(); // Paho says everything twice
        broker = BrokerFixture.start();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static byte[] payload(int number) {
        return ("message " + number).getBytes(StandardCharsets.UTF_8);
    }

    private static void expectAll(BlockingQueue<String> got) throws InterruptedException {
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < PAHO_COUNT; i++) {
            expected.add("message " + i);
            String next = got.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            assertNotNull(next, () -> "after " + found);
            found.add(next);
        }
        assertEquals(expected, found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp 0", "tcp 1", "tcp 2", "ws 0", "ws 1", "ws 2"})
    void hiveMq5(String how) throws Exception {
        MqttQos qos = qos(how);
        Mqtt5BlockingClient client = hiveMq(how).useMqttVersion5().buildBlocking();
        client.connect();
        String topic = "hivemq5/" + how.replace(' ', '/');
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            client.subscribeWith().topicFilter("hivemq5/#").qos(qos).send();
            for (int i = 0; i < COUNT; i++) {
                client.publishWith().topic(topic).qos(qos).payload(payload(i)).send();
            }
            for (int i = 0; i < COUNT; i++) {
                Mqtt5Publish publish =
                        publishes.receive(TIMEOUT_SECONDS, TimeUnit.SECONDS).orElseThrow();
                assertEquals("message " + i, new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8));
                assertEquals(qos, publish.getQos());
                assertEquals(topic, publish.getTopic().toString());
            }
        }
        client.disconnect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp 0", "tcp 1", "tcp 2", "ws 0", "ws 1", "ws 2"})
    void hiveMq3(String how) throws Exception {
        MqttQos qos = qos(how);
        Mqtt3BlockingClient client = hiveMq(how).useMqttVersion3().buildBlocking();
        client.connect();
        try (Mqtt3BlockingClient.Mqtt3Publishes publishes = client.publishes(MqttGlobalPublishFilter.SUBSCRIBED)) {
            client.subscribeWith().topicFilter("hivemq3/+").qos(qos).send();
            for (int i = 0; i < COUNT; i++) {
                client.publishWith()
                        .topic("hivemq3/x")
                        .qos(qos)
                        .payload(payload(i))
                        .send();
            }
            for (int i = 0; i < COUNT; i++) {
                byte[] got = publishes
                        .receive(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .orElseThrow()
                        .getPayloadAsBytes();
                assertEquals("message " + i, new String(got, StandardCharsets.UTF_8));
            }
        }
        client.disconnect();
    }

    private static MqttQos qos(String how) {
        return switch (how.charAt(how.length() - 1)) {
            case '0' -> MqttQos.AT_MOST_ONCE;
            case '1' -> MqttQos.AT_LEAST_ONCE;
            default -> MqttQos.EXACTLY_ONCE;
        };
    }

    private static com.hivemq.client.mqtt.MqttClientBuilder hiveMq(String how) {
        var builder =
                MqttClient.builder().identifier(UUID.randomUUID().toString()).serverHost("127.0.0.1");
        return how.startsWith("ws")
                ? builder.serverPort(broker.webSocket())
                        .webSocketConfig()
                        .serverPath("mqtt")
                        .applyWebSocketConfig()
                : builder.serverPort(broker.tcp());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void paho3(int qos) throws Exception {
        String topic = "paho3/" + qos;
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(
                "tcp://127.0.0.1:" + broker.tcp(), "paho3-" + qos, new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            options.setMaxInflight(100); // it lets a publish return before it counts its end
            client.connect(options);
            client.subscribe(
                    topic, qos, (t, message) -> got.add(new String(message.getPayload(), StandardCharsets.UTF_8)));
            for (int i = 0; i < PAHO_COUNT; i++) {
                client.publish(topic, payload(i), qos, false);
            }
            expectAll(got);
            client.disconnect();
        }
    }

    /** A session that the library keeps up: messages of a time without connection. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void paho3ComesBackToItsSession(int qos) throws Exception {
        String topic = "paho3-session/" + qos;
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(false);
        String url = "tcp://127.0.0.1:" + broker.tcp();
        try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(url, "paho3-s" + qos, new MemoryPersistence());
                var other =
                        new org.eclipse.paho.client.mqttv3.MqttClient(url, "paho3-o" + qos, new MemoryPersistence())) {
            client.connect(options);
            client.subscribe(topic, qos);
            client.disconnect();
            MqttConnectOptions others = new MqttConnectOptions();
            others.setMaxInflight(100);
            other.connect(others);
            for (int i = 0; i < PAHO_COUNT; i++) {
                other.publish(topic, payload(i), qos, false);
            }
            other.disconnect();
            client.setCallback(new org.eclipse.paho.client.mqttv3.MqttCallback() {
                @Override
                public void connectionLost(Throwable cause) {
                    got.add("lost: " + cause);
                }

                @Override
                public void messageArrived(String t, org.eclipse.paho.client.mqttv3.MqttMessage message) {
                    got.add(new String(message.getPayload(), StandardCharsets.UTF_8));
                }

                @Override
                public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {
                    got.add("nothing was published");
                }
            });
            assertTrue(client.connectWithResult(options).getSessionPresent());
            expectAll(got);
            client.disconnect();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void paho5(int qos) throws Exception {
        String topic = "paho5/" + qos;
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(
                "tcp://127.0.0.1:" + broker.tcp(),
                "paho5-" + qos,
                new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        try {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setTopicAliasMaximum(10);
            client.setCallback(new Paho5Callback(got));
            client.connect(options);
            client.subscribe(topic, qos);
            for (int i = 0; i < PAHO_COUNT; i++) {
                MqttMessage message = new MqttMessage(payload(i));
                message.setQos(qos);
                client.publish(topic, message);
            }
            expectAll(got);
            client.disconnect();
        } finally {
            client.close();
        }
    }

    /** Keeps what arrives. */
    private record Paho5Callback(BlockingQueue<String> got) implements org.eclipse.paho.mqttv5.client.MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            got.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {
            got.add("disconnected: " + response);
        }

        @Override
        public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException exception) {
            got.add("error: " + exception);
        }

        @Override
        public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {
            // The blocking client waits for it itself.
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {
            // Nothing to do.
        }

        @Override
        public void authPacketArrived(int reasonCode, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {
            got.add("AUTH " + reasonCode);
        }
    }
}
