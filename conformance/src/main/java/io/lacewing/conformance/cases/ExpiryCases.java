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
import io.lacewing.conformance.wire.PublishPacket;
import java.time.Duration;

/** The Message Expiry Interval (3.3.2.3.3), and what it leaves alone (4.3.3). */
final class ExpiryCases implements Chapter {
    private static final Duration A_WHILE = Duration.ofMillis(2_100);
    private static final long LONGEST = 0xFFFF_FFFFL;

    @Override
    public void addTo(Cases cases) {
        cases.of("expiry.at-once", "A message that does not wait has the expiry interval with which it was published")
                .v5("MQTT-3.3.2-6")
                .run(ExpiryCases::atOnce);
        cases.of("expiry.counted-down", "A message that has waited has what is left of its expiry interval")
                .v5("MQTT-3.3.2-6")
                .run(ExpiryCases::countedDown);
        cases.of("expiry.away", "A message that expires while the client is away is not delivered")
                .v5("MQTT-3.3.2-5")
                .run(ExpiryCases::away);
        cases.of("expiry.retained", "A retained message that has expired is not delivered")
                .v5("MQTT-3.3.2-5")
                .run(ExpiryCases::retained);
        cases.of("expiry.waiting", "A message that expires while it waits for the Receive Maximum is not delivered")
                .v5("MQTT-3.3.2-5")
                .run(ExpiryCases::waiting);
        cases.of("expiry.sent", "A QoS 2 message that was sent is sent again, though it has expired")
                .v5("MQTT-4.3.3-7", "MQTT-4.3.3-13")
                .run(ExpiryCases::sent);
        cases.of("expiry.taken", "The handshake of a QoS 2 message that has expired goes on")
                .v5("MQTT-4.3.3-13")
                .run(ExpiryCases::taken);
    }

    private static PublishPacket expiring(Bench bench, String topic, String payload, long seconds) {
        return bench.publishPacket(topic, payload).with(Property.MESSAGE_EXPIRY_INTERVAL, seconds);
    }

    /** The expiry interval must be what was published, less what has passed since {@code published}. */
    private static void check(Packet came, long seconds, Duration waited, long published) {
        long passed = Math.ceilDiv(System.nanoTime() - published, 1_000_000_000L);
        long left = came.number(Property.MESSAGE_EXPIRY_INTERVAL, -1);
        if (left < seconds - passed || left > seconds - waited.toSeconds()) {
            throw new Failure("of " + seconds + " s, published " + passed + " s ago, there are left: " + came);
        }
    }

    private static void atOnce(Bench bench) {
        String topic = bench.topic("t");
        int most = Needs.maximumQos(bench);
        Client subscriber = bench.connect();
        subscriber.subscribe(topic, most);
        Client publisher = bench.connect();
        for (int qos = 0; qos <= most; qos++) {
            for (long seconds : new long[] {60, 86_400, LONGEST}) {
                long now = System.nanoTime();
                publisher.publish(expiring(bench, topic, "m", seconds).qos(qos, publisher.nextPacketId()));
                check(subscriber.expectPublish("m"), seconds, Duration.ZERO, now);
            }
            publisher.publish(topic, "m", qos);
            Packet without = subscriber.expectPublish("m");
            if (without.has(Property.MESSAGE_EXPIRY_INTERVAL)) {
                throw new Failure("a message that does not expire came as " + without);
            }
        }
    }

    /** A session that subscribes and whose client goes away. */
    private static ConnectPacket leave(Bench bench, String topic, int qos) {
        ConnectPacket packet = bench.connectPacket().persistent(60);
        Client client = bench.connect(packet);
        client.subscribe(topic, qos);
        client.disconnect();
        return packet;
    }

    private static void end(Bench bench, ConnectPacket packet) {
        bench.connect(bench.connectPacket(packet.clientId())).disconnect();
    }

    private static void countedDown(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket session = leave(bench, topic, 1);
        Client publisher = bench.connect();
        long now = System.nanoTime();
        PublishPacket packet = expiring(bench, topic, "m", 100).qos(1, 1);
        if (bench.capabilities().retain()) {
            bench.willRetain(topic);
            packet.retain();
        }
        publisher.publish(packet);
        bench.letPass(A_WHILE);
        check(bench.connect(session).expectPublish("m"), 100, A_WHILE, now);
        end(bench, session);
        if (bench.capabilities().retain()) {
            Client later = bench.connect();
            later.subscribe(topic, 1);
            check(later.expectPublish("m"), 100, A_WHILE, now);
        }
    }

    private static void away(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        int most = Needs.maximumQos(bench);
        ConnectPacket session = leave(bench, topic, most);
        Client publisher = bench.connect();
        for (int qos = 1; qos <= most; qos++) {
            publisher.publish(expiring(bench, topic, "expires", 1).qos(qos, publisher.nextPacketId()));
            publisher.publish(topic, "stays" + qos, qos);
        }
        bench.letPass(A_WHILE);
        Client back = bench.connect(session);
        for (int qos = 1; qos <= most; qos++) {
            back.expectPublish("stays" + qos);
        }
        Needs.nothingBefore(bench, back, publisher, topic);
        end(bench, session);
    }

    private static void retained(Bench bench) {
        Needs.retain(bench);
        Needs.wildcards(bench);
        bench.retain(expiring(bench, bench.topic("t/expires"), "expires", 1));
        bench.retain(expiring(bench, bench.topic("t/stays"), "stays", 100));
        bench.letPass(A_WHILE);
        Client later = bench.connect();
        later.subscribe(bench.topic("t/+"), 1);
        later.expectPublish("stays");
        Needs.nothingBefore(bench, later, bench.connect(), bench.topic("t/x"));
    }

    private static void waiting(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket packet = bench.connectPacket();
        packet.properties().number(Property.RECEIVE_MAXIMUM, 1);
        Client subscriber = bench.connect(packet);
        subscriber.subscribe(topic, 1);
        Client publisher = bench.connect();
        publisher.publish(topic, "first", 1);
        publisher.publish(expiring(bench, topic, "expires", 1).qos(1, publisher.nextPacketId()));
        publisher.publish(topic, "stays", 1);
        Packet first = subscriber.expectPublish("first");
        bench.letPass(A_WHILE);
        subscriber.acknowledge(first);
        subscriber.expectPublish("stays");
    }

    private static void sent(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client subscriber = bench.connect(session);
        subscriber.subscribe(topic, 2);
        bench.connect().publish(expiring(bench, topic, "m", 1).qos(2, 1));
        Packet first = subscriber.expectPublish("m");
        subscriber.drop();
        bench.letPass(A_WHILE);
        Client back = bench.connect(session);
        Packet again = back.expectPublish("m");
        if (!again.dup() || again.packetId() != first.packetId()) {
            throw new Failure("it should come with DUP and identifier " + first.packetId() + ", not as " + again);
        }
        back.acknowledge(again);
        back.disconnect();
        end(bench, session);
    }

    private static void taken(Bench bench) {
        Needs.qos(bench, 2);
        String topic = bench.topic("t");
        Client publisher = bench.connect();
        publisher.send(expiring(bench, topic, "m", 1).qos(2, 9).toArray());
        publisher.expectAck(PacketType.PUBREC, 9);
        bench.letPass(A_WHILE);
        publisher.send(expiring(bench, topic, "m", 1).qos(2, 9).dup().toArray());
        publisher.expectAck(PacketType.PUBREC, 9);
        publisher.send(Packets.ack(PacketType.PUBREL, 9));
        Packet pubcomp = publisher.expectAck(PacketType.PUBCOMP, 9);
        if (pubcomp.reason() != 0) {
            throw new Failure("the handshake should succeed, not " + pubcomp);
        }
    }
}
