package io.lacewing.node.cluster;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of MQTT 3.1.1. */
final class ClientV3 implements TestClient {
    private static final long RECONNECT_MILLIS = 20;

    private final Settings settings;
    private final Inbox inbox;
    private final Mqtt3AsyncClient client;
    private final CompletableFuture<Void> disconnected = new CompletableFuture<>();

    ClientV3(Settings settings, Inbox inbox) {
        this.settings = settings;
        this.inbox = inbox;
        this.client = Mqtt3Client.builder()
                .identifier(settings.id())
                .serverHost("127.0.0.1")
                .serverPort(settings.ports().getFirst())
                .addDisconnectedListener(this::lost)
                .buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::received);
    }

    private void lost(MqttClientDisconnectedContext context) {
        disconnected.complete(null);
        if (settings.reconnects() && context.getSource() != MqttDisconnectSource.USER) {
            var transport = context.getReconnector().getTransportConfig();
            int next = settings.after(transport.getServerAddress().getPort());
            context.getReconnector()
                    .reconnect(true)
                    .delay(RECONNECT_MILLIS, TimeUnit.MILLISECONDS)
                    .transportConfig(transport.extend().serverPort(next).build());
        }
    }

    private void received(Mqtt3Publish publish) {
        inbox.take(new Incoming(
                publish.getTopic().toString(),
                new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8),
                publish.getQos().getCode(),
                publish.isRetain()));
    }

    @Override
    public CompletableFuture<Boolean> connect() {
        return client.connectWith()
                .cleanSession(!settings.persistent())
                .send()
                .thenApply(connAck -> connAck.isSessionPresent());
    }

    @Override
    public CompletableFuture<Void> subscribe(String filter, int qos) {
        return client.subscribeWith().topicFilter(filter).qos(qos(qos)).send().thenAccept(subAck -> {});
    }

    @Override
    public CompletableFuture<Void> publish(String topic, String payload, int qos, boolean retain) {
        return client.publishWith()
                .topic(topic)
                .qos(qos(qos))
                .retain(retain)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send()
                .thenAccept(published -> {});
    }

    @Override
    public CompletableFuture<Void> disconnected() {
        return disconnected;
    }

    @Override
    public CompletableFuture<Void> disconnect() {
        return client.disconnect();
    }

    private static MqttQos qos(int code) {
        return Objects.requireNonNull(MqttQos.fromCode(code));
    }
}
