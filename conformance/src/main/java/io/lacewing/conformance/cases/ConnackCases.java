package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;

/** CONNACK (3.2) and what a server says in it that it can do. */
final class ConnackCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        codes(cases);
        maximumQos(cases);
        retain(cases);
        topicAliases(cases);
    }

    private static void codes(Cases cases) {
        cases.of("connack.once", "No second CONNACK comes, whatever else happens")
                .v5("MQTT-3.2.0-2", "MQTT-3.2.2-1")
                .run(bench -> {
                    Client client = bench.connect();
                    client.subscribe(bench.topic("t"), 0);
                    client.publish(bench.topic("other"), "m", 1);
                    client.publish(bench.topic("t"), "m", 0);
                    client.expectPublish("m");
                    client.unsubscribe(bench.topic("t"));
                    client.expectNothing();
                    client.disconnect();
                });
        cases.of(
                        "connack.refusals",
                        "Each refusal is a CONNACK with a code of the table, without Session Present, then the end")
                .v3("MQTT-3.1.4-1", "MQTT-3.2.2-4", "MQTT-3.2.2-5", "MQTT-3.2.2-6")
                .v5("MQTT-3.1.4-2", "MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.2.2-8")
                .run(bench -> {
                    String id = bench.clientId();
                    bench.connect(bench.connectPacket(id).persistent(60)).disconnect();
                    bench.row(
                            "though it has a session",
                            () -> bench.open()
                                    .send(bench.connectPacket(id)
                                            .cleanStart(false)
                                            .flipFlags(0x01)
                                            .toArray())
                                    .expectMalformed(0x81));
                    if (bench.v5()) {
                        ConnectPacket packet = bench.connectPacket(id).persistent(60);
                        packet.properties().text(Property.AUTHENTICATION_METHOD, "there is no such method");
                        bench.row(
                                "for its method",
                                () -> bench.open().send(packet.toArray()).expectRefused(0x8C, 0x87));
                    }
                    bench.row(
                            "not at all",
                            () -> SessionCases.present(
                                    true,
                                    bench.open().connect(bench.connectPacket(id).persistent(60))));
                    SessionCases.end(bench, id);
                });
    }

    // ---- Maximum QoS ----

    private static void maximumQos(Cases cases) {
        cases.of("connack.maximum-qos", "Up to the Maximum QoS that was said, or 2, messages are taken and delivered")
                .v5("MQTT-3.2.2-9")
                .run(bench -> {
                    Client subscriber = bench.connect();
                    subscriber.subscribe(new SubscribePacket(bench.version(), 1).filter(bench.topic("t"), 2));
                    Client publisher = bench.connect();
                    for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                        publisher.publish(bench.topic("t"), "at " + qos, qos);
                        Expect.equal(
                                "QoS",
                                qos,
                                subscriber.expectPublish("at " + qos).qos());
                    }
                });
        cases.of("connack.subscribe-at-any-qos", "A SUBSCRIBE may ask for any QoS, whatever the Maximum QoS is")
                .v5("MQTT-3.2.2-10")
                .run(bench -> {
                    Client client = bench.connect();
                    for (int qos = 0; qos <= 2; qos++) {
                        SubscribePacket packet = new SubscribePacket(bench.version(), 1 + qos);
                        int granted = client.subscribe(packet.filter(bench.topic("t" + qos), qos))
                                .reason();
                        int most = Math.min(qos, bench.capabilities().maximumQos());
                        Expect.that(granted <= most, "granted is " + granted + ", it can be " + most + " at most");
                    }
                });
        cases.of("connack.publish-above-maximum-qos", "A PUBLISH above the Maximum QoS ends the connection")
                .v5("MQTT-3.2.2-9", "MQTT-3.2.2-11")
                .run(bench -> {
                    skipIfAllQos(bench);
                    for (int qos = bench.capabilities().maximumQos() + 1; qos <= 2; qos++) {
                        byte[] packet = bench.publishPacket(bench.topic("t"), "m")
                                .qos(qos, 1)
                                .toArray();
                        bench.row(
                                "QoS " + qos, () -> bench.connect().send(packet).expectThrownOut(0x9B));
                    }
                });
        cases.of("connack.will-above-maximum-qos", "A will above the Maximum QoS is refused")
                .v5("MQTT-3.2.2-7", "MQTT-3.2.2-12")
                .run(bench -> {
                    skipIfAllQos(bench);
                    int most = bench.capabilities().maximumQos();
                    for (int qos = most + 1; qos <= 2; qos++) {
                        ConnectPacket packet = bench.connectPacket().will(bench.topic("t"), "w", qos, false);
                        bench.row(
                                "QoS " + qos,
                                () -> bench.open().send(packet.toArray()).expectRefused(0x9B));
                    }
                    bench.connect(bench.connectPacket().will(bench.topic("t"), "w", most, false))
                            .disconnect();
                });
    }

    private static void skipIfAllQos(Bench bench) {
        bench.skipUnless(bench.capabilities().maximumQos() < 2, "the broker has all QoS");
    }

    // ---- Retain Available ----

    private static void retain(Cases cases) {
        cases.of("connack.will-retain-unavailable", "A will to be retained is refused where nothing is retained")
                .v5("MQTT-3.2.2-7", "MQTT-3.2.2-13")
                .run(bench -> {
                    bench.skipUnless(!bench.capabilities().retain(), "the broker has retained messages");
                    ConnectPacket packet = bench.connectPacket().will(bench.topic("t"), "w", 0, true);
                    bench.open().send(packet.toArray()).expectRefused(0x9A);
                    bench.connect(bench.connectPacket().will(bench.topic("t"), "w", 0, false))
                            .disconnect();
                });
        cases.of(
                        "connack.publish-retain-unavailable",
                        "A PUBLISH to be retained ends the connection where nothing is retained")
                .v5("MQTT-3.2.2-14")
                .run(bench -> {
                    bench.skipUnless(!bench.capabilities().retain(), "the broker has retained messages");
                    for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                        byte[] packet = bench.publishPacket(bench.topic("t"), "m")
                                .qos(qos, 1)
                                .retain()
                                .toArray();
                        bench.row(
                                "QoS " + qos, () -> bench.connect().send(packet).expectThrownOut(0x9A));
                    }
                    byte[] nothing =
                            bench.publishPacket(bench.topic("t"), "").retain().toArray();
                    bench.row("no payload", () -> bench.connect().send(nothing).expectThrownOut(0x9A));
                });
    }

    // ---- Topic Alias Maximum ----

    private static void topicAliases(Cases cases) {
        cases.of("connack.topic-alias-maximum", "Topic aliases up to the server's maximum are taken, others are not")
                .v5("MQTT-3.2.2-17")
                .run(bench -> {
                    int maximum = bench.capabilities().topicAliasMaximum();
                    bench.skipUnless(maximum > 0, "the broker takes no topic aliases");
                    Client client = bench.connect();
                    client.subscribe(bench.topic("t"), 0);
                    for (int alias : new int[] {1, maximum}) {
                        client.send(aliased(bench, bench.topic("t"), "named " + alias, alias));
                        client.expectPublish("named " + alias);
                        client.send(aliased(bench, "", "by alias " + alias, alias));
                        Expect.equal(
                                "topic",
                                bench.topic("t"),
                                client.expectPublish("by alias " + alias).topic());
                    }
                    for (int alias : new int[] {0, maximum + 1, 65_535}) {
                        if (alias == 0 || (alias > maximum && alias <= 65_535)) {
                            byte[] packet = aliased(bench, bench.topic("t"), "m", alias);
                            int[] reasons = alias == 0 ? new int[] {0x94, 0x82, 0x81} : new int[] {0x94};
                            bench.row(
                                    "alias " + alias,
                                    () -> bench.connect().send(packet).expectThrownOut(reasons));
                        }
                    }
                });
        cases.of("connack.no-topic-aliases", "Where the server takes no topic aliases, one ends the connection")
                .v5("MQTT-3.2.2-18")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().topicAliasMaximum() == 0, "the broker takes topic aliases");
                    for (int alias : new int[] {0, 1, 65_535}) {
                        byte[] packet = aliased(bench, bench.topic("t"), "m", alias);
                        bench.row(
                                "alias " + alias,
                                () -> bench.connect().send(packet).expectThrownOut(0x94, 0x82, 0x81));
                    }
                });
    }

    private static byte[] aliased(Bench bench, String topic, String payload, int alias) {
        return bench.publishPacket(topic, payload)
                .with(Property.TOPIC_ALIAS, alias)
                .toArray();
    }
}
