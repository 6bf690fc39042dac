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
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;

/** The forms, codes and sizes of PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7). */
final class AckCases implements Chapter {
    /** The codes that a client may send; 0x10 is for servers only. */
    private static final List<Integer> OF_PUBACK = List.of(0x00, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);

    private static final List<Integer> OF_PUBREL = List.of(0x00, 0x92);

    @Override
    public void addTo(Cases cases) {
        cases.of("ack.pubrel-flags", "PUBREL with other reserved flags than 0010 ends the connection")
                .v3("MQTT-3.6.1-1")
                .v5("MQTT-3.6.1-1")
                .run(AckCases::pubrelFlags);
        cases.of("ack.forms-of-puback", "Each form and code of PUBACK acknowledges")
                .v5("MQTT-3.4.2-1")
                .run(AckCases::formsOfPuback);
        cases.of("ack.forms-of-pubrec", "Each form and code of PUBREC is taken")
                .v5("MQTT-3.5.2-1", "MQTT-4.3.3-4")
                .run(AckCases::formsOfPubrec);
        cases.of("ack.forms-of-pubrel", "Each form and code of PUBREL is answered")
                .v5("MQTT-3.6.2-1", "MQTT-4.3.3-11")
                .run(AckCases::formsOfPubrel);
        cases.of("ack.forms-of-pubcomp", "Each form and code of PUBCOMP ends the handshake")
                .v5("MQTT-3.7.2-1")
                .run(AckCases::formsOfPubcomp);
        cases.of("ack.unlisted-code", "A code that is not one of the packet's ends the connection")
                .v5("MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1")
                .run(AckCases::unlistedCode);
        cases.of("ack.bad-properties", "A property that is not the packet's, or is there twice, ends the connection")
                .v5("MQTT-4.13.1-1")
                .run(AckCases::badProperties);
        cases.of("ack.codes-of-broker", "The broker's acknowledgements have the codes of their type")
                .v5("MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1")
                .run(AckCases::codesOfBroker);
        cases.of("ack.size", "No acknowledgement is larger than the client's Maximum Packet Size")
                .v5(
                        "MQTT-3.4.2-2",
                        "MQTT-3.4.2-3",
                        "MQTT-3.5.2-2",
                        "MQTT-3.5.2-3",
                        "MQTT-3.6.2-2",
                        "MQTT-3.6.2-3",
                        "MQTT-3.7.2-2",
                        "MQTT-3.7.2-3")
                .run(AckCases::size);
    }

    private static void pubrelFlags(Bench bench) throws Exception {
        Needs.qos(bench, 2);
        for (int flags = 0; flags < 16; flags++) {
            if (flags != 2) {
                int first = (PacketType.PUBREL.first() & 0xF0) | flags;
                bench.row("flags " + flags, () -> {
                    Client client = bench.connect();
                    client.send(
                            bench.publishPacket(bench.topic("t"), "m").qos(2, 1).toArray());
                    client.expectAck(PacketType.PUBREC, 1);
                    client.send(Packets.packet(first, 0, 1));
                    client.expectThrownOut(0x81);
                });
            }
        }
    }

    /** A way to write an acknowledgement. */
    private record Form(String name, int code, IntFunction<byte[]> bytes) {
        byte[] of(int packetId) {
            return bytes.apply(packetId);
        }
    }

    /** Every way to write an acknowledgement with these codes, of which 0 is one. */
    private static List<Form> forms(PacketType type, List<Integer> codes) {
        List<Form> forms = new ArrayList<>();
        forms.add(new Form("short", 0, id -> Packets.ack(type, id)));
        Properties properties = new Properties()
                .user("b", "1")
                .text(Property.REASON_STRING, "why")
                .user("a", "2");
        for (int code : codes) {
            String name = "0x" + HexFormat.of().toHexDigits((byte) code);
            forms.add(new Form(name, code, id -> Packets.ack(type, id, code)));
            forms.add(new Form(name + ", no properties", code, id -> Packets.ack(type, id, code, new Properties())));
            forms.add(new Form(name + ", properties", code, id -> Packets.ack(type, id, code, properties)));
        }
        return forms;
    }

    /** A subscriber with Receive Maximum 1, that has got one message of this QoS, while another waits for it. */
    private static Client withOne(Bench bench, String topic, int qos) {
        ConnectPacket packet = bench.connectPacket();
        packet.properties().number(Property.RECEIVE_MAXIMUM, 1);
        Client subscriber = bench.connect(packet);
        subscriber.subscribe(topic, qos);
        Client publisher = bench.connect();
        publisher.publish(topic, "one", qos);
        publisher.publish(topic, "two", qos);
        return subscriber;
    }

    private static void formsOfPuback(Bench bench) throws Exception {
        Needs.qos(bench, 1);
        for (Form form : forms(PacketType.PUBACK, OF_PUBACK)) {
            bench.row(form.name(), () -> {
                Client subscriber = withOne(bench, bench.topic(bench.clientId()), 1);
                int id = subscriber.expectPublish("one").packetId();
                subscriber.send(form.of(id));
                subscriber.expectPublish("two");
            });
        }
    }

    private static void formsOfPubrec(Bench bench) throws Exception {
        Needs.qos(bench, 2);
        for (Form form : forms(PacketType.PUBREC, OF_PUBACK)) {
            bench.row(form.name(), () -> {
                Client subscriber = withOne(bench, bench.topic(bench.clientId()), 2);
                int id = subscriber.expectPublish("one").packetId();
                subscriber.send(form.of(id));
                if (form.code() < 0x80) {
                    subscriber.expectAck(PacketType.PUBREL, id);
                    subscriber.send(Packets.ack(PacketType.PUBCOMP, id));
                }
                subscriber.expectPublish("two");
            });
        }
    }

    private static void formsOfPubrel(Bench bench) throws Exception {
        Needs.qos(bench, 2);
        for (Form form : forms(PacketType.PUBREL, OF_PUBREL)) {
            bench.row(form.name(), () -> {
                Client publisher = bench.connect();
                publisher.send(
                        bench.publishPacket(bench.topic("t"), "m").qos(2, 6).toArray());
                publisher.expectAck(PacketType.PUBREC, 6);
                publisher.send(form.of(6));
                publisher.expectAck(PacketType.PUBCOMP, 6);
                publisher.expectNothing();
            });
        }
    }

    private static void formsOfPubcomp(Bench bench) throws Exception {
        Needs.qos(bench, 2);
        for (Form form : forms(PacketType.PUBCOMP, OF_PUBREL)) {
            bench.row(form.name(), () -> {
                Client subscriber = withOne(bench, bench.topic(bench.clientId()), 2);
                int id = subscriber.expectPublish("one").packetId();
                subscriber.send(Packets.ack(PacketType.PUBREC, id));
                subscriber.expectAck(PacketType.PUBREL, id);
                subscriber.send(form.of(id));
                subscriber.expectPublish("two");
            });
        }
    }

    /** A client that has just got a message at QoS 2 and sent one, with packet identifier 9, too. */
    private static Client inHandshakes(Bench bench, boolean received) {
        String topic = bench.topic(bench.clientId());
        Client client = bench.connect();
        if (received) {
            client.subscribe(topic, 2);
            bench.connect().publish(bench.publishPacket(topic, "m").qos(2, 1));
        } else {
            client.send(bench.publishPacket(topic, "m").qos(2, 9).toArray());
            client.expectAck(PacketType.PUBREC, 9);
        }
        return client;
    }

    private static void thrownOut(Bench bench, String what, PacketType type, int code, Properties properties)
            throws Exception {
        bench.row(what, () -> {
            Client client = inHandshakes(bench, type != PacketType.PUBREL);
            int id = 9;
            if (type == PacketType.PUBACK) {
                String topic = bench.topic(bench.clientId());
                client.expectPublish("m");
                client.subscribe(topic, 1);
                bench.connect().publish(bench.publishPacket(topic, "n").qos(1, 1));
                id = client.expectPublish("n").packetId();
            } else if (type != PacketType.PUBREL) {
                id = client.expectPublish("m").packetId();
            }
            if (type == PacketType.PUBCOMP) {
                client.send(Packets.ack(PacketType.PUBREC, id));
                client.expectAck(PacketType.PUBREL, id);
            }
            client.send(Packets.ack(type, id, code, properties));
            client.expectThrownOut(0x81, 0x82);
        });
    }

    private static void unlistedCode(Bench bench) throws Exception {
        Needs.qos(bench, 2);
        for (int code : List.of(0x01, 0x11, 0x81, 0x92, 0xFF)) {
            String what = HexFormat.of().toHexDigits((byte) code);
            thrownOut(bench, "PUBACK with " + what, PacketType.PUBACK, code, new Properties());
            thrownOut(bench, "PUBREC with " + what, PacketType.PUBREC, code, new Properties());
        }
        for (int code : List.of(0x01, 0x10, 0x80, 0x91, 0xFF)) {
            String what = HexFormat.of().toHexDigits((byte) code);
            thrownOut(bench, "PUBREL with " + what, PacketType.PUBREL, code, new Properties());
            thrownOut(bench, "PUBCOMP with " + what, PacketType.PUBCOMP, code, new Properties());
        }
    }

    private static void badProperties(Bench bench) throws Exception {
        Needs.qos(bench, 2);
        for (PacketType type : List.of(PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP)) {
            Properties twice = new Properties().any(Property.REASON_STRING).any(Property.REASON_STRING);
            thrownOut(bench, type + " with two reason strings", type, 0, twice);
            for (Property property : Property.values()) {
                if (property != Property.REASON_STRING && property != Property.USER_PROPERTY) {
                    thrownOut(bench, type + " with " + property, type, 0, new Properties().any(property));
                }
            }
        }
    }

    private static void codesOfBroker(Bench bench) {
        Needs.qos(bench, 2);
        Client client = bench.connect();
        check(client, bench.publishPacket(bench.topic("nobody"), "m").qos(1, 1), PacketType.PUBACK);
        check(client, bench.publishPacket(bench.topic("nobody"), "m").qos(2, 2), PacketType.PUBREC);
        client.send(Packets.ack(PacketType.PUBREL, 2));
        code(bench, client.expect(PacketType.PUBCOMP), 2, 0x00);
        client.send(Packets.ack(PacketType.PUBREL, 77));
        code(bench, client.expect(PacketType.PUBCOMP), 77, 0x92);
        client.send(Packets.ack(PacketType.PUBREC, 78));
        code(bench, client.expect(PacketType.PUBREL), 78, 0x92);
        client.expectNothing();
    }

    /** The codes themselves are checked by the parser. */
    private static void check(Client client, PublishPacket packet, PacketType type) {
        client.send(packet.toArray());
        Packet came = client.expectAck(type, packet.packetId());
        if (came.reason() != 0x00 && came.reason() != 0x10) {
            throw new Failure("success, or that nobody subscribes, should come, not " + came);
        }
    }

    private static void code(Bench bench, Packet came, int packetId, int reason) {
        boolean asked = reason == 0 || bench.strict();
        if (came.packetId() != packetId || (asked && came.reason() != reason)) {
            throw new Failure("identifier " + packetId + ", reason " + reason + " should come, not " + came);
        }
    }

    private static void size(Bench bench) throws Exception {
        int least = bench.open().connect(bench.connectPacket()).size() + 1;
        for (int limit = least; limit <= least + 24; limit += 4) {
            int most = limit;
            bench.row("at most " + limit + " bytes", () -> sizes(bench, most));
        }
    }

    private static void sizes(Bench bench, int limit) {
        ConnectPacket packet = bench.connectPacket();
        packet.properties().number(Property.MAXIMUM_PACKET_SIZE, limit);
        Client client = bench.connect(packet);
        for (String topic : List.of(bench.topic("t"), "$SYS/" + bench.topic("t"))) {
            for (int qos = 1; qos <= Needs.maximumQos(bench); qos++) {
                PublishPacket published = bench.publishPacket(topic, "m").qos(qos, qos);
                client.send(published.toArray());
                small(client.expect(qos == 1 ? PacketType.PUBACK : PacketType.PUBREC), limit);
            }
        }
        client.send(Packets.ack(PacketType.PUBREL, 77));
        small(client.expect(PacketType.PUBCOMP), limit);
        client.send(Packets.ack(PacketType.PUBREC, 78));
        small(client.expect(PacketType.PUBREL), limit);
        client.expectNothing();
    }

    private static void small(Packet came, int limit) {
        if (came.size() > limit) {
            throw new Failure("at most " + limit + " bytes should come, not " + came.size() + " of " + came);
        }
    }
}
