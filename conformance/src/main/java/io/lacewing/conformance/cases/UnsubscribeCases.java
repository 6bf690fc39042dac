package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** UNSUBSCRIBE and UNSUBACK (3.10, 3.11). */
final class UnsubscribeCases implements Chapter {
    private static final int UNSUBSCRIBE = 0xA2;
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;
    private static final int NONE = 0x11;
    private static final String NO_WILDCARDS = "the broker has no wildcards";

    @Override
    public void addTo(Cases cases) {
        answers(cases);
        deliveries(cases);
        faults(cases);
    }

    private static void answers(Cases cases) {
        cases.of("unsubscribe.unsuback", "Each UNSUBSCRIBE is answered by an UNSUBACK with its packet identifier")
                .v3("MQTT-3.10.4-4", "MQTT-3.10.4-5")
                .v5("MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.11.3-2")
                .run(bench -> {
                    Client client = bench.connect();
                    for (int id : new int[] {1, 2, 0x7FFF, 0x8000, 0xFFFF, 1}) {
                        // Nothing is subscribed to: it is answered all the same.
                        client.send(Packets.unsubscribe(bench.version(), id, bench.topic("t"), bench.topic("t/+")));
                        Packet unsuback = client.expectAck(PacketType.UNSUBACK, id);
                        if (bench.v5()) {
                            check(List.of(NONE, NONE), unsuback.reasons(), "the codes");
                        }
                    }
                });
        cases.of("unsubscribe.codes-in-order", "UNSUBACK has a code for each filter, in the filters' order")
                .v5("MQTT-3.11.3-1", "MQTT-3.11.3-2")
                .run(bench -> {
                    Client client = bench.connect();
                    String[] filters = new String[40];
                    Integer[] expected = new Integer[filters.length];
                    for (int i = 0; i < filters.length; i++) {
                        filters[i] = bench.topic("order/" + i);
                        boolean isThere = i * 5 % 3 == 0;
                        expected[i] = isThere ? 0 : NONE;
                        if (isThere) {
                            client.subscribe(filters[i], 0);
                        }
                    }
                    check(Arrays.asList(expected), client.unsubscribe(filters).reasons(), "the codes");
                });
        cases.of("unsubscribe.like-several", "Several filters in one packet do what several packets would")
                .v3("MQTT-3.10.4-6")
                .v5("MQTT-3.10.4-6")
                .run(bench -> {
                    Subscriber subscriber = Subscriber.connect(bench);
                    String[] topics = {bench.topic("a"), bench.topic("b"), bench.topic("c")};
                    for (String topic : topics) {
                        subscriber.subscribe(topic, 1);
                    }
                    // The second of the same filter finds nothing any more.
                    Packet unsuback = subscriber.unsubscribe(topics[0], topics[1], topics[0]);
                    if (bench.v5()) {
                        check(List.of(0, 0, NONE), unsuback.reasons(), "the codes");
                    }
                    Client publisher = bench.connect();
                    for (String topic : topics) {
                        publisher.publish(topic, "to " + topic, 1);
                    }
                    check(List.of(), subscriber.textsUntil("to " + topics[2]), "what came to the others");
                });
        cases.of("unsubscribe.exact", "Filters are compared character by character: only the same one is deleted")
                .v3("MQTT-3.10.4-1")
                .v5("MQTT-3.10.4-1")
                .run(UnsubscribeCases::exact);
    }

    private static void exact(Bench bench) throws Exception {
        bench.skipUnless(bench.capabilities().wildcards(), NO_WILDCARDS);
        String base = bench.topic("ex");
        for (String filter : List.of("/a/+", "/a/#", "/a/b", "/a/b/", "/A/b", "/a/b ", "/a//b", "/\u00E9")) {
            bench.row(filter, () -> {
                Subscriber subscriber = Subscriber.connect(bench).subscribe(base + filter, 1);
                String[] others = {
                    base + "/a/b/#",
                    base + "/#",
                    base + "/+/b",
                    base + "/+/+",
                    base + "/a",
                    base + "/a/",
                    base + "/a/B",
                    base + "//a/b",
                    base + "/e\u0301",
                    "#",
                    "+",
                };
                Packet none = subscriber.unsubscribe(others);
                String topic = base + filter.replace("+", "b").replace("#", "b");
                Client publisher = bench.connect();
                publisher.publish(topic, "still", 1);
                subscriber.until("still");
                Packet one = subscriber.unsubscribe(base + filter);
                if (bench.v5()) {
                    check(true, none.reasons().stream().allMatch(code -> code == NONE), "that no other was deleted");
                    check(List.of(0), one.reasons(), "the code of the right filter");
                }
                subscriber.subscribe(base + "/end", 1);
                publisher.publish(topic, "no more", 1);
                publisher.publish(base + "/end", "end", 1);
                check(List.of(), subscriber.textsUntil("end"), "what came after UNSUBSCRIBE");
            });
        }
    }

    private static void deliveries(Cases cases) {
        cases.of("unsubscribe.stops", "After UNSUBACK nothing that matches the filter is added, other filters work on")
                .v3("MQTT-3.10.4-2", "MQTT-3.10.4-1")
                .v5("MQTT-3.10.4-2", "MQTT-3.10.4-1")
                .run(bench -> {
                    bench.skipUnless(bench.capabilities().wildcards(), NO_WILDCARDS);
                    String topic = bench.topic("a/b");
                    Subscriber subscriber = Subscriber.connect(bench)
                            .subscribe(topic, 1)
                            .subscribe(bench.topic("a/+"), 0)
                            .subscribe(bench.topic("end"), 1);
                    subscriber.unsubscribe(topic);
                    Client publisher = bench.connect();
                    publisher.publish(topic, "m", 1);
                    publisher.publish(bench.topic("end"), "end", 1);
                    List<Packet> got = subscriber.until("end");
                    check(List.of("m"), Subscriber.texts(got), "what came by the other filter");
                    check(0, got.getFirst().qos(), "the QoS of the other filter");
                    subscriber.unsubscribe(bench.topic("a/+"));
                    publisher.publish(topic, "no more", 1);
                    publisher.publish(bench.topic("end"), "end", 1);
                    check(List.of(), subscriber.textsUntil("end"), "what came without a filter");
                });
        cases.of("unsubscribe.completes", "Deliveries that have begun are completed after UNSUBSCRIBE, even later")
                .v3("MQTT-3.10.4-3")
                .v5("MQTT-3.10.4-3")
                .run(UnsubscribeCases::completes);
    }

    private static void completes(Bench bench) {
        bench.skipUnless(bench.capabilities().maximumQos() == 2, "the broker does not do QoS 2");
        String id = bench.clientId();
        Client client = bench.connect(bench.connectPacket(id).persistent(30));
        client.subscribe(bench.topic("t"), 2);
        Client publisher = bench.connect();
        publisher.publish(bench.topic("t"), "one", 1);
        publisher.publish(bench.topic("t"), "two", 2);
        publisher.publish(bench.topic("t"), "three", 2);
        Packet two = null;
        for (Packet packet : client.expectPublishes("one", "two", "three")) {
            two = packet.text().equals("two") ? packet : two;
        }
        client.unsubscribe(bench.topic("t"));
        int idOfTwo = two == null ? 0 : two.packetId();
        client.send(Packets.ack(PacketType.PUBREC, idOfTwo)).expectAck(PacketType.PUBREL, idOfTwo);
        client.drop();
        // What was not acknowledged comes again, and the handshakes can be ended.
        Client again = bench.connect(bench.connectPacket(id).persistent(30));
        boolean released = false;
        List<String> missing = new ArrayList<>(List.of("one", "three"));
        while (!released || !missing.isEmpty()) {
            Packet packet = again.receive();
            if (packet.type() == PacketType.PUBREL) {
                check(idOfTwo, packet.packetId(), "the packet identifier of PUBREL");
                released = true;
                again.send(Packets.ack(PacketType.PUBCOMP, idOfTwo));
            } else {
                check(true, missing.remove(packet.text()) && packet.dup(), "that " + packet + " is owed, and DUP");
                PacketType answer = packet.qos() == 1 ? PacketType.PUBACK : PacketType.PUBREC;
                again.send(Packets.ack(answer, packet.packetId()));
                if (packet.qos() == 2) {
                    again.expectAck(PacketType.PUBREL, packet.packetId());
                    again.send(Packets.ack(PacketType.PUBCOMP, packet.packetId()));
                }
            }
        }
        again.expectNothing();
        again.disconnect();
        bench.connect(bench.connectPacket(id));
    }

    private static void faults(Cases cases) {
        cases.of("unsubscribe.flags", "UNSUBSCRIBE with other flags than 0010 ends the connection")
                .v3("MQTT-3.10.1-1")
                .v5("MQTT-3.10.1-1")
                .run(bench -> {
                    for (int flags = 0; flags < 16; flags++) {
                        byte[] packet = Packets.unsubscribe(bench.version(), 1, bench.topic("flags"));
                        packet[0] = (byte) ((UNSUBSCRIBE & 0xF0) | flags);
                        if (packet[0] != (byte) UNSUBSCRIBE) {
                            bench.row(
                                    "flags " + flags,
                                    () -> bench.connect().send(packet).expectThrownOut(MALFORMED));
                        }
                    }
                });
        cases.of("unsubscribe.empty", "UNSUBSCRIBE without a filter ends the connection")
                .v3("MQTT-3.10.3-2")
                .v5("MQTT-3.10.3-2")
                .run(bench -> bench.connect()
                        .send(Packets.unsubscribe(bench.version(), 1))
                        .expectThrownOut(PROTOCOL_ERROR, MALFORMED));
        cases.of("unsubscribe.not-utf8", "A filter that is not UTF-8 ends the connection")
                .v3("MQTT-3.10.3-1")
                .v5("MQTT-3.10.3-1")
                .run(bench -> {
                    for (int[] filter : SubscribeCases.NOT_UTF8) {
                        byte[] body = new Bytes()
                                .u16(1)
                                .raw(new byte[bench.v5() ? 1 : 0])
                                .binary(Bytes.of(filter))
                                .toArray();
                        bench.row(
                                "filter of " + filter.length + " bytes from " + filter[0],
                                () -> bench.connect()
                                        .send(Packets.packet(UNSUBSCRIBE, body))
                                        .expectThrownOut(MALFORMED));
                    }
                });
        cases.of("unsubscribe.properties", "UNSUBSCRIBE takes user properties and no others")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    for (Property property : Property.values()) {
                        byte[] any = new Properties().any(property).toArray();
                        byte[] body = new Bytes()
                                .u16(1)
                                .varInt(any.length)
                                .raw(any)
                                .text(bench.topic("t"))
                                .toArray();
                        bench.row(property.name(), () -> {
                            Client client = bench.connect().send(Packets.packet(UNSUBSCRIBE, body));
                            if (property == Property.USER_PROPERTY) {
                                client.expectAck(PacketType.UNSUBACK, 1);
                            } else {
                                client.expectThrownOut(MALFORMED, PROTOCOL_ERROR);
                            }
                        });
                    }
                });
    }
}
