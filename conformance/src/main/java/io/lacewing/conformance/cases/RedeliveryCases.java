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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is sent again, when, and in which order (4.4, 4.6). */
final class RedeliveryCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("redelivery.all", "What has no answer is sent again, with DUP, its identifier and in its order")
                .v3("MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-3.3.1-3", "MQTT-4.6.0-1")
                .v5("MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-3.3.1-3", "MQTT-4.6.0-5")
                .run(RedeliveryCases::all);
        cases.of("redelivery.takeover", "What has no answer is sent again when the client connects once more")
                .v3("MQTT-4.4.0-1", "MQTT-3.3.1-1")
                .v5("MQTT-4.4.0-1", "MQTT-3.3.1-1")
                .run(RedeliveryCases::takeover);
        cases.of("redelivery.first-time", "A message that waited for the client is sent without DUP")
                .v3("MQTT-3.3.1-3", "MQTT-4.6.0-6")
                .v5("MQTT-3.3.1-3", "MQTT-4.6.0-5")
                .run(RedeliveryCases::firstTime);
        cases.of("redelivery.only-then", "While the connection lasts nothing is sent again")
                .v5("MQTT-4.4.0-1")
                .run(RedeliveryCases::onlyThen);
        cases.of("redelivery.farewell", "What was acknowledged before DISCONNECT is not sent again after it")
                .v3("MQTT-4.3.2-1", "MQTT-4.4.0-1")
                .v5("MQTT-4.3.2-3", "MQTT-4.4.0-1", "MQTT-4.4.0-2")
                .run(RedeliveryCases::farewell);
        cases.of("redelivery.clean", "Nothing is sent again to a client that starts anew")
                .v5("MQTT-4.4.0-1")
                .run(RedeliveryCases::clean);
        cases.of("redelivery.receive-maximum", "What is sent again keeps to the new connection's Receive Maximum")
                .v5("MQTT-4.9.0-1", "MQTT-4.9.0-2", "MQTT-3.3.4-9", "MQTT-4.4.0-1")
                .run(RedeliveryCases::receiveMaximum);
    }

    /** Publishes m0, m1, ..., at QoS 1 and 2 by turns, and returns the identifiers with which they came. */
    private static List<Integer> unanswered(Bench bench, Client subscriber, String topic, int count) {
        Client publisher = bench.connect();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            publisher.publish(topic, "m" + i, qos(bench, i));
            ids.add(subscriber.expectPublish("m" + i).packetId());
        }
        return ids;
    }

    private static int qos(Bench bench, int i) {
        return Math.min(1 + i % 2, Needs.maximumQos(bench));
    }

    private static void again(Bench bench, Client subscriber, int i, int id) {
        again(bench, subscriber.receive(), i, id);
    }

    private static void again(Bench bench, Packet came, int i, int id) {
        if (came.type() != PacketType.PUBLISH
                || !came.text().equals("m" + i)
                || !came.dup()
                || came.packetId() != id
                || came.qos() != qos(bench, i)
                || came.retain()) {
            throw new Failure(
                    "m" + i + " with DUP, identifier " + id + ", QoS " + qos(bench, i) + " should come, not " + came);
        }
    }

    private static void all(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, 2);
        List<Integer> ids = unanswered(bench, subscriber, topic, 9);
        // m4 is acknowledged, though it came after others.
        subscriber.send(Packets.ack(PacketType.PUBACK, ids.get(4)));
        int released = Sessions.settle(bench, subscriber);
        subscriber.drop();
        for (int round = 0; round < 2; round++) {
            Client back = Sessions.back(bench, session, true);
            boolean pubrel = false;
            int next = 0;
            while (next < ids.size() || !pubrel) {
                Packet came = back.receive();
                if (came.type() == PacketType.PUBREL && came.packetId() == released && !pubrel) {
                    pubrel = true;
                } else {
                    again(bench, came, next, next < ids.size() ? ids.get(next) : 0);
                    next += next == 3 ? 2 : 1;
                }
            }
            back.expectNothing();
            back.drop();
        }
        Sessions.end(bench, session);
    }

    private static void takeover(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, Needs.maximumQos(bench));
        List<Integer> ids = unanswered(bench, subscriber, topic, 4);
        Client back = Sessions.back(bench, session, true);
        for (int i = 0; i < ids.size(); i++) {
            again(bench, back, i, ids.get(i));
        }
        subscriber.expectThrownOut(0x8E);
        back.close();
        Sessions.end(bench, session);
    }

    private static void firstTime(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, Needs.maximumQos(bench));
        List<Integer> ids = unanswered(bench, subscriber, topic, 2);
        // The broker knows that the client is gone, so it has sent it nothing more.
        subscriber.disconnect();
        Client publisher = bench.connect();
        for (int i = 0; i < 4; i++) {
            publisher.publish(
                    bench.publishPacket(topic, "n" + i).qos(qos(bench, i), 5).dup());
        }
        Client back = Sessions.back(bench, session, true);
        for (int i = 0; i < ids.size(); i++) {
            again(bench, back, i, ids.get(i));
        }
        List<Packet> fresh = back.expectPublishes("n0", "n1", "n2", "n3");
        for (int i = 0; i < fresh.size(); i++) {
            Packet came = fresh.get(i);
            if (came.dup() || !came.text().equals("n" + i)) {
                throw new Failure("n" + i + " should come without DUP, not " + came);
            }
        }
        back.close();
        Sessions.end(bench, session);
    }

    private static void onlyThen(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, 2);
        List<Integer> ids = unanswered(bench, subscriber, topic, 4);
        subscriber.send(Packets.ack(PacketType.PUBREC, ids.get(1)));
        subscriber.expectAck(PacketType.PUBREL, ids.get(1));
        subscriber.expectSilence(Duration.ofSeconds(4));
        subscriber.expectNothing();
        subscriber.close();
        Sessions.end(bench, session);
    }

    private static void farewell(Bench bench) throws Exception {
        Needs.qos(bench, 1);
        for (int round = 0; round < 10; round++) {
            String topic = bench.topic("t" + round);
            byte[] puback = bench.v5() && round % 2 == 1
                    ? Packets.ack(PacketType.PUBACK, 1, 0x80)
                    : Packets.ack(PacketType.PUBACK, 1);
            bench.row("round " + round, () -> {
                ConnectPacket session = bench.connectPacket().persistent(60);
                Client subscriber = bench.connect(session);
                subscriber.subscribe(topic, 1);
                Client publisher = bench.connect();
                publisher.publish(topic, "m", 1);
                int id = subscriber.expectPublish("m").packetId();
                puback[3] = (byte) id;
                subscriber.send(puback, Packets.disconnect());
                // With the close the broker says that it has taken all that came before.
                subscriber.expectClosed();
                Client back = Sessions.back(bench, session, true);
                Needs.nothingBefore(bench, back, publisher, topic);
                back.close();
                Sessions.end(bench, session);
            });
        }
    }

    private static void clean(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, Needs.maximumQos(bench));
        unanswered(bench, subscriber, topic, 4);
        subscriber.drop();
        Client anew = bench.connect(bench.connectPacket(session.clientId()));
        anew.subscribe(topic, 0);
        Needs.nothingBefore(bench, anew, bench.connect(), topic);
    }

    private static void receiveMaximum(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, Needs.maximumQos(bench));
        List<Integer> ids = unanswered(bench, subscriber, topic, 5);
        subscriber.drop();
        session.properties().number(Property.RECEIVE_MAXIMUM, 2);
        Client back = Sessions.back(bench, session, true);
        again(bench, back, 0, ids.get(0));
        again(bench, back, 1, ids.get(1));
        back.subscribe(bench.topic("other"), 0);
        back.expectNothing();
        back.send(Packets.ack(PacketType.PUBACK, ids.get(0)));
        again(bench, back, 2, ids.get(2));
        back.expectNothing();
        back.send(Packets.ack(PacketType.PUBACK, ids.get(2)));
        again(bench, back, 3, ids.get(3));
        back.expectNothing();
        back.close();
        Sessions.end(bench, session);
    }
}
