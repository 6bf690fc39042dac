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

/** Session state: how long it is stored, and what is added to it (4.1, 4.5). */
final class StateCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("state.while-connected", "A session lasts as long as its connection")
                .v3("MQTT-4.1.0-1", "MQTT-4.1.0-2")
                .v5("MQTT-4.1.0-1")
                .run(StateCases::whileConnected);
        cases.of("state.stored", "A session goes on in the next connection with all its state")
                .v3("MQTT-4.1.0-1")
                .v5("MQTT-4.5.0-1", "MQTT-4.4.0-1")
                .run(StateCases::stored);
        cases.of("state.discarded", "A session is discarded when its Session Expiry Interval is over, not before")
                .v5("MQTT-4.1.0-2")
                .run(StateCases::discarded);
        cases.of("state.not-extended", "A session without a Session Expiry Interval ends with its connection")
                .v5("MQTT-4.1.0-2")
                .run(StateCases::notExtended);
        cases.of("state.added", "A message is added to the session of each client with a matching subscription")
                .v3("MQTT-4.5.0-1")
                .v5("MQTT-4.5.0-1")
                .run(StateCases::added);
        cases.of("state.added-late", "A message is added at PUBACK, also if its publisher is gone at once")
                .v3("MQTT-4.5.0-1")
                .v5("MQTT-4.5.0-1")
                .run(StateCases::addedLate);
    }

    /** Longer than the expiry interval of the session, which runs only while the client is away. */
    private static void whileConnected(Bench bench) {
        String topic = bench.topic("t");
        Client clean = bench.connect();
        clean.subscribe(topic, 0);
        ConnectPacket session = bench.connectPacket().persistent(1);
        Client stored = bench.connect(session);
        stored.subscribe(topic, 0);
        Client publisher = bench.connect();
        if (Needs.maximumQos(bench) == 2) {
            publisher.send(bench.publishPacket(topic, "two").qos(2, 5).toArray());
            publisher.expectAck(PacketType.PUBREC, 5);
        }
        bench.letPass(Duration.ofMillis(2_500));
        if (Needs.maximumQos(bench) == 2) {
            publisher.send(bench.publishPacket(topic, "two").qos(2, 5).dup().toArray());
            publisher.expectAck(PacketType.PUBREC, 5);
            publisher.send(Packets.ack(PacketType.PUBREL, 5));
            publisher.expectAck(PacketType.PUBCOMP, 5);
            clean.expectPublish("two");
            stored.expectPublish("two");
        }
        publisher.publish(topic, "m", 0);
        clean.expectPublish("m");
        stored.expectPublish("m");
        stored.close();
        Sessions.end(bench, session);
    }

    private static void stored(Bench bench) {
        Needs.qos(bench, 2);
        Needs.wildcards(bench);
        ConnectPacket session = bench.connectPacket().persistent(60);
        Client before = bench.connect(session);
        before.subscribe(bench.topic("a/+"), 2);
        before.subscribe(bench.topic("b"), 1);
        before.subscribe(bench.topic("gone"), 1);
        before.unsubscribe(bench.topic("gone"));
        Client publisher = bench.connect();
        publisher.publish(bench.topic("a/1"), "sent", 2);
        int sent = before.expectPublish("sent").packetId();
        publisher.publish(bench.topic("a/1"), "released", 2);
        int released = before.expectPublish("released").packetId();
        before.send(Packets.ack(PacketType.PUBREC, released));
        before.expectAck(PacketType.PUBREL, released);
        before.send(bench.publishPacket(bench.topic("c"), "taken").qos(2, 50).toArray());
        before.expectAck(PacketType.PUBREC, 50);
        before.drop();
        publisher.publish(bench.topic("gone"), "not", 1);
        publisher.publish(bench.topic("a/2"), "waiting", 2);
        Client after = Sessions.back(bench, session, true);
        boolean pubrel = false;
        boolean publish = false;
        while (!pubrel || !publish) {
            Packet came = after.receive();
            if (came.type() == PacketType.PUBREL && came.packetId() == released) {
                pubrel = true;
            } else if (came.type() == PacketType.PUBLISH && came.packetId() == sent && came.dup()) {
                publish = true;
            } else {
                throw new Failure("'sent' and PUBREL for " + released + " should come, not " + came);
            }
        }
        after.expectPublish("waiting");
        publisher.publish(bench.topic("b"), "new", 2);
        if (after.expectPublish("new").qos() != 1) {
            throw new Failure("the granted QoS should be that of the subscription");
        }
        after.send(Packets.ack(PacketType.PUBREL, 50));
        if (after.expectAck(PacketType.PUBCOMP, 50).reason() != 0) {
            throw new Failure("the session should know the identifier of what it took");
        }
        after.close();
        Sessions.end(bench, session);
    }

    private static void discarded(Bench bench) {
        String topic = bench.topic("t");
        ConnectPacket session = bench.connectPacket().persistent(2);
        Client first = bench.connect(session);
        first.subscribe(topic, 0);
        first.disconnect();
        Client second = Sessions.back(bench, session, true);
        second.drop();
        bench.letPass(Duration.ofMillis(500));
        Client third = Sessions.back(bench, session, true);
        third.disconnect();
        bench.letPass(Duration.ofMillis(3_500));
        Client fourth = Sessions.back(bench, session, false);
        Client publisher = bench.connect();
        publisher.publish(topic, "m", Math.min(1, Needs.maximumQos(bench)));
        fourth.expectNothing();
        fourth.subscribe(topic, 0);
        Needs.nothingBefore(bench, fourth, publisher, topic);
        fourth.close();
        Sessions.end(bench, session);
    }

    private static void notExtended(Bench bench) throws Exception {
        bench.row("none given", () -> {
            ConnectPacket session = bench.connectPacket().cleanStart(false);
            Sessions.back(bench, session, false).disconnect();
            Sessions.back(bench, session, false).disconnect();
        });
        bench.row("0 given", () -> {
            ConnectPacket session = bench.connectPacket().persistent(0);
            Sessions.back(bench, session, false).disconnect();
            Sessions.back(bench, session, false).disconnect();
        });
        bench.row("0 given by a later connection", () -> {
            ConnectPacket longer = bench.connectPacket().persistent(60);
            ConnectPacket none = bench.connectPacket(longer.clientId()).cleanStart(false);
            none.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
            Sessions.back(bench, longer, false).disconnect();
            Sessions.back(bench, none, true).disconnect();
            Sessions.back(bench, none, false).disconnect();
        });
    }

    private static void added(Bench bench) {
        Needs.qos(bench, 1);
        Needs.wildcards(bench);
        String topic = bench.topic("a/b");
        Client exact = bench.connect();
        exact.subscribe(topic, 0);
        Client one = bench.connect();
        one.subscribe(bench.topic("a/+"), 1);
        Client all = bench.connect();
        all.subscribe(bench.topic("#"), Needs.maximumQos(bench));
        Client none = bench.connect();
        none.subscribe(bench.topic("a"), 1);
        ConnectPacket away = Sessions.away(bench, bench.topic("+/b"), 1);
        ConnectPacket there = bench.connectPacket().persistent(60);
        Client stored = bench.connect(there);
        stored.subscribe(topic, 1);
        Client publisher = bench.connect();
        publisher.subscribe(topic, 0);
        publisher.send(bench.publishPacket(topic, "m").qos(1, 9).toArray());
        // Its own copy may come before or after the PUBACK.
        Packet first = publisher.receive();
        Packet second = publisher.receive();
        Packet copy = first.type() == PacketType.PUBLISH ? first : second;
        if (!copy.text().equals("m") || first.type() == second.type()) {
            throw new Failure("PUBACK and the message should come, not " + first + " and " + second);
        }
        publisher.publish(bench.topic("a"), "other", 1);
        exact.expectPublish("m");
        one.expectPublish("m");
        all.expectPublish("m");
        stored.expectPublish("m");
        none.expectPublish("other");
        Client back = Sessions.back(bench, away, true);
        back.expectPublish("m");
        back.close();
        stored.close();
        Sessions.end(bench, away);
        Sessions.end(bench, there);
    }

    private static void addedLate(Bench bench) {
        Needs.qos(bench, 1);
        String topic = bench.topic("t");
        ConnectPacket away = Sessions.away(bench, topic, 1);
        for (int i = 0; i < 5; i++) {
            Client publisher = bench.connect();
            publisher.publish(topic, "m" + i, 1);
            publisher.drop();
        }
        Client back = Sessions.back(bench, away, true);
        back.expectPublishes("m0", "m1", "m2", "m3", "m4");
        back.close();
        Sessions.end(bench, away);
    }
}
