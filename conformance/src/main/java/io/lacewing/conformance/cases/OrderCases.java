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
import java.util.ArrayList;
import java.util.List;

/** The order of messages and acknowledgements (4.6). */
final class OrderCases implements Chapter {
    private static final int MANY = 50;

    @Override
    public void addTo(Cases cases) {
        cases.of("order.pubacks", "PUBACKs come in the order of the PUBLISH packets")
                .v3("MQTT-4.6.0-2")
                .v5("MQTT-4.3.2-4")
                .run(bench -> acknowledgements(bench, 1, PacketType.PUBACK));
        cases.of("order.pubrecs", "PUBRECs come in the order of the PUBLISH packets")
                .v3("MQTT-4.6.0-3")
                .v5("MQTT-4.3.3-8")
                .run(bench -> acknowledgements(bench, 2, PacketType.PUBREC));
        cases.of("order.pubrels", "PUBRELs come in the order of the PUBRECs")
                .v3("MQTT-4.6.0-4")
                .v5("MQTT-4.3.3-4")
                .run(OrderCases::pubrels);
        cases.of("order.topic", "A subscriber gets the messages of a topic in their order, at each QoS")
                .v3("MQTT-4.6.0-5", "MQTT-4.6.0-6")
                .v5("MQTT-4.6.0-5", "MQTT-4.6.0-6")
                .run(OrderCases::ofTopic);
        cases.of("order.two-publishers", "The messages of each of several publishers come in their order")
                .v3("MQTT-4.6.0-5", "MQTT-4.6.0-6")
                .v5("MQTT-4.6.0-5", "MQTT-4.6.0-6")
                .run(OrderCases::twoPublishers);
        cases.of("order.away", "What a client missed comes in its order, and before what is published later")
                .v3("MQTT-4.6.0-5", "MQTT-4.6.0-6")
                .v5("MQTT-4.6.0-5", "MQTT-4.6.0-6")
                .run(OrderCases::away);
    }

    private static void acknowledgements(Bench bench, int qos, PacketType type) {
        Needs.qos(bench, qos);
        int count = Math.min(MANY, bench.capabilities().receiveMaximum());
        // Some messages have more to do than others: a session that is stored, a subscriber, nobody.
        ConnectPacket session = Sessions.away(bench, bench.topic("t0"), 1);
        Client subscriber = bench.connect();
        subscriber.subscribe(bench.topic("t1"), 0);
        Client publisher = bench.connect();
        byte[][] packets = new byte[count][];
        for (int i = 0; i < count; i++) {
            String topic = bench.topic("t" + i * i % 7 % 3);
            packets[i] = bench.publishPacket(topic, "m" + i).qos(qos, 1 + i * 7).toArray();
        }
        publisher.send(packets);
        for (int i = 0; i < count; i++) {
            publisher.expectAck(type, 1 + i * 7);
        }
        Sessions.end(bench, session);
    }

    private static void pubrels(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, 2);
        Client publisher = bench.connect();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            publisher.publish(topic, "m" + i, 2);
            ids.add(subscriber.expectPublish("m" + i).packetId());
        }
        List<Integer> order = new ArrayList<>();
        byte[][] pubrecs = new byte[ids.size()][];
        for (int i = 0; i < pubrecs.length; i++) {
            order.add(ids.get(i * 3 % 10));
            pubrecs[i] = Packets.ack(PacketType.PUBREC, order.getLast());
        }
        subscriber.send(pubrecs);
        for (int id : order) {
            subscriber.expectAck(PacketType.PUBREL, id);
        }
        subscriber.close();
        Sessions.end(bench, session);
    }

    /** Sends m0, m1, ... in one go and takes their acknowledgements. */
    private static void publish(Bench bench, Client publisher, String topic, String name, int qos) {
        int count = qos == 0 ? MANY : Math.min(MANY, bench.capabilities().receiveMaximum());
        for (int sent = 0; sent < MANY; sent += count) {
            byte[][] packets = new byte[Math.min(count, MANY - sent)][];
            for (int i = 0; i < packets.length; i++) {
                packets[i] = bench.publishPacket(topic, name + (sent + i))
                        .qos(qos, i + 1)
                        .toArray();
            }
            publisher.send(packets);
            for (int id = 1; qos == 1 && id <= packets.length; id++) {
                publisher.expectAck(PacketType.PUBACK, id);
            }
            for (int id = 1; qos == 2 && id <= packets.length; id++) {
                publisher.expectAck(PacketType.PUBREC, id);
                publisher.send(Packets.ack(PacketType.PUBREL, id));
            }
            for (int id = 1; qos == 2 && id <= packets.length; id++) {
                publisher.expectAck(PacketType.PUBCOMP, id);
            }
        }
    }

    private static void expect(Client subscriber, String name) {
        for (int i = 0; i < MANY; i++) {
            Packet came = subscriber.expectPublish(name + i);
            subscriber.acknowledge(came);
        }
    }

    private static void ofTopic(Bench bench) throws Exception {
        Needs.wildcards(bench);
        for (int published = 0; published <= Needs.maximumQos(bench); published++) {
            for (int granted = 0; granted <= Needs.maximumQos(bench); granted++) {
                int from = published;
                int to = granted;
                bench.row("from QoS " + from + " to QoS " + to, () -> {
                    String topic = bench.topic(from + "/" + to);
                    ConnectPacket session = bench.connectPacket().persistent(60);
                    Client stored = bench.connect(session);
                    stored.subscribe(topic, to);
                    Client other = bench.connect();
                    other.subscribe(bench.topic(from + "/+"), to);
                    publish(bench, bench.connect(), topic, "m", from);
                    inOrder(stored);
                    inOrder(other);
                    stored.close();
                    Sessions.end(bench, session);
                });
            }
        }
    }

    /** m0 to the last come in order; QoS 1 and 2 are acknowledged all at the end. */
    private static void inOrder(Client subscriber) {
        int got = 0;
        while (got < MANY) {
            Packet came = subscriber.receive();
            if (came.type() == PacketType.PUBREL) {
                subscriber.send(Packets.ack(PacketType.PUBCOMP, came.packetId()));
                continue;
            }
            if (came.type() != PacketType.PUBLISH || !came.text().equals("m" + got)) {
                throw new Failure("m" + got + " should come, not " + came);
            }
            got++;
            if (came.qos() > 0) {
                PacketType type = came.qos() == 1 ? PacketType.PUBACK : PacketType.PUBREC;
                subscriber.send(Packets.ack(type, came.packetId()));
            }
        }
    }

    private static void twoPublishers(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, 0);
        Client a = bench.connect();
        Client b = bench.connect();
        byte[][] ofA = new byte[MANY][];
        byte[][] ofB = new byte[MANY][];
        for (int i = 0; i < MANY; i++) {
            ofA[i] = bench.publishPacket(topic, "a" + i).toArray();
            ofB[i] = bench.publishPacket(topic, "b" + i).toArray();
        }
        a.send(ofA);
        b.send(ofB);
        int fromA = 0;
        int fromB = 0;
        while (fromA < MANY || fromB < MANY) {
            String text = subscriber.expect(PacketType.PUBLISH).text();
            if (text.equals("a" + fromA)) {
                fromA++;
            } else if (text.equals("b" + fromB)) {
                fromB++;
            } else {
                throw new Failure("a" + fromA + " or b" + fromB + " should come, not " + text);
            }
        }
    }

    private static void away(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = Sessions.away(bench, topic, 1);
        Client publisher = bench.connect();
        publish(bench, publisher, topic, "a", 1);
        Client back = Sessions.back(bench, session, true);
        publish(bench, publisher, topic, "b", 1);
        expect(back, "a");
        expect(back, "b");
        back.close();
        Sessions.end(bench, session);
    }
}
