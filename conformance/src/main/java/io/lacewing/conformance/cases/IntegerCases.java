package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;
import io.lacewing.conformance.wire.Version;
import java.util.List;

/** Variable byte integers (1.5.5), among them the remaining length (2.1.4). */
final class IntegerCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of(
                        "data.integer-lengths",
                        "Variable byte integers of each length are read and written in their shortest form")
                .v5("MQTT-1.5.5-1")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().subscriptionIdentifiers(), "it has no such identifiers");
                    Client client = bench.connect();
                    for (int id : new int[] {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455}) {
                        SubscribePacket packet = new SubscribePacket(Version.V5, client.nextPacketId());
                        client.subscribe(packet.filter(bench.topic("t"), 0).identifier(id));
                        client.publish(bench.topic("t"), "m", 0);
                        Expect.equal(
                                "identifiers",
                                List.of((long) id),
                                client.expectPublish("m").subscriptionIdentifiers());
                    }
                });
        cases.of("data.packet-lengths", "Packets around each length of the remaining length are read and written")
                .v3("MQTT-2.3.1-5")
                .v5("MQTT-1.5.5-1", "MQTT-2.2.1-2")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().maximumPacketSize() > 20_000, "its packets are short");
                    Client client = bench.connect();
                    client.subscribe(bench.topic("t"), 0);
                    int header = 2 + bench.topic("t").length() + (bench.v5() ? 1 : 0);
                    for (int length : new int[] {126, 127, 128, 129, 16_383, 16_384}) {
                        String payload = "p".repeat(length - header);
                        client.publish(bench.topic("t"), payload, 0);
                        client.expectPublish(payload);
                    }
                });
        cases.of("data.integer-too-long", "A variable byte integer of five bytes is malformed")
                .v3("MQTT-3.1.4-1")
                .v5("MQTT-1.5.5-1")
                .run(bench -> {
                    bench.row(
                            "remaining length",
                            () -> bench.connect()
                                    .send(Bytes.of(PacketType.PUBLISH.first(), 0x80, 0x80, 0x80, 0x80, 0x01))
                                    .expectThrownOut(0x81));
                    bench.row(
                            "remaining length of CONNECT",
                            () -> bench.open()
                                    .send(Bytes.of(PacketType.CONNECT.first(), 0x80, 0x80, 0x80, 0x80, 0x01))
                                    .expectClosed());
                    if (bench.v5()) {
                        bench.row(
                                "property length",
                                () -> bench.connect()
                                        .send(Packets.packet(
                                                PacketType.PUBLISH.first(), 0, 1, 't', 0x80, 0x80, 0x80, 0x80, 0))
                                        .expectThrownOut(0x81));
                    }
                });
        cases.of("data.integer-not-shortest", "A variable byte integer with more bytes than it needs is malformed")
                .v5("MQTT-1.5.5-1")
                .run(bench -> {
                    bench.skipUnless(bench.strict(), "the standard leaves it to the receiver");
                    bench.row(
                            "remaining length",
                            () -> bench.connect()
                                    .send(Bytes.of(PacketType.PINGREQ.first(), 0x80, 0))
                                    .expectThrownOut(0x81));
                    bench.row(
                            "property length",
                            () -> bench.connect()
                                    .send(Packets.packet(PacketType.PUBLISH.first(), 0, 1, 't', 0x80, 0))
                                    .expectThrownOut(0x81));
                    bench.row("subscription identifier", () -> {
                        SubscribePacket packet = new SubscribePacket(Version.V5, 1).filter(bench.topic("t"), 0);
                        packet.properties().raw(Property.SUBSCRIPTION_IDENTIFIER.id(), 0x81, 0);
                        bench.connect().send(packet.toArray()).expectThrownOut(0x81);
                    });
                });
    }
}
