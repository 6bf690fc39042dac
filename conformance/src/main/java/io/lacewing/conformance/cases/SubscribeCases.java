package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.SubscribePacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SUBSCRIBE and SUBACK (3.8, 3.9): the packets themselves, right and wrong. */
final class SubscribeCases implements Chapter {
    /** Bytes that are no UTF-8: a lone continuation, an overlong form, a surrogate, a code point too high, half a letter. */
    static final int[][] NOT_UTF8 = {{0x80}, {0xC0, 0xAF}, {0xED, 0xA0, 0x80}, {0xF4, 0x90, 0x80, 0x80}, {'a', 0xC3}};

    private static final int SUBSCRIBE = 0x82;
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    /** What a broker without subscription identifiers may find first. */
    private static final int NO_IDENTIFIERS = 0xA1;

    @Override
    public void addTo(Cases cases) {
        answers(cases);
        faults(cases);
        properties(cases);
    }

    private static void answers(Cases cases) {
        cases.of("subscribe.suback", "Each SUBSCRIBE is answered by a SUBACK with its packet identifier")
                .v3("MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-5")
                .v5("MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-6", "MQTT-3.8.4-7")
                .run(bench -> {
                    Client client = bench.connect();
                    for (int id : new int[] {1, 2, 0x7FFF, 0x8000, 0xFFFF, 1}) {
                        Packet suback = client.subscribe(
                                new SubscribePacket(bench.version(), id).filter(bench.topic("a/" + id), 1));
                        check(List.of(1), suback.reasons(), "the codes");
                    }
                });
        cases.of("subscribe.granted-qos", "Each QoS that can be granted is granted")
                .v3("MQTT-3.8.4-5")
                .v5("MQTT-3.8.4-7")
                .run(bench -> {
                    Client client = bench.connect();
                    for (int qos = 0; qos <= 2; qos++) {
                        Packet suback = client.subscribe(
                                new SubscribePacket(bench.version(), qos + 1).filter(bench.topic("q" + qos), qos));
                        // A server may grant less than was asked for, never more.
                        if (suback.reason() > qos) {
                            throw new Failure("QoS " + qos + " or less should be granted, the answer is " + suback);
                        }
                    }
                });
        cases.of("subscribe.codes-in-order", "SUBACK has a code for each filter, in the filters' order")
                .v3("MQTT-3.8.4-5", "MQTT-3.9.3-1", "MQTT-3.9.3-2")
                .v5("MQTT-3.8.4-6", "MQTT-3.9.3-1", "MQTT-3.9.3-2")
                .run(SubscribeCases::codesInOrder);
        cases.of(
                        "subscribe.bad-among-good",
                        "A filter that is refused has its code, the others work or all are refused")
                .v3("MQTT-3.8.4-4", "MQTT-3.9.3-1", "MQTT-3.9.3-2")
                .v5("MQTT-3.8.4-5", "MQTT-3.9.3-1", "MQTT-3.9.3-2")
                .run(SubscribeCases::badAmongGood);
        cases.of("subscribe.like-several", "Several filters in one packet do what several packets would")
                .v3("MQTT-3.8.4-4")
                .v5("MQTT-3.8.4-5")
                .run(bench -> {
                    Subscriber subscriber = Subscriber.connect(bench);
                    String same = bench.topic("same");
                    Packet suback = subscriber.subscribe(subscriber
                            .subscribePacket()
                            .filter(same, 1)
                            .filter(bench.topic("other"), 1)
                            .filter(same, 0));
                    check(List.of(1, 1, 0), suback.reasons(), "the codes");
                    Client publisher = bench.connect();
                    publisher.publish(same, "same", 1);
                    publisher.publish(bench.topic("other"), "end", 1);
                    // The later entry has replaced the earlier one of the same filter.
                    List<Packet> got = subscriber.until("end");
                    check(List.of("same"), Subscriber.texts(got), "what came");
                    check(0, got.getFirst().qos(), "the QoS of the last subscription");
                });
    }

    private static void codesInOrder(Bench bench) {
        Client client = bench.connect();
        SubscribePacket packet = new SubscribePacket(bench.version(), 77);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int qos = i * 7 % (bench.capabilities().maximumQos() + 1);
            packet.filter(bench.topic("order/" + i), qos);
            expected.add(qos);
        }
        check(expected, client.subscribe(packet).reasons(), "the codes");
    }

    private static void badAmongGood(Bench bench) {
        Subscriber subscriber = Subscriber.connect(bench);
        SubscribePacket packet = subscriber
                .subscribePacket()
                .filter(bench.topic("good"), 1)
                .filter(bench.topic("bad#"), 1)
                .filter(bench.topic("good/too"), 0);
        subscriber.client().send(packet.toArray());
        Packet suback = subscriber.client().receiveOrClose();
        if (suback == null || suback.type() == PacketType.DISCONNECT) {
            // The whole packet may be taken as malformed.
            return;
        }
        check(3, suback.reasons().size(), "the number of codes");
        check(1, suback.reasons().get(0), "the first code");
        check(0, suback.reasons().get(2), "the last code");
        int bad = suback.reasons().get(1);
        if (bench.v5() ? bad < 0x80 : bad != 0x80) {
            throw new Failure("the filter in the middle should be refused, the answer is " + suback);
        }
        Client publisher = bench.connect();
        publisher.publish(bench.topic("good"), "good", 1);
        publisher.publish(bench.topic("good/too"), "end", 1);
        check(List.of("good"), subscriber.textsUntil("end"), "what came");
    }

    private static void faults(Cases cases) {
        cases.of("subscribe.flags", "SUBSCRIBE with other flags than 0010 ends the connection")
                .v3("MQTT-3.8.1-1")
                .v5("MQTT-3.8.1-1")
                .run(bench -> {
                    for (int flags = 0; flags < 16; flags++) {
                        byte[] packet = new SubscribePacket(bench.version(), 1)
                                .filter(bench.topic("flags"), 0)
                                .toArray();
                        packet[0] = (byte) ((SUBSCRIBE & 0xF0) | flags);
                        if (packet[0] != (byte) SUBSCRIBE) {
                            bench.row(
                                    "flags " + flags,
                                    () -> bench.connect().send(packet).expectThrownOut(MALFORMED));
                        }
                    }
                });
        cases.of("subscribe.empty", "SUBSCRIBE without a filter ends the connection")
                .v3("MQTT-3.8.3-3")
                .v5("MQTT-3.8.3-2")
                .run(bench -> bench.connect()
                        .send(new SubscribePacket(bench.version(), 1).toArray())
                        .expectThrownOut(PROTOCOL_ERROR, MALFORMED));
        cases.of(
                        "subscribe.options",
                        "Reserved bits of the options, and values that are not defined, end the connection")
                .v3("MQTT-3.8.3-4")
                .v5("MQTT-3.8.3-5", "MQTT-4.13.1-1")
                .run(bench -> {
                    int[] malformed = bench.v5()
                            ? new int[] {0x40, 0x80, 0xC0, 0x41, 0x82}
                            : new int[] {0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFC, 0x05, 0x82};
                    int[] wrong = bench.v5() ? new int[] {0x03, 0x30, 0x31, 0x32} : new int[] {0x03};
                    for (int options : malformed) {
                        bench.row(
                                "options " + options, () -> send(bench, options).expectThrownOut(MALFORMED));
                    }
                    for (int options : wrong) {
                        bench.row(
                                "options " + options,
                                () -> send(bench, options).expectThrownOut(PROTOCOL_ERROR, MALFORMED));
                    }
                });
        cases.of("subscribe.not-utf8", "A filter that is not UTF-8 ends the connection")
                .v3("MQTT-3.8.3-1")
                .v5("MQTT-3.8.3-1")
                .run(bench -> {
                    for (int[] filter : NOT_UTF8) {
                        bench.row(
                                "filter of " + filter.length + " bytes from " + filter[0],
                                () -> bench.connect()
                                        .send(new SubscribePacket(bench.version(), 1)
                                                .filter(Bytes.of(filter), 0)
                                                .toArray())
                                        .expectThrownOut(MALFORMED));
                    }
                });
        cases.of("subscribe.cut-short", "SUBSCRIBE that ends too early ends the connection")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    byte[] whole = new SubscribePacket(bench.version(), 1)
                            .filter("abc", 0)
                            .toArray();
                    for (int length = 0; length < whole.length - 2; length++) {
                        byte[] body = Arrays.copyOfRange(whole, 2, 2 + length);
                        bench.row(
                                "of " + length + " bytes",
                                () -> bench.connect()
                                        .send(Packets.packet(SUBSCRIBE, body))
                                        .expectThrownOut(MALFORMED, PROTOCOL_ERROR));
                    }
                });
    }

    private static Client send(Bench bench, int options) {
        return bench.connect()
                .send(new SubscribePacket(bench.version(), 1)
                        .filter(bench.topic("options"), options)
                        .toArray());
    }

    private static void properties(Cases cases) {
        cases.of("subscribe.properties", "SUBSCRIBE takes its own properties, each once, and no others")
                .v5("MQTT-4.13.1-1")
                .run(bench -> {
                    for (Property property : Property.values()) {
                        Properties once = new Properties().any(property);
                        boolean isUser = property == Property.USER_PROPERTY;
                        boolean isIdentifier = property == Property.SUBSCRIPTION_IDENTIFIER
                                && bench.capabilities().subscriptionIdentifiers();
                        if (isUser || isIdentifier) {
                            bench.row(
                                    property + " once", () -> with(bench, once).expect(PacketType.SUBACK));
                        } else {
                            bench.row(
                                    property + " is not allowed",
                                    () -> with(bench, once).expectThrownOut(PROTOCOL_ERROR, MALFORMED, NO_IDENTIFIERS));
                        }
                        Properties twice = new Properties().any(property).any(property);
                        if (isUser) {
                            bench.row(
                                    property + " twice",
                                    () -> with(bench, twice).expect(PacketType.SUBACK));
                        } else {
                            bench.row(
                                    property + " twice",
                                    () -> with(bench, twice)
                                            .expectThrownOut(PROTOCOL_ERROR, MALFORMED, NO_IDENTIFIERS));
                        }
                    }
                    Properties zero = new Properties().number(Property.SUBSCRIPTION_IDENTIFIER, 0);
                    bench.row("identifier 0", () -> with(bench, zero).expectThrownOut(PROTOCOL_ERROR, NO_IDENTIFIERS));
                });
        cases.of("subscribe.suback-fits", "SUBACK and UNSUBACK stay within the client's Maximum Packet Size")
                .v5("MQTT-3.9.2-1", "MQTT-3.9.2-2", "MQTT-3.11.2-1", "MQTT-3.11.2-2")
                .run(SubscribeCases::fits);
    }

    private static Client with(Bench bench, Properties properties) {
        byte[] body = new Bytes()
                .u16(1)
                .varInt(properties.toArray().length)
                .raw(properties.toArray())
                .text(bench.topic("properties"))
                .u8(0)
                .toArray();
        return bench.connect().send(Packets.packet(SUBSCRIBE, body));
    }

    /** A maximum that the acknowledgement fits exactly without any property. */
    private static void fits(Bench bench) {
        int filters = 300;
        int maximum = 1 + 2 + 2 + 1 + filters;
        ConnectPacket packet = bench.connectPacket();
        packet.properties().number(Property.MAXIMUM_PACKET_SIZE, maximum);
        Client client = bench.connect(packet);
        SubscribePacket subscribe = new SubscribePacket(bench.version(), 1);
        String[] names = new String[filters];
        for (int i = 0; i < filters; i++) {
            names[i] = bench.topic("f" + i);
            // Some that a server has reason to explain.
            subscribe.filter(i % 3 == 0 ? "$share/g" : names[i], 0);
        }
        client.send(subscribe.toArray());
        Packet suback = client.receiveOrClose();
        if (suback == null || suback.type() == PacketType.DISCONNECT) {
            // The whole packet was taken as malformed; this client has no refused filter in it.
            fitsValid(bench, names, maximum);
            return;
        }
        check(true, suback.size() <= maximum, "that SUBACK has " + maximum + " bytes or less");
        Packet unsuback = client.unsubscribe(names);
        check(true, unsuback.size() <= maximum, "that UNSUBACK has " + maximum + " bytes or less");
    }

    private static void fitsValid(Bench bench, String[] names, int maximum) {
        ConnectPacket packet = bench.connectPacket();
        packet.properties().number(Property.MAXIMUM_PACKET_SIZE, maximum);
        Client client = bench.connect(packet);
        SubscribePacket subscribe = new SubscribePacket(bench.version(), 1);
        for (String name : names) {
            subscribe.filter(name, 0);
        }
        Packet suback = client.subscribe(subscribe);
        check(true, suback.size() <= maximum, "that SUBACK has " + maximum + " bytes or less");
        Packet unsuback = client.unsubscribe(names);
        check(true, unsuback.size() <= maximum, "that UNSUBACK has " + maximum + " bytes or less");
    }
}
