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
import java.util.HashSet;
import java.util.Set;

/** The broker as the sender of messages of each QoS (4.3). */
final class SenderCases implements Chapter {
    private static final int MANY = 10;

    @Override
    public void addTo(Cases cases) {
        cases.of("qos0.sent", "At QoS 0 a message is sent without DUP, and not again")
                .v3("MQTT-4.3.1-1", "MQTT-3.3.1-2")
                .v5("MQTT-4.3.1-1", "MQTT-3.3.1-2")
                .run(SenderCases::qos0);
        cases.of("qos1.sent", "QoS 1 messages are sent without DUP, each with an identifier that is not in use")
                .v3("MQTT-4.3.2-1")
                .v5("MQTT-4.3.2-1", "MQTT-4.3.2-2")
                .run(bench -> unused(bench, 1));
        cases.of("qos2.sent", "QoS 2 messages are sent without DUP, each with an identifier that is not in use")
                .v3("MQTT-4.3.3-1")
                .v5("MQTT-4.3.3-1", "MQTT-4.3.3-2")
                .run(bench -> unused(bench, 2));
        cases.of("qos1.unacknowledged", "A QoS 1 message is unacknowledged until PUBACK comes")
                .v3("MQTT-4.3.2-1", "MQTT-4.4.0-1")
                .v5("MQTT-4.3.2-3", "MQTT-4.4.0-1")
                .run(SenderCases::unacknowledged);
        cases.of("qos2.pubrel", "PUBREL with the message's identifier answers PUBREC")
                .v3("MQTT-4.3.3-1")
                .v5("MQTT-4.3.3-4")
                .run(SenderCases::pubrel);
        cases.of("qos2.unacknowledged", "A QoS 2 message is unacknowledged until PUBREC, its PUBREL until PUBCOMP")
                .v3("MQTT-4.3.3-1", "MQTT-4.4.0-1")
                .v5("MQTT-4.3.3-3", "MQTT-4.3.3-5", "MQTT-4.3.3-6", "MQTT-4.4.0-1")
                .run(SenderCases::unfinished);
        cases.of("qos2.pubrec-error", "A PUBREC with an error ends the handshake: no PUBREL, and nothing is sent again")
                .v5("MQTT-4.4.0-2")
                .run(bench -> refused(bench, 2));
        cases.of("qos1.puback-error", "A PUBACK with an error acknowledges: nothing is sent again")
                .v5("MQTT-4.4.0-2")
                .run(bench -> refused(bench, 1));
    }

    private static void qos0(Bench bench) {
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, 0);
        Client publisher = bench.connect();
        for (int qos = 0; qos <= Needs.maximumQos(bench); qos++) {
            publisher.publish(topic, "m" + qos, qos);
            first(subscriber.expectPublish("m" + qos), 0);
        }
        subscriber.drop();
        Client again = bench.connect(session);
        Needs.nothingBefore(bench, again, publisher, topic);
        again.disconnect();
        Sessions.end(bench, session);
    }

    private static Packet first(Packet came, int qos) {
        if (came.dup() || came.qos() != qos) {
            throw new Failure("QoS " + qos + " without DUP should come, not " + came);
        }
        return came;
    }

    private static Packet again(Packet came, int qos, int packetId) {
        if (!came.dup() || came.qos() != qos || came.packetId() != packetId) {
            throw new Failure("QoS " + qos + " with DUP and identifier " + packetId + " should come, not " + came);
        }
        return came;
    }

    private static void unused(Bench bench, int qos) {
        Needs.qos(bench, qos);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, qos);
        Client publisher = bench.connect();
        Set<Integer> inUse = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            publisher.publish(topic, "m" + i, qos);
            unused(inUse, first(subscriber.expectPublish("m" + i), qos));
        }
        if (qos == 2) {
            // PUBREL is out: the identifier is in use until PUBCOMP.
            for (int id : inUse) {
                subscriber.send(Packets.ack(PacketType.PUBREC, id));
                subscriber.expectAck(PacketType.PUBREL, id);
            }
        }
        for (int i = 0; i < MANY / 2; i++) {
            publisher.publish(topic, "n" + i, qos);
            unused(inUse, first(subscriber.expectPublish("n" + i), qos));
        }
        subscriber.drop();
        Client back = bench.connect(session);
        publisher.publish(topic, "last", qos);
        int rest = qos == 1 ? MANY + MANY / 2 : MANY / 2;
        for (int publishes = 0, pubrels = 0; publishes < rest || pubrels + rest < inUse.size(); ) {
            Packet came = back.receive();
            if (!inUse.contains(came.packetId())) {
                throw new Failure("what was sent before should come again, not " + came);
            }
            publishes += came.type() == PacketType.PUBLISH ? 1 : 0;
            pubrels += came.type() == PacketType.PUBREL ? 1 : 0;
        }
        unused(inUse, first(back.expectPublish("last"), qos));
        back.close();
        Sessions.end(bench, session);
    }

    private static void unused(Set<Integer> inUse, Packet came) {
        if (!inUse.add(came.packetId())) {
            throw new Failure("an identifier that is in use came again: " + came);
        }
    }

    private static void unacknowledged(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, 1);
        Client publisher = bench.connect();
        publisher.publish(topic, "m", 1);
        int id = first(subscriber.expectPublish("m"), 1).packetId();
        subscriber.drop();
        for (int i = 0; i < 2; i++) {
            Client back = bench.connect(session);
            again(back.expectPublish("m"), 1, id);
            back.drop();
        }
        Client acknowledging = bench.connect(session);
        acknowledging.acknowledge(again(acknowledging.expectPublish("m"), 1, id));
        int settled = Sessions.settle(bench, acknowledging);
        acknowledging.disconnect();
        Client last = bench.connect(session);
        last.expectAck(PacketType.PUBREL, settled);
        Needs.nothingBefore(bench, last, publisher, topic);
        last.close();
        Sessions.end(bench, session);
    }

    private static void pubrel(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 2);
        Client publisher = bench.connect();
        int[] ids = new int[4];
        for (int i = 0; i < ids.length; i++) {
            publisher.publish(topic, "m" + i, 2);
            ids[i] = first(subscriber.expectPublish("m" + i), 2).packetId();
        }
        subscriber.expectNothing();
        for (int i : new int[] {2, 0, 3, 1}) {
            subscriber.send(Packets.ack(PacketType.PUBREC, ids[i]));
            Packet pubrel = subscriber.expectAck(PacketType.PUBREL, ids[i]);
            if (pubrel.reason() != 0) {
                throw new Failure("success should come, not " + pubrel);
            }
            if (i % 2 == 0) {
                subscriber.send(Packets.ack(PacketType.PUBCOMP, ids[i]));
            }
        }
        subscriber.expectNothing();
        for (int i : new int[] {3, 1}) {
            subscriber.send(Packets.ack(PacketType.PUBCOMP, ids[i]));
        }
        subscriber.expectNothing();
    }

    private static void unfinished(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, 2);
        Client publisher = bench.connect();
        publisher.publish(topic, "m", 2);
        int id = first(subscriber.expectPublish("m"), 2).packetId();
        subscriber.drop();
        Client second = bench.connect(session);
        again(second.expectPublish("m"), 2, id);
        second.send(Packets.ack(PacketType.PUBREC, id));
        second.expectAck(PacketType.PUBREL, id);
        second.drop();
        for (int i = 0; i < 2; i++) {
            Client releasing = bench.connect(session);
            releasing.expectAck(PacketType.PUBREL, id);
            releasing.expectNothing();
            releasing.drop();
        }
        Client completing = bench.connect(session);
        completing.expectAck(PacketType.PUBREL, id);
        completing.send(Packets.ack(PacketType.PUBCOMP, id));
        int settled = Sessions.settle(bench, completing);
        completing.disconnect();
        Client last = bench.connect(session);
        last.expectAck(PacketType.PUBREL, settled);
        Needs.nothingBefore(bench, last, publisher, topic);
        last.close();
        Sessions.end(bench, session);
    }

    private static void refused(Bench bench, int qos) throws Exception {
        Needs.qos(bench, 2);
        for (int code : new int[] {0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99}) {
            bench.row("code " + code, () -> {
                String topic = bench.topic("t" + code);
                ConnectPacket session = bench.connectPacket().persistent(60);
                Client subscriber = bench.connect(session);
                subscriber.subscribe(topic, qos);
                Client publisher = bench.connect();
                publisher.publish(topic, "m", qos);
                int id = first(subscriber.expectPublish("m"), qos).packetId();
                subscriber.send(Packets.ack(qos == 1 ? PacketType.PUBACK : PacketType.PUBREC, id, code));
                int settled = Sessions.settle(bench, subscriber);
                subscriber.expectNothing();
                subscriber.disconnect();
                Client back = bench.connect(session);
                back.expectAck(PacketType.PUBREL, settled);
                Needs.nothingBefore(bench, back, publisher, topic);
                back.close();
                Sessions.end(bench, session);
            });
        }
    }
}
