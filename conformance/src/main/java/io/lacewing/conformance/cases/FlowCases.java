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
import io.lacewing.conformance.wire.Property;
import java.util.ArrayList;
import java.util.List;

/** The Receive Maximum in both directions (3.3.4, 4.9). */
final class FlowCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("flow.in-exact", "A client may have the broker's Receive Maximum unfinished, and not one more")
                .v5("MQTT-3.3.4-7")
                .run(FlowCases::inExact);
        cases.of("flow.in-freed", "PUBCOMP, not PUBREC, gives the client back one of the Receive Maximum")
                .v5("MQTT-3.3.4-7")
                .run(FlowCases::inFreed);
        cases.of("flow.in-anew", "In a new connection the client may have the whole Receive Maximum unfinished")
                .v5("MQTT-3.3.4-7", "MQTT-4.3.3-11")
                .run(FlowCases::inAnew);
        cases.of("flow.in-others", "A client that has used up the Receive Maximum is served with all else")
                .v5("MQTT-4.9.0-3")
                .run(FlowCases::inOthers);
        cases.of("flow.out-exact", "The broker has the client's Receive Maximum unacknowledged at most")
                .v5("MQTT-3.3.4-9", "MQTT-4.9.0-1", "MQTT-4.9.0-2")
                .run(FlowCases::outExact);
        cases.of("flow.out-freed", "PUBACK, PUBCOMP and PUBREC with an error give the broker back one each")
                .v5("MQTT-3.3.4-9", "MQTT-4.9.0-2")
                .run(FlowCases::outFreed);
        cases.of("flow.out-mixed", "QoS 1 and QoS 2 messages share the client's Receive Maximum")
                .v5("MQTT-3.3.4-9", "MQTT-4.9.0-2")
                .run(FlowCases::outMixed);
        cases.of("flow.out-others", "A broker that has used up the Receive Maximum answers all else")
                .v5("MQTT-3.3.4-10", "MQTT-4.9.0-3")
                .run(FlowCases::outOthers);
        cases.of("flow.out-away", "Of what waits for a client, the Receive Maximum is sent at most")
                .v5("MQTT-3.3.4-9", "MQTT-4.9.0-1")
                .run(FlowCases::outAway);
        cases.of("flow.out-not-above", "An acknowledgement too many does not raise what the broker may send")
                .v5("MQTT-3.3.4-9", "MQTT-4.9.0-1")
                .run(FlowCases::outNotAbove);
    }

    // ---- to the broker ----

    /** Publishes at QoS 2 with the identifiers from {@code first}, and takes the PUBRECs. */
    private static void publish(Bench bench, Client client, String topic, int first, int count) {
        byte[][] packets = new byte[count][];
        for (int i = 0; i < count; i++) {
            packets[i] = bench.publishPacket(topic, "m").qos(2, first + i).toArray();
        }
        client.send(packets);
        for (int i = 0; i < count; i++) {
            client.expectAck(PacketType.PUBREC, first + i);
        }
    }

    /** The broker's Receive Maximum, if there are enough identifiers to exceed it by some. */
    private static int most(Bench bench) {
        Needs.qos(bench, 2);
        int most = bench.capabilities().receiveMaximum();
        bench.skipUnless(most < 60_000, "the broker takes as many messages at a time as there are identifiers");
        return most;
    }

    private static void tooMuch(Bench bench, Client client, String topic, int id, int qos) {
        client.send(bench.publishPacket(topic, "m").qos(qos, id).toArray());
        client.expectThrownOut(0x93);
    }

    private static void inExact(Bench bench) throws Exception {
        int most = most(bench);
        for (int qos = 1; qos <= 2; qos++) {
            int level = qos;
            bench.row("one more of QoS " + qos, () -> {
                Client client = bench.connect();
                publish(bench, client, bench.topic("t"), 1, most);
                client.expectNothing();
                tooMuch(bench, client, bench.topic("t"), most + 1, level);
            });
        }
    }

    private static void inFreed(Bench bench) {
        int most = most(bench);
        String topic = bench.topic("t");
        Client client = bench.connect();
        publish(bench, client, topic, 1, most);
        for (int id = 1; id <= Math.min(3, most); id++) {
            client.send(Packets.ack(PacketType.PUBREL, id));
            client.expectAck(PacketType.PUBCOMP, id);
            publish(bench, client, topic, most + id, 1);
        }
        // A message at QoS 1 takes one of it too, until its PUBACK.
        client.send(Packets.ack(PacketType.PUBREL, most));
        client.expectAck(PacketType.PUBCOMP, most);
        for (int id = 1; id <= 3; id++) {
            client.publish(bench.publishPacket(topic, "m").qos(1, 65_000 + id));
        }
        publish(bench, client, topic, 64_999, 1);
        // PUBREL for an identifier that is not known gives nothing back.
        client.send(Packets.ack(PacketType.PUBREL, 65_100));
        client.expect(PacketType.PUBCOMP);
        tooMuch(bench, client, topic, 65_000, 2);
    }

    private static void inAnew(Bench bench) {
        int most = most(bench);
        bench.skipUnless(2 * most < 65_000, "the broker takes as many messages at a time as there are identifiers");
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client first = bench.connect(session);
        int before = Math.min(5, most);
        publish(bench, first, topic, 1, before);
        first.drop();
        Client second = Sessions.back(bench, session, true);
        publish(bench, second, topic, 1_001, most);
        for (int id = 1; id <= before; id++) {
            second.send(Packets.ack(PacketType.PUBREL, id));
            Packet pubcomp = second.expectAck(PacketType.PUBCOMP, id);
            if (pubcomp.reason() != 0) {
                throw new Failure("the session should know the identifier, " + pubcomp + " came");
            }
        }
        second.disconnect();
        Sessions.end(bench, session);
    }

    private static void inOthers(Bench bench) {
        int most = most(bench);
        String topic = bench.topic("t");
        Client client = bench.connect();
        publish(bench, client, topic, 1, most);
        client.subscribe(topic, 0);
        client.publish(topic, "m", 0);
        client.expectPublish("m");
        client.unsubscribe(topic);
        client.expectNothing();
        for (int id = 1; id <= most; id++) {
            client.send(Packets.ack(PacketType.PUBREL, id));
            client.expectAck(PacketType.PUBCOMP, id);
        }
    }

    // ---- from the broker ----

    private static ConnectPacket withMaximum(ConnectPacket packet, int maximum) {
        packet.properties().number(Property.RECEIVE_MAXIMUM, maximum);
        return packet;
    }

    /**
     * Nothing comes but answers: the SUBACK of a subscription that the whole broker has to know, as after it what was
     * published before is at its place.
     */
    private static void nothingMore(Bench bench, Client client) {
        client.subscribe(bench.topic(bench.clientId()), 0);
        client.expectNothing();
    }

    private static void outExact(Bench bench) throws Exception {
        Needs.qos(bench, 1);
        for (int maximum : new int[] {1, 2, 5}) {
            for (int qos = 1; qos <= Needs.maximumQos(bench); qos++) {
                int level = qos;
                bench.row("maximum " + maximum + ", QoS " + qos, () -> {
                    Client transitory = bench.connect(withMaximum(bench.connectPacket(), maximum));
                    outExact(bench, transitory, maximum, level);
                    ConnectPacket session = withMaximum(bench.connectPacket().persistent(60), maximum);
                    Client stored = bench.connect(session);
                    outExact(bench, stored, maximum, level);
                    stored.close();
                    Sessions.end(bench, session);
                });
            }
        }
    }

    private static void outExact(Bench bench, Client subscriber, int maximum, int qos) {
        String topic = bench.topic(bench.clientId());
        subscriber.subscribe(topic, qos);
        Client publisher = bench.connect();
        for (int i = 0; i < maximum + 4; i++) {
            publisher.publish(topic, "m" + i, qos);
        }
        List<Packet> got = new ArrayList<>();
        for (int i = 0; i < maximum; i++) {
            got.add(subscriber.expectPublish("m" + i));
        }
        nothingMore(bench, subscriber);
        for (int i = 0; i < 4; i++) {
            subscriber.acknowledge(got.get(i));
            got.add(subscriber.expectPublish("m" + (maximum + i)));
            nothingMore(bench, subscriber);
        }
    }

    private static void outFreed(Bench bench) throws Exception {
        Needs.qos(bench, 1);
        bench.row("PUBACK with an error", () -> {
            Client subscriber = oneOfThree(bench, bench.topic("puback"), 1);
            int id = subscriber.expectPublish("m0").packetId();
            nothingMore(bench, subscriber);
            subscriber.send(Packets.ack(PacketType.PUBACK, id, 0x97));
            subscriber.expectPublish("m1");
            nothingMore(bench, subscriber);
        });
        if (Needs.maximumQos(bench) == 2) {
            bench.row("PUBREC with an error", () -> {
                Client subscriber = oneOfThree(bench, bench.topic("pubrec"), 2);
                int id = subscriber.expectPublish("m0").packetId();
                nothingMore(bench, subscriber);
                subscriber.send(Packets.ack(PacketType.PUBREC, id, 0x97));
                subscriber.expectPublish("m1");
                nothingMore(bench, subscriber);
            });
            bench.row("PUBCOMP, with an error too, but not PUBREC", () -> {
                Client subscriber = oneOfThree(bench, bench.topic("pubcomp"), 2);
                int id = subscriber.expectPublish("m0").packetId();
                subscriber.send(Packets.ack(PacketType.PUBREC, id));
                subscriber.expectAck(PacketType.PUBREL, id);
                nothingMore(bench, subscriber);
                subscriber.send(Packets.ack(PacketType.PUBCOMP, id, 0x92));
                subscriber.expectPublish("m1");
                nothingMore(bench, subscriber);
            });
        }
    }

    /** A subscriber with Receive Maximum 1, for which there are m0, m1 and m2. */
    private static Client oneOfThree(Bench bench, String topic, int qos) {
        Client subscriber = bench.connect(withMaximum(bench.connectPacket(), 1));
        subscriber.subscribe(topic, qos);
        Client publisher = bench.connect();
        for (int i = 0; i < 3; i++) {
            publisher.publish(topic, "m" + i, qos);
        }
        return subscriber;
    }

    private static void outMixed(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client subscriber = bench.connect(withMaximum(bench.connectPacket(), 2));
        subscriber.subscribe(topic, 2);
        Client publisher = bench.connect();
        for (int i = 0; i < 6; i++) {
            publisher.publish(topic, "m" + i, 1 + i % 2);
        }
        Packet one = subscriber.expectPublish("m0");
        Packet two = subscriber.expectPublish("m1");
        nothingMore(bench, subscriber);
        subscriber.acknowledge(two);
        two = subscriber.expectPublish("m2");
        nothingMore(bench, subscriber);
        subscriber.acknowledge(one);
        subscriber.expectPublish("m3");
        nothingMore(bench, subscriber);
        subscriber.acknowledge(two);
        subscriber.expectPublish("m4");
        nothingMore(bench, subscriber);
    }

    private static void outOthers(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client client = oneOfThree(bench, topic, 1);
        Packet first = client.expectPublish("m0");
        client.subscribe(bench.topic("other"), 1);
        client.unsubscribe(bench.topic("other"));
        client.publish(bench.topic("x"), "m", 1);
        client.publish(bench.topic("x"), "m", 2);
        client.send(Packets.ack(PacketType.PUBREL, 999));
        client.expect(PacketType.PUBCOMP);
        client.send(Packets.ack(PacketType.PUBREC, 998));
        client.expect(PacketType.PUBREL);
        client.expectNothing();
        client.acknowledge(first);
        client.expectPublish("m1");
    }

    private static void outAway(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = Sessions.away(bench, topic, 1);
        Client publisher = bench.connect();
        for (int i = 0; i < 6; i++) {
            publisher.publish(topic, "m" + i, 1);
        }
        Client two = bench.connect(
                withMaximum(bench.connectPacket(session.clientId()).persistent(60), 2));
        Packet first = two.expectPublish("m0");
        two.expectPublish("m1");
        nothingMore(bench, two);
        two.acknowledge(first);
        two.expectPublish("m2");
        nothingMore(bench, two);
        two.drop();
        // The new connection has a maximum of its own: m1 and m2 again, and two more.
        Client four = bench.connect(
                withMaximum(bench.connectPacket(session.clientId()).persistent(60), 4));
        for (int i = 1; i <= 4; i++) {
            four.expectPublish("m" + i);
        }
        nothingMore(bench, four);
        four.close();
        Sessions.end(bench, session);
    }

    private static void outNotAbove(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client before = bench.connect(session);
        before.subscribe(topic, 2);
        Client publisher = bench.connect();
        for (int i = 0; i < 3; i++) {
            publisher.publish(topic, "m" + i, 2);
            int id = before.expectPublish("m" + i).packetId();
            before.send(Packets.ack(PacketType.PUBREC, id));
            before.expectAck(PacketType.PUBREL, id);
        }
        before.drop();
        Client back = bench.connect(
                withMaximum(bench.connectPacket(session.clientId()).persistent(60), 1));
        for (int i = 0; i < 3; i++) {
            back.send(Packets.ack(
                    PacketType.PUBCOMP, back.expect(PacketType.PUBREL).packetId()));
        }
        for (int i = 3; i < 6; i++) {
            publisher.publish(topic, "m" + i, 2);
        }
        back.expectPublish("m3");
        nothingMore(bench, back);
        back.close();
        Sessions.end(bench, session);
    }
}
