package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.time.Duration;
import java.util.List;

/** Clean Start (Clean Session), Session Present, and how long a session lives (3.1.2.4, 3.1.2.11.2, 3.2.2.1.1). */
final class SessionCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        resumed(cases);
        clean(cases);
        ends(cases);
        expiry(cases);
    }

    // ---- not clean ----

    private static void resumed(Cases cases) {
        cases.of("session.new", "Without Clean Start a session begins where none is stored")
                .v3("MQTT-3.1.2-4", "MQTT-3.1.4-3", "MQTT-3.2.2-3")
                .v5("MQTT-3.1.2-6", "MQTT-3.1.4-4", "MQTT-3.2.2-3")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.open();
                    present(false, client.connect(bench.connectPacket(id).persistent(5)));
                    client.subscribe(bench.topic("t"), 0);
                    client.publish(bench.topic("t"), "m", 0);
                    client.expectPublish("m");
                    end(bench, id);
                });
        for (boolean byDisconnect : List.of(true, false)) {
            String name = byDisconnect ? "session.resumed" : "session.resumed-after-network-failure";
            cases.of(name, "Without Clean Start a stored session is gone on with: its subscriptions and its messages")
                    .v3("MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.1.4-3", "MQTT-3.2.2-2")
                    .v5("MQTT-3.1.2-5", "MQTT-3.1.2-23", "MQTT-3.1.4-4", "MQTT-3.2.2-3")
                    .run(bench -> resume(bench, byDisconnect));
        }
        cases.of("session.taken-over", "A session is resumed from a connection that is still open")
                .v3("MQTT-3.1.2-4", "MQTT-3.1.4-2", "MQTT-3.2.2-2")
                .v5("MQTT-3.1.2-5", "MQTT-3.1.4-3", "MQTT-3.2.2-3")
                .run(bench -> {
                    String id = bench.clientId();
                    Client old = bench.connect(bench.connectPacket(id).persistent(30));
                    old.subscribe(bench.topic("t"), 1);
                    Client client = bench.open();
                    present(true, client.connect(bench.connectPacket(id).persistent(30)));
                    old.expectThrownOut(0x8E);
                    bench.connect().publish(bench.topic("t"), "m", 1);
                    client.expectPublish("m");
                    end(bench, id);
                });
        cases.of("session.by-client-id", "Each client id has a session of its own, upper and lower case told apart")
                .v3("MQTT-3.1.3-2", "MQTT-3.2.2-3")
                .v5("MQTT-3.1.3-2", "MQTT-3.2.2-3")
                .run(bench -> {
                    String id = bench.clientId() + "a";
                    Client client = bench.connect(bench.connectPacket(id).persistent(30));
                    client.subscribe(bench.topic("t"), 1);
                    client.disconnect();
                    for (String other : List.of(id.substring(0, id.length() - 1) + "A", id + "a")) {
                        Client second = bench.open();
                        present(false, second.connect(bench.connectPacket(other).persistent(30)));
                        bench.connect().publish(bench.topic("t"), "m", 1);
                        second.expectNothing();
                        end(bench, other);
                    }
                    Client again = bench.open();
                    present(true, again.connect(bench.connectPacket(id).persistent(30)));
                    end(bench, id);
                });
    }

    private static void resume(Bench bench, boolean byDisconnect) {
        String id = bench.clientId();
        Client client = bench.connect(bench.connectPacket(id).persistent(60));
        int maximumQos = bench.capabilities().maximumQos();
        client.subscribe(bench.topic("t"), maximumQos);
        client.subscribe(bench.topic("u"), maximumQos);
        client.unsubscribe(bench.topic("u"));
        if (byDisconnect) {
            client.disconnect();
        } else {
            client.drop();
        }
        Client publisher = bench.connect();
        publisher.publish(bench.topic("u"), "must not come", Math.min(1, maximumQos));
        for (int qos = 1; qos <= maximumQos; qos++) {
            publisher.publish(bench.topic("t"), "kept at " + qos, qos);
        }
        Client again = bench.open();
        present(true, again.connect(bench.connectPacket(id).persistent(60)));
        for (int qos = 1; qos <= maximumQos; qos++) {
            Packet packet = again.expectPublish("kept at " + qos);
            Expect.equal("QoS", qos, packet.qos());
            again.send(Packets.ack(qos == 1 ? PacketType.PUBACK : PacketType.PUBREC, packet.packetId()));
        }
        if (maximumQos == 2) {
            again.expect(PacketType.PUBREL);
        }
        publisher.publish(bench.topic("t"), "live", 0);
        again.expectPublish("live");
        again.expectNothing();
        end(bench, id);
    }

    static void present(boolean expected, Packet connack) {
        Expect.equal("Session Present", expected, connack.sessionPresent());
    }

    /** Throws a session away. */
    static void end(Bench bench, String clientId) {
        bench.connect(bench.connectPacket(clientId)).disconnect();
    }

    // ---- clean ----

    private static void clean(Cases cases) {
        cases.of("session.clean", "With Clean Start the stored session is thrown away")
                .v3("MQTT-3.1.2-6", "MQTT-3.1.4-3", "MQTT-3.2.2-1")
                .v5("MQTT-3.1.2-4", "MQTT-3.1.4-4", "MQTT-3.2.2-2")
                .run(bench -> {
                    String id = bench.clientId();
                    stored(bench, id, 60);
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), "old", 1);
                    Client client = bench.open();
                    present(false, client.connect(bench.connectPacket(id)));
                    publisher.publish(bench.topic("t"), "live", 1);
                    client.expectNothing();
                    client.disconnect();
                    Client again = bench.open();
                    present(false, again.connect(bench.connectPacket(id).persistent(60)));
                    publisher.publish(bench.topic("t"), "later", 1);
                    again.expectNothing();
                    end(bench, id);
                });
        cases.of("session.clean-takes-over", "With Clean Start nothing of a session that is still connected is left")
                .v3("MQTT-3.1.2-6", "MQTT-3.1.4-2", "MQTT-3.2.2-1")
                .v5("MQTT-3.1.2-4", "MQTT-3.1.4-3", "MQTT-3.2.2-2")
                .run(bench -> {
                    String id = bench.clientId();
                    Client old = bench.connect(bench.connectPacket(id).persistent(60));
                    old.subscribe(bench.topic("t"), 1);
                    Client publisher = bench.connect();
                    publisher.publish(bench.topic("t"), "in flight", 1);
                    old.expectPublish("in flight");
                    Client client = bench.open();
                    present(false, client.connect(bench.connectPacket(id)));
                    old.expectThrownOut(0x8E);
                    publisher.publish(bench.topic("t"), "live", 1);
                    client.expectNothing();
                });
        cases.of("session.clean-persistent", "With Clean Start and an expiry the new session is stored")
                .v5("MQTT-3.1.2-4", "MQTT-3.1.2-23")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.open();
                    ConnectPacket packet =
                            bench.connectPacket(id).persistent(60).cleanStart(true);
                    present(false, client.connect(packet));
                    client.subscribe(bench.topic("t"), 1);
                    client.disconnect();
                    Client again = bench.open();
                    present(true, again.connect(bench.connectPacket(id).persistent(60)));
                    end(bench, id);
                });
        cases.of("session.retained-outlive", "Retained messages outlive the session that published them")
                .v3("MQTT-3.1.2-7")
                .v5("MQTT-3.1.2-4")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().retain(), "it has no retained messages");
                    String id = bench.clientId();
                    bench.willRetain(bench.topic("t"));
                    Client client = bench.connect(bench.connectPacket(id));
                    client.retain(bench.topic("t"), "m");
                    client.disconnect();
                    end(bench, id);
                    Client subscriber = bench.connect();
                    subscriber.subscribe(bench.topic("t"), 0);
                    subscriber.expectPublish("m");
                });
    }

    /** A session that has a subscription to the topic "t", and no connection. */
    private static void stored(Bench bench, String id, long expirySeconds) {
        Client client = bench.connect(bench.connectPacket(id).persistent(expirySeconds));
        client.subscribe(bench.topic("t"), 1);
        client.disconnect();
    }

    // ---- the end ----

    private static void ends(Cases cases) {
        for (boolean byDisconnect : List.of(true, false)) {
            String name = byDisconnect ? "session.ends" : "session.ends-with-network-failure";
            cases.of(name, "A clean session without expiry ends with its connection")
                    .v3("MQTT-3.1.2-6", "MQTT-3.2.2-3")
                    .v5("MQTT-3.1.2-6", "MQTT-3.2.2-3")
                    .run(bench -> {
                        String id = bench.clientId();
                        Client client = bench.connect(bench.connectPacket(id));
                        client.subscribe(bench.topic("t"), 1);
                        if (byDisconnect) {
                            client.disconnect();
                        } else {
                            client.drop();
                        }
                        Client again = bench.open();
                        present(false, again.connect(bench.connectPacket(id).persistent(5)));
                        bench.connect().publish(bench.topic("t"), "m", 1);
                        again.expectNothing();
                        end(bench, id);
                    });
        }
        cases.of("session.expiry-0", "An expiry of 0, said or not, ends the session with its connection")
                .v5("MQTT-3.1.2-6", "MQTT-3.2.2-3")
                .run(bench -> {
                    for (boolean said : List.of(true, false)) {
                        ConnectPacket packet = bench.connectPacket().cleanStart(false);
                        if (said) {
                            packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
                        }
                        for (int i = 0; i < 2; i++) {
                            Client client = bench.open();
                            present(false, client.connect(packet));
                            client.disconnect();
                        }
                    }
                });
    }

    private static void expiry(Cases cases) {
        cases.of("session.expires", "A session is kept until its expiry is over, and no longer")
                .v5("MQTT-3.1.2-23", "MQTT-3.2.2-3")
                .run(bench -> {
                    String id = bench.clientId();
                    stored(bench, id, 2);
                    Client again = bench.open();
                    present(true, again.connect(bench.connectPacket(id).persistent(1)));
                    again.disconnect();
                    bench.letPass(Duration.ofMillis(2_500));
                    Client late = bench.open();
                    present(false, late.connect(bench.connectPacket(id).persistent(1)));
                    bench.connect().publish(bench.topic("t"), "m", 1);
                    late.expectNothing();
                });
        cases.of("session.expiry-while-connected", "The expiry counts from the end of the connection")
                .v5("MQTT-3.1.2-23")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id).persistent(1));
                    client.subscribe(bench.topic("t"), 1);
                    client.expectSilence(Duration.ofMillis(2_500));
                    client.drop();
                    Client again = bench.open();
                    present(true, again.connect(bench.connectPacket(id).persistent(1)));
                    bench.connect().publish(bench.topic("t"), "m", 1);
                    again.expectPublish("m");
                    end(bench, id);
                });
        cases.of("session.expiry-of-latest", "The expiry is that of the latest connection")
                .v5("MQTT-3.1.2-23", "MQTT-3.2.2-3")
                .run(bench -> {
                    String id = bench.clientId();
                    stored(bench, id, 1);
                    Client longer = bench.open();
                    present(true, longer.connect(bench.connectPacket(id).persistent(60)));
                    longer.disconnect();
                    bench.letPass(Duration.ofMillis(2_500));
                    Client none = bench.open();
                    present(true, none.connect(bench.connectPacket(id).cleanStart(false)));
                    none.disconnect();
                    Client last = bench.open();
                    present(false, last.connect(bench.connectPacket(id).cleanStart(false)));
                });
        cases.of("session.expiry-never", "An expiry of 0xFFFFFFFF, or near it, keeps the session")
                .v5("MQTT-3.1.2-23")
                .run(bench -> {
                    for (long seconds : new long[] {0xFFFF_FFFFL, 0xFFFF_FFFEL, 0x8000_0000L, 0x7FFF_FFFFL}) {
                        String id = bench.clientId();
                        stored(bench, id, seconds);
                        Client again = bench.open();
                        present(true, again.connect(bench.connectPacket(id).persistent(1)));
                        end(bench, id);
                    }
                });
        cases.of("session.expiry-at-disconnect", "The expiry that DISCONNECT names is the one that holds")
                .v5("MQTT-3.1.2-23")
                .run(bench -> {
                    String id = bench.clientId();
                    Client client = bench.connect(bench.connectPacket(id).persistent(60));
                    client.send(Packets.disconnect(0, new Properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)));
                    client.expectClosed();
                    Client again = bench.open();
                    present(false, again.connect(bench.connectPacket(id).persistent(1)));
                    again.send(Packets.disconnect(0, new Properties().number(Property.SESSION_EXPIRY_INTERVAL, 60)));
                    again.expectClosed();
                    bench.letPass(Duration.ofMillis(1_500));
                    Client last = bench.open();
                    present(true, last.connect(bench.connectPacket(id).persistent(1)));
                    end(bench, id);
                });
    }
}
