package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.ArrayList;
import java.util.List;

/** The Maximum Packet Size of client (3.1.2.11.4) and server (3.2.2.3.6). */
final class PacketSizeCases implements Chapter {
    private static final int MAXIMUM = 200;
    private static final String LARGE = "x".repeat(300);

    @Override
    public void addTo(Cases cases) {
        messages(cases);
        sessions(cases);
        connack(cases);
        ofServer(cases);
    }

    private static ConnectPacket limited(Bench bench, String id, int maximum) {
        ConnectPacket packet = bench.connectPacket(id);
        packet.properties().number(Property.MAXIMUM_PACKET_SIZE, maximum);
        return packet;
    }

    // ---- to the client ----

    private static void messages(Cases cases) {
        for (int qos = 0; qos <= 2; qos++) {
            int level = qos;
            cases.of(
                            "packetsize.edge-at-qos-" + level,
                            "A PUBLISH of the client's maximum size comes, a larger one does not")
                    .v5("MQTT-3.1.2-24", "MQTT-3.1.2-25")
                    .run(bench -> edge(bench, level));
        }
        cases.of("packetsize.counts-as-delivered", "A message that is too large takes no place among those in flight")
                .v5("MQTT-3.1.2-25")
                .run(bench -> {
                    ConnectPacket packet = limited(bench, bench.clientId(), MAXIMUM);
                    packet.properties().number(Property.RECEIVE_MAXIMUM, 1);
                    Client client = bench.connect(packet);
                    int qos = bench.capabilities().maximumQos();
                    client.subscribe(bench.topic("t"), qos);
                    Client publisher = bench.connect();
                    for (int i = 0; i < 3; i++) {
                        publisher.publish(bench.topic("t"), LARGE, qos);
                    }
                    publisher.publish(bench.topic("t"), "small", 1);
                    Packet small = client.expectPublish("small");
                    client.send(Packets.ack(PacketType.PUBACK, small.packetId()));
                    client.expectNothing();
                });
        cases.of("packetsize.properties-count", "Properties, the identifiers of subscriptions too, count for the size")
                .v5("MQTT-3.1.2-24", "MQTT-3.1.2-25")
                .run(bench -> {
                    Client client = bench.connect(limited(bench, bench.clientId(), MAXIMUM));
                    SubscribePacket subscribe = new SubscribePacket(bench.version(), 1).filter(bench.topic("t"), 0);
                    boolean identifiers = bench.capabilities().subscriptionIdentifiers();
                    client.subscribe(identifiers ? subscribe.identifier(268_435_455) : subscribe);
                    Client publisher = bench.connect();
                    PublishPacket fits = withUserProperty(bench, MAXIMUM, identifiers ? 5 : 0);
                    PublishPacket larger = withUserProperty(bench, MAXIMUM + 1, identifiers ? 5 : 0);
                    publisher.publish(larger);
                    publisher.publish(fits);
                    Packet came = client.expect(PacketType.PUBLISH);
                    Expect.equal("size", MAXIMUM, came.size());
                    client.expectNothing();
                });
        cases.of("packetsize.among-others", "A message that is too large for one of its receivers comes to the others")
                .v5("MQTT-3.1.2-24", "MQTT-3.1.2-25")
                .run(PacketSizeCases::amongOthers);
        cases.of("packetsize.retained", "A retained message that is too large is left out")
                .v5("MQTT-3.1.2-24", "MQTT-3.1.2-25")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().retain(), "it has no retained messages");
                    bench.skipUnless(bench.capabilities().wildcards(), "it has no wildcards");
                    bench.retain(bench.topic("large"), LARGE);
                    bench.retain(bench.topic("small"), "small");
                    Client client = bench.connect(limited(bench, bench.clientId(), MAXIMUM));
                    client.subscribe(bench.topic("+"), 0);
                    client.expectPublish("small");
                    client.expectNothing();
                });
    }

    /** Brokers may encode a message once for several receivers: each one's limit holds all the same. */
    private static void amongOthers(Bench bench) throws Exception {
        for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
            int level = qos;
            bench.row("QoS " + qos, () -> {
                String topic = bench.topic("t" + level);
                List<Subscriber> members = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    String id = bench.clientId();
                    // Each second one takes little.
                    ConnectPacket packet = i % 2 == 0 ? bench.connectPacket(id) : limited(bench, id, MAXIMUM);
                    members.add(new Subscriber(bench, bench.connect(packet)).subscribe(topic, level));
                }
                Client publisher = bench.connect();
                publisher.publish(topic, LARGE, level);
                publisher.publish(topic, "small", level);
                for (int i = 0; i < members.size(); i++) {
                    List<String> expected = i % 2 == 0 ? List.of(LARGE) : List.of();
                    Subscriber.check(expected, members.get(i).textsUntil("small"), "what came to number " + i);
                }
            });
        }
    }

    /** A PUBLISH whose size at the subscriber is {@code size} if {@code added} bytes are added on its way. */
    private static PublishPacket withUserProperty(Bench bench, int size, int added) {
        int without = bench.publishPacket(bench.topic("t"), "")
                .with(Property.CONTENT_TYPE, "")
                .toArray()
                .length;
        // One more byte for the remaining length, and for the property length, if those get longer than 127.
        int text = size - added - without - 1;
        PublishPacket packet =
                bench.publishPacket(bench.topic("t"), "").with(Property.CONTENT_TYPE, "u".repeat(text - 1));
        Expect.equal("the case's own packet", size - added, packet.toArray().length);
        return packet;
    }

    private static void edge(Bench bench, int qos) {
        bench.skipUnless(bench.capabilities().maximumQos() >= qos, "it has no QoS " + qos);
        Client client = bench.connect(limited(bench, bench.clientId(), MAXIMUM));
        client.subscribe(bench.topic("t"), qos);
        Client publisher = bench.connect();
        int around = bench.publishPacket(bench.topic("t"), "x".repeat(150))
                        .qos(qos, 1)
                        .toArray()
                        .length
                - 150;
        for (int size : new int[] {MAXIMUM + 1, MAXIMUM, MAXIMUM + 1, 70_000, MAXIMUM - 1}) {
            publisher.publish(bench.topic("t"), "x".repeat(size - around - (size > 16_383 ? 1 : 0)), qos);
        }
        for (int size : new int[] {MAXIMUM, MAXIMUM - 1}) {
            Packet came = client.expect(PacketType.PUBLISH);
            Expect.equal("size", size, came.size());
            Expect.equal("QoS", qos, came.qos());
        }
        client.expectNothing();
    }

    private static void sessions(Cases cases) {
        cases.of("packetsize.queued", "A message that waits and is too large for the next connection is left out")
                .v5("MQTT-3.1.2-24", "MQTT-3.1.2-25")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id).persistent(60));
                    client.subscribe(bench.topic("t"), 1);
                    client.disconnect();
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), LARGE, 1);
                    publisher.publish(bench.topic("t"), "small", 1);
                    Client again = bench.connect(limited(bench, id, MAXIMUM).persistent(60));
                    Packet small = again.expectPublish("small");
                    again.send(Packets.ack(PacketType.PUBACK, small.packetId()));
                    again.expectNothing();
                    again.disconnect();
                    Client last = bench.connect(bench.connectPacket(id).persistent(60));
                    publisher.publish(bench.topic("t"), "live", 1);
                    // The acknowledgement of the small one may have come too late to be heeded.
                    Packet next = last.expect(PacketType.PUBLISH);
                    if (next.dup() && next.text().equals("small")) {
                        next = last.expect(PacketType.PUBLISH);
                    }
                    Expect.equal("payload", "live", next.text());
                    SessionCases.end(bench, id);
                });
        cases.of(
                        "packetsize.in-flight",
                        "A message in flight that is too large for the next connection is not sent again")
                .v5("MQTT-3.1.2-24", "MQTT-3.1.2-25")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id).persistent(60));
                    client.subscribe(bench.topic("t"), 1);
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), LARGE, 1);
                    client.expectPublish(LARGE);
                    client.drop();
                    ConnectPacket packet = limited(bench, id, MAXIMUM).persistent(60);
                    packet.properties().number(Property.RECEIVE_MAXIMUM, 1);
                    Client again = bench.connect(packet);
                    publisher.publish(bench.topic("t"), "small", 1);
                    again.expectPublish("small");
                    SessionCases.end(bench, id);
                });
        cases.of("packetsize.reason-string", "Answers to a client are no larger than it takes")
                .v5("MQTT-3.1.2-24")
                .run(bench -> {
                    Packet connack = bench.open().connect(bench.connectPacket());
                    int maximum = Math.max(connack.size(), 12);
                    Client client = bench.connect(limited(bench, bench.clientId(), maximum));
                    fits(
                            client.subscribe(new SubscribePacket(bench.version(), 1).filter(bench.topic("t"), 0)),
                            maximum);
                    client.send(Packets.unsubscribe(bench.version(), 2, bench.topic("nothing")));
                    fits(client.expect(PacketType.UNSUBACK), maximum);
                    client.send(
                            bench.publishPacket(bench.topic("x"), "m").qos(1, 3).toArray());
                    fits(client.expect(PacketType.PUBACK), maximum);
                    client.send(Packets.ack(PacketType.PUBREL, 4));
                    fits(client.expect(PacketType.PUBCOMP), maximum);
                    client.send(bench.connectPacket().toArray());
                    Packet farewell = bench.strict() ? client.expect(PacketType.DISCONNECT) : client.receiveOrClose();
                    if (farewell != null) {
                        Expect.equal("type", PacketType.DISCONNECT, farewell.type());
                        fits(farewell, maximum);
                        client.expectClosed();
                    }
                });
    }

    private static void fits(Packet packet, int maximum) {
        Expect.that(packet.size() <= maximum, packet.size() + " bytes of " + packet + ", the client takes " + maximum);
    }

    private static void connack(Cases cases) {
        cases.of("packetsize.connack", "A CONNACK is no larger than the client takes; if it must be, none is sent")
                .v5("MQTT-3.1.2-24")
                .run(bench -> {
                    for (int maximum : new int[] {1, 4, 5, 10, 50, 200}) {
                        bench.row("maximum " + maximum, () -> {
                            Client client = bench.open();
                            client.send(limited(bench, "", maximum).toArray(), Packets.pingreq());
                            noneAbove(client, maximum);
                        });
                    }
                });
        cases.of("packetsize.refused", "A CONNACK with an error leaves out what would make it too large")
                .v5("MQTT-3.2.2-19", "MQTT-3.2.2-20", "MQTT-3.1.2-24")
                .run(bench -> {
                    for (int maximum : new int[] {4, 5, 6, 10, 20, 40}) {
                        bench.row("maximum " + maximum, () -> {
                            ConnectPacket packet = limited(bench, bench.clientId(), maximum);
                            packet.properties().text(Property.AUTHENTICATION_METHOD, "there is no such method");
                            Client client = bench.open();
                            client.send(packet.toArray());
                            noneAbove(client, maximum);
                            client.expectClosed();
                        });
                    }
                });
    }

    /** The broker answers a CONNECT, or closes: no packet is larger than {@code maximum}. */
    private static void noneAbove(Client client, int maximum) {
        Packet connack;
        try {
            connack = client.receive();
        } catch (Failure e) {
            client.expectClosed();
            return;
        }
        Expect.equal("type", PacketType.CONNACK, connack.type());
        fits(connack, maximum);
    }

    // ---- to the server ----

    private static void ofServer(Cases cases) {
        cases.of(
                        "packetsize.of-server",
                        "A packet of the server's maximum size is taken, a larger one ends the connection")
                .v5("MQTT-3.2.2-15")
                .run(bench -> {
                    long maximum = bench.capabilities().maximumPacketSize();
                    bench.skipUnless(maximum <= 16 * 1024 * 1024, "it takes packets of any size");
                    Client client = bench.connect();
                    PublishPacket small = bench.publishPacket(bench.topic("t"), "x".repeat(16_384))
                            .qos(1, 1);
                    int around = small.toArray().length - 16_384 + (maximum > 2_097_151 ? 1 : 0);
                    String payload = "x".repeat((int) maximum - around);
                    client.publish(
                            bench.publishPacket(bench.topic("t"), payload).qos(1, 1));
                    client.send(bench.publishPacket(bench.topic("t"), payload + "x")
                            .qos(1, 2)
                            .toArray());
                    client.expectThrownOut(0x95);
                });
        cases.of("packetsize.connect-too-large", "A CONNECT larger than the server's maximum is refused")
                .v5("MQTT-3.1.4-1")
                .run(bench -> {
                    long maximum = bench.capabilities().maximumPacketSize();
                    bench.skipUnless(maximum <= 2 * 1024 * 1024, "it takes packets of such a size");
                    Properties properties = new Properties();
                    for (int size = 0; size <= maximum; size += 60_000) {
                        properties.user("n", "v".repeat(60_000));
                    }
                    Client client = bench.open();
                    client.send(bench.connectPacket().properties(properties).toArray());
                    client.expectNotTaken(0x95, 0x97);
                });
    }
}
