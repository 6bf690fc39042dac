package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.suite.Skip;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The broker as the receiver of QoS 1 and 2 messages (4.3.2, 4.3.3). */
final class ReceiverCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("qos1.puback", "PUBACK answers a QoS 1 message, with its packet identifier")
                .v3("MQTT-4.3.2-2")
                .v5("MQTT-4.3.2-4")
                .run(ReceiverCases::puback);
        cases.of("qos1.same-identifier", "After PUBACK the same identifier is a new message, also with DUP")
                .v3("MQTT-4.3.2-2")
                .v5("MQTT-4.3.2-5")
                .run(ReceiverCases::sameIdentifier);
        cases.of("qos2.pubrec-pubcomp", "PUBREC answers a QoS 2 message, PUBCOMP its PUBREL")
                .v3("MQTT-4.3.3-2")
                .v5("MQTT-4.3.3-8", "MQTT-4.3.3-11")
                .run(ReceiverCases::handshake);
        cases.of("qos2.repeated", "A QoS 2 message that is repeated before PUBREL is delivered once")
                .v3("MQTT-4.3.3-2")
                .v5("MQTT-4.3.3-10")
                .run(ReceiverCases::repeated);
        cases.of(
                        "qos2.repeated-after-reconnect",
                        "A QoS 2 message that is repeated after a reconnect is delivered once")
                .v3("MQTT-4.3.3-2", "MQTT-4.1.0-1")
                .v5("MQTT-4.3.3-10", "MQTT-4.3.3-11")
                .run(ReceiverCases::repeatedAfterReconnect);
        cases.of("qos2.pubrel-repeated", "Each PUBREL is answered, also after a reconnect")
                .v3("MQTT-4.3.3-2")
                .v5("MQTT-4.3.3-11")
                .run(ReceiverCases::pubrelRepeated);
        cases.of("qos2.after-pubcomp", "After PUBCOMP the same identifier is a new message, also with DUP")
                .v3("MQTT-4.3.3-2")
                .v5("MQTT-4.3.3-12")
                .run(ReceiverCases::afterPubcomp);
        cases.of("qos2.after-error", "After PUBREC with an error the same identifier is a new message")
                .v5("MQTT-4.3.3-9")
                .run(ReceiverCases::afterError);
        cases.of("qos2.interleaved", "Many QoS 2 handshakes go on at a time, each with its own identifier")
                .v3("MQTT-4.3.3-2")
                .v5("MQTT-4.3.3-8", "MQTT-4.3.3-11")
                .run(ReceiverCases::interleaved);
    }

    private static byte[] pubrel(int packetId) {
        return Packets.ack(PacketType.PUBREL, packetId);
    }

    private static void puback(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 0);
        Client publisher = bench.connect();
        for (int id : List.of(1, 2, 255, 256, 32_768, 65_535)) {
            publisher.send(bench.publishPacket(topic, "m" + id).qos(1, id).toArray());
            publisher.expectAck(PacketType.PUBACK, id);
            subscriber.expectPublish("m" + id);
        }
        publisher.expectNothing();
    }

    private static void sameIdentifier(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 1);
        Client publisher = bench.connect();
        publisher.publish(bench.publishPacket(topic, "a").qos(1, 5));
        publisher.publish(bench.publishPacket(topic, "b").qos(1, 5));
        publisher.publish(bench.publishPacket(topic, "b").qos(1, 5).dup());
        subscriber.expectPublish("a");
        subscriber.expectPublish("b");
        subscriber.expectPublish("b");
    }

    private static void handshake(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 0);
        Client publisher = bench.connect();
        for (int id : List.of(1, 2, 255, 256, 32_768, 65_535)) {
            publisher.send(bench.publishPacket(topic, "m" + id).qos(2, id).toArray());
            publisher.expectAck(PacketType.PUBREC, id);
            publisher.send(pubrel(id));
            Packet pubcomp = publisher.expectAck(PacketType.PUBCOMP, id);
            if (pubcomp.reason() != 0) {
                throw new Failure("success should come, not " + pubcomp);
            }
            subscriber.expectPublish("m" + id);
        }
        publisher.expectNothing();
    }

    private static void repeated(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 2);
        Client publisher = bench.connect();
        publisher.send(bench.publishPacket(topic, "m").qos(2, 5).toArray());
        publisher.expectAck(PacketType.PUBREC, 5);
        for (int i = 0; i < 3; i++) {
            publisher.send(bench.publishPacket(topic, "m").qos(2, 5).dup().toArray());
            publisher.expectAck(PacketType.PUBREC, 5);
        }
        publisher.send(pubrel(5));
        publisher.expectAck(PacketType.PUBCOMP, 5);
        publisher.publish(topic, "next", 2);
        subscriber.expectPublish("m");
        subscriber.expectPublish("next");
    }

    private static void repeatedAfterReconnect(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 2);
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client publisher = bench.connect(session);
        publisher.send(bench.publishPacket(topic, "m").qos(2, 5).toArray());
        publisher.expectAck(PacketType.PUBREC, 5);
        publisher.drop();
        for (int i = 0; i < 2; i++) {
            Client again = bench.connect(session);
            again.send(bench.publishPacket(topic, "m").qos(2, 5).dup().toArray());
            again.expectAck(PacketType.PUBREC, 5);
            again.drop();
        }
        Client last = bench.connect(session);
        last.send(pubrel(5));
        Packet pubcomp = last.expectAck(PacketType.PUBCOMP, 5);
        if (pubcomp.reason() != 0) {
            throw new Failure("the session should know the identifier, " + pubcomp + " came");
        }
        last.publish(bench.publishPacket(topic, "next").qos(2, 6));
        subscriber.expectPublish("m");
        subscriber.expectPublish("next");
        last.disconnect();
        bench.connect(bench.connectPacket(session.clientId())).disconnect();
    }

    private static void pubrelRepeated(Bench bench) {
        Needs.qos(bench, 2);
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client publisher = bench.connect(session);
        publisher.publish(bench.publishPacket(bench.topic("t"), "m").qos(2, 5));
        answered(bench, publisher, 5);
        answered(bench, publisher, 5);
        answered(bench, publisher, 65_535);
        publisher.drop();
        Client again = bench.connect(session);
        answered(bench, again, 5);
        again.disconnect();
        bench.connect(bench.connectPacket(session.clientId())).disconnect();
    }

    /** PUBREL for an identifier that the broker does not know any more. */
    private static void answered(Bench bench, Client client, int id) {
        client.send(pubrel(id));
        Packet pubcomp = client.expect(PacketType.PUBCOMP);
        int expected = bench.v5() && bench.strict() ? 0x92 : pubcomp.reason();
        if (pubcomp.packetId() != id || pubcomp.reason() != expected) {
            throw new Failure("PUBCOMP for " + id + ", in v5 with 0x92, should come, not " + pubcomp);
        }
    }

    private static void afterPubcomp(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 0);
        Client publisher = bench.connect();
        publisher.publish(bench.publishPacket(topic, "a").qos(2, 5));
        subscriber.expectPublish("a");
        publisher.publish(bench.publishPacket(topic, "a").qos(2, 5));
        subscriber.expectPublish("a");
        publisher.publish(bench.publishPacket(topic, "a").qos(2, 5).dup());
        subscriber.expectPublish("a");
        publisher.publish(bench.publishPacket(topic, "b").qos(1, 5));
        subscriber.expectPublish("b");
    }

    private static void afterError(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 2);
        Client publisher = bench.connect();
        PublishPacket good = bench.publishPacket(topic, "m").qos(2, 5);
        for (PublishPacket bad : unwelcome(bench)) {
            publisher.send(bad.qos(2, 5).toArray());
            Packet pubrec = publisher.expect(PacketType.PUBREC);
            if (pubrec.reason() < 0x80) {
                publisher.send(pubrel(5));
                publisher.expectAck(PacketType.PUBCOMP, 5);
                continue;
            }
            publisher.publish(good);
            publisher.publish(topic, "next", 2);
            subscriber.expectPublish("m");
            subscriber.expectPublish("next");
            return;
        }
        throw new Skip("the broker refuses no message with a PUBREC");
    }

    /** Messages that some brokers refuse. */
    private static List<PublishPacket> unwelcome(Bench bench) {
        byte[] notText = Bytes.of(0xFF, 0xFE);
        byte[] topic = bench.topic("bad").getBytes(StandardCharsets.UTF_8);
        return List.of(
                new PublishPacket(bench.version(), topic, notText).with(Property.PAYLOAD_FORMAT_INDICATOR, 1),
                bench.publishPacket("$SYS/" + bench.topic("t"), "m"));
    }

    private static void interleaved(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        int count = Math.min(20, bench.capabilities().receiveMaximum());
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 0);
        Client publisher = bench.connect();
        for (int id = 1; id <= count; id++) {
            publisher.send(bench.publishPacket(topic, "m" + id).qos(2, id).toArray());
        }
        for (int id = 1; id <= count; id++) {
            publisher.expectAck(PacketType.PUBREC, id);
        }
        for (int id = count; id >= 1; id--) {
            publisher.send(pubrel(id));
            publisher.expectAck(PacketType.PUBCOMP, id);
        }
        String[] all = new String[count];
        for (int i = 0; i < count; i++) {
            all[i] = "m" + (i + 1);
        }
        subscriber.expectPublishes(all);
    }
}
