package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Wills without a delay (3.1.2.5 to 3.1.2.7, 3.1.3.2 to 3.1.3.4): when they are published, and as what. */
final class WillCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        published(cases);
        removed(cases);
        message(cases);
        retained(cases);
        properties(cases);
        refused(cases);
    }

    /** A CONNECT with the will "will" on the topic "will", at QoS 0. */
    static ConnectPacket withWill(Bench bench, String clientId) {
        return bench.connectPacket(clientId).will(bench.topic("will"), "will", 0, false);
    }

    /** Somebody who sees what is published on the topic "will". */
    static Client watcher(Bench bench) {
        Client watcher = bench.connect();
        watcher.subscribe(bench.topic("will"), 0);
        return watcher;
    }

    /** No will came of this client id: what it publishes on its next, clean connection comes first. */
    static void expectNoWill(Bench bench, Client watcher, String clientId) {
        Client again = bench.connect(bench.connectPacket(clientId));
        again.publish(bench.topic("will"), "later", 1);
        watcher.expectPublish("later");
        again.disconnect();
        watcher.expectNothing();
    }

    // ---- when ----

    /** How a connection ends. */
    @FunctionalInterface
    private interface End {
        void of(Bench bench, String clientId, Client client);
    }

    private static void published(Cases cases) {
        published(cases, "network-close", "the client closes without DISCONNECT", (bench, id, client) -> client.drop());
        published(cases, "protocol-error", "the server closes for a protocol error", (bench, id, client) -> {
            client.send(bench.connectPacket().toArray());
            client.expectThrownOut(0x82);
        });
        published(cases, "malformed-packet", "the server closes for a malformed packet", (bench, id, client) -> {
            client.send(Bytes.of(PacketType.PUBLISH.first() | 6, 5, 0, 1, 't', 0, 1));
            client.expectThrownOut(0x81);
        });
        published(cases, "take-over", "another connection takes over", (bench, id, client) -> {
            bench.connect(bench.connectPacket(id));
            client.expectThrownOut(0x8E);
        });
        published(cases, "half-a-packet", "the client closes in the middle of a packet", (bench, id, client) -> {
            client.send(Bytes.of(PacketType.DISCONNECT.first()));
            client.drop();
        });
        cases.of("will.keep-alive", "A will is published when the keep alive is over")
                .v3("MQTT-3.1.2-8", "MQTT-3.1.2-24")
                .v5("MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-22")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    Client client =
                            bench.connect(withWill(bench, bench.clientId()).keepAlive(1));
                    client.expectThrownOut(Duration.ofSeconds(2).plus(bench.patience()), 0x8D);
                    watcher.expectPublish("will");
                });
        cases.of(
                        "will.disconnect-with-reason",
                        "A DISCONNECT with any other code than 0x00 leaves the will to be published")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    for (int reason :
                            List.of(0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99)) {
                        bench.row("reason code " + reason, () -> {
                            Client client = bench.connect(withWill(bench, bench.clientId()));
                            client.send(Packets.disconnect(reason, new Properties()));
                            client.expectClosed();
                            watcher.expectPublish("will");
                        });
                    }
                });
    }

    private static void published(Cases cases, String name, String words, End end) {
        for (boolean persistent : List.of(false, true)) {
            cases.of("will." + name + (persistent ? "-persistent" : ""), "A will is published when " + words)
                    .v3("MQTT-3.1.2-8", "MQTT-3.1.2-9")
                    .v5("MQTT-3.1.2-7", "MQTT-3.1.2-8")
                    .run(bench -> {
                        Client watcher = watcher(bench);
                        String id = bench.clientId();
                        ConnectPacket packet = withWill(bench, id);
                        Client client = bench.connect(persistent ? packet.persistent(5) : packet);
                        end.of(bench, id, client);
                        watcher.expectPublish("will");
                        expectNoWill(bench, watcher, id);
                    });
        }
    }

    private static void removed(Cases cases) {
        cases.of("will.disconnect", "A DISCONNECT removes the will")
                .v3("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    for (boolean persistent : List.of(false, true)) {
                        String id = bench.clientId();
                        ConnectPacket packet = withWill(bench, id);
                        bench.connect(persistent ? packet.persistent(30) : packet)
                                .disconnect();
                        expectNoWill(bench, watcher, id);
                    }
                });
        cases.of("will.disconnect-long-form", "A DISCONNECT that says 0x00, with properties or not, removes the will")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    List<byte[]> forms = List.of(
                            Packets.packet(PacketType.DISCONNECT.first(), 0),
                            Packets.disconnect(0, new Properties()),
                            Packets.disconnect(0, new Properties().text(Property.REASON_STRING, "bye")));
                    for (byte[] form : forms) {
                        String id = bench.clientId();
                        Client client = bench.connect(withWill(bench, id));
                        client.send(form).expectClosed();
                        expectNoWill(bench, watcher, id);
                    }
                });
        cases.of("will.disconnect-then-close", "A client that sends DISCONNECT and closes at once has no will")
                .v3("MQTT-3.1.2-10")
                .v5("MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    Client client = bench.connect(withWill(bench, id));
                    client.send(Packets.disconnect());
                    client.drop();
                    // So that the next connection does not take over one whose DISCONNECT is still unread.
                    watcher.expectSilence(Duration.ofSeconds(1));
                    expectNoWill(bench, watcher, id);
                });
        cases.of("will.once", "A will is published once, also where its session goes on")
                .v3("MQTT-3.1.2-10", "MQTT-3.1.2-12")
                .v5("MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(withWill(bench, id).persistent(30)).drop();
                    watcher.expectPublish("will");
                    bench.connect(bench.connectPacket(id).persistent(30)).drop();
                    expectNoWill(bench, watcher, id);
                });
        cases.of("will.none", "Without will flag nothing is published, whatever the earlier connection had")
                .v3("MQTT-3.1.2-12")
                .v5("MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(withWill(bench, id).persistent(30)).disconnect();
                    bench.connect(bench.connectPacket(id).persistent(30)).drop();
                    expectNoWill(bench, watcher, id);
                });
        cases.of("will.latest", "The will is that of the latest connection")
                .v3("MQTT-3.1.2-8", "MQTT-3.1.2-10")
                .v5("MQTT-3.1.2-7", "MQTT-3.1.2-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    String id = bench.clientId();
                    bench.connect(withWill(bench, id).persistent(30)).disconnect();
                    bench.connect(bench.connectPacket(id).persistent(30).will(bench.topic("will"), "second", 0, false))
                            .drop();
                    watcher.expectPublish("second");
                    expectNoWill(bench, watcher, id);
                });
    }

    // ---- as what ----

    private static void message(Cases cases) {
        cases.of("will.qos", "A will is published at its QoS")
                .v3("MQTT-3.1.2-9", "MQTT-3.1.2-14")
                .v5("MQTT-3.1.2-12")
                .run(bench -> {
                    Client watcher = bench.connect();
                    watcher.subscribe(bench.topic("will"), bench.capabilities().maximumQos());
                    for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                        bench.connect(bench.connectPacket().will(bench.topic("will"), "at " + qos, qos, false))
                                .drop();
                        Packet will = watcher.expectPublish("at " + qos);
                        Expect.equal("QoS", qos, will.qos());
                        Expect.equal("RETAIN", false, will.retain());
                    }
                });
        cases.of("will.payload", "A will's payload is any bytes, from none to 65,535")
                .v3("MQTT-3.1.2-8", "MQTT-3.1.2-9")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-9")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumPacketSize() > 100_000, "its packets are short");
                    Client watcher = watcher(bench);
                    byte[] topic = bench.topic("will").getBytes(StandardCharsets.UTF_8);
                    byte[] odd = Bytes.of(0, 0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80);
                    for (byte[] payload : List.of(new byte[0], odd, new byte[65_535])) {
                        bench.connect(bench.connectPacket().will(topic, payload, 0, false, new Properties()))
                                .drop();
                        byte[] came = watcher.expect(PacketType.PUBLISH).payload();
                        Expect.that(Arrays.equals(payload, came), "the will's payload is changed");
                    }
                });
        cases.of("will.kept-for-absent", "A will above QoS 0 is kept for a session that is away")
                .v3("MQTT-3.1.2-5", "MQTT-3.1.2-8")
                .v5("MQTT-3.1.2-8", "MQTT-3.1.2-23")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumQos() > 0, "it has QoS 0 only");
                    String absent = bench.clientId();
                    Client subscriber =
                            bench.connect(bench.connectPacket(absent).persistent(60));
                    subscriber.subscribe(bench.topic("will"), 1);
                    subscriber.disconnect();
                    Client watcher = watcher(bench);
                    bench.connect(bench.connectPacket().will(bench.topic("will"), "will", 1, false))
                            .drop();
                    watcher.expectPublish("will");
                    Client again = bench.connect(bench.connectPacket(absent).persistent(60));
                    Expect.equal("QoS", 1, again.expectPublish("will").qos());
                    SessionCases.end(bench, absent);
                });
    }

    private static void retained(Cases cases) {
        cases.of("will.not-retained", "A will without will retain is not kept for later subscribers")
                .v3("MQTT-3.1.2-16")
                .v5("MQTT-3.1.2-14")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    bench.connect(withWill(bench, bench.clientId())).drop();
                    Expect.equal("RETAIN", false, watcher.expectPublish("will").retain());
                    Client later = watcher(bench);
                    later.expectNothing();
                });
        cases.of("will.retained", "A will with will retain is kept for later subscribers")
                .v3("MQTT-3.1.2-17")
                .v5("MQTT-3.1.2-15")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().retain(), "it has no retained messages");
                    Client watcher = watcher(bench);
                    for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                        String payload = "at " + qos;
                        bench.willRetain(bench.topic("will"));
                        bench.connect(bench.connectPacket().will(bench.topic("will"), payload, qos, true))
                                .drop();
                        Expect.equal(
                                "RETAIN", false, watcher.expectPublish(payload).retain());
                        Client later = bench.connect();
                        later.subscribe(
                                bench.topic("will"), bench.capabilities().maximumQos());
                        Packet kept = later.expectPublish(payload);
                        Expect.equal("RETAIN", true, kept.retain());
                        Expect.equal("QoS", qos, kept.qos());
                    }
                });
        cases.of("will.removes-retained", "A will with will retain and no payload removes the retained message")
                .v3("MQTT-3.1.2-17")
                .v5("MQTT-3.1.2-15")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().retain(), "it has no retained messages");
                    bench.retain(bench.topic("will"), "old");
                    Client watcher = watcher(bench);
                    watcher.expectPublish("old");
                    bench.connect(bench.connectPacket().will(bench.topic("will"), "", 0, true))
                            .drop();
                    watcher.expectPublish("");
                    watcher(bench).expectNothing();
                });
    }

    private static void properties(Cases cases) {
        cases.of("will.properties", "The properties of a will are published with it")
                .v5("MQTT-3.1.2-9", "MQTT-3.1.3-10")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    Properties properties = new Properties()
                            .user("b", "2")
                            .number(Property.PAYLOAD_FORMAT_INDICATOR, 1)
                            .user("a", "1")
                            .number(Property.MESSAGE_EXPIRY_INTERVAL, 100)
                            .text(Property.CONTENT_TYPE, "text/plain")
                            .number(Property.WILL_DELAY_INTERVAL, 0)
                            .user("b", "1")
                            .text(Property.RESPONSE_TOPIC, "answers/here")
                            .binary(Property.CORRELATION_DATA, Bytes.of(0, 0xFF))
                            .user("", "");
                    drop(bench, properties);
                    Packet will = watcher.expectPublish("will");
                    Expect.equal("user properties", List.of("b=2", "a=1", "b=1", "="), will.userProperties());
                    Expect.equal("payload format", 1L, will.number(Property.PAYLOAD_FORMAT_INDICATOR, 0));
                    Expect.equal("content type", "text/plain", will.text(Property.CONTENT_TYPE));
                    Expect.equal("response topic", "answers/here", will.text(Property.RESPONSE_TOPIC));
                    Expect.that(
                            Arrays.equals(Bytes.of(0, 0xFF), will.binary(Property.CORRELATION_DATA)),
                            "the will's correlation data is changed");
                    long expiry = will.number(Property.MESSAGE_EXPIRY_INTERVAL, 0);
                    Expect.that(expiry >= 90 && expiry <= 100, "message expiry should be about 100, not " + expiry);
                });
        cases.of("will.no-properties", "A will without properties is published without any")
                .v5("MQTT-3.1.2-9")
                .run(bench -> {
                    Client watcher = watcher(bench);
                    drop(bench, new Properties().number(Property.WILL_DELAY_INTERVAL, 0));
                    Expect.equal(
                            "properties",
                            List.of(),
                            watcher.expectPublish("will").properties());
                });
    }

    private static void drop(Bench bench, Properties ofWill) {
        byte[] topic = bench.topic("will").getBytes(StandardCharsets.UTF_8);
        byte[] payload = "will".getBytes(StandardCharsets.UTF_8);
        bench.connect(bench.connectPacket().will(topic, payload, 0, false, ofWill))
                .drop();
    }

    private static void refused(Cases cases) {
        cases.of("will.topic", "A will's topic is a topic name: not empty, without wildcards")
                .v3("MQTT-3.1.3-10", "MQTT-3.1.4-1")
                .v5("MQTT-3.1.3-11", "MQTT-3.1.4-1")
                .run(bench -> {
                    for (String topic : List.of("", "#", "+", "a/#", "a/+/b")) {
                        ConnectPacket packet = bench.connectPacket().will(topic, "will", 0, false);
                        bench.row(
                                "'" + topic + "'",
                                () -> bench.open().send(packet.toArray()).expectMalformed(0x81, 0x82, 0x90));
                    }
                });
    }
}
