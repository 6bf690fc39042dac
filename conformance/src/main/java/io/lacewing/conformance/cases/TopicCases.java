package io.lacewing.conformance.cases;

import static io.lacewing.conformance.cases.Subscriber.check;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is no topic name or filter (4.7): wildcards out of place, nothing at all, the null character, and lengths. */
final class TopicCases implements Chapter {
    private static final List<String> BAD_HASH =
            List.of("a#", "#a", "a/#/b", "#/", "#/#", "##", "a/##", "/#a", "a/b#", "a/#/", "#/a", "a#/b", "#+", "+#");
    private static final List<String> BAD_PLUS =
            List.of("a+", "+a", "a/b+", "a/+b", "a/b+/c", "a/+b/c", "++", "a/++/b", "+/a+", "a+/#");

    private static final int FILTER_INVALID = 0x8F;
    private static final int NAME_INVALID = 0x90;
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    @Override
    public void addTo(Cases cases) {
        wildcards(cases);
        characters(cases);
        lengths(cases);
    }

    private static void wildcards(Cases cases) {
        cases.of("topic.hash-out-of-place", "A filter with # but not as its last level is refused")
                .v3("MQTT-4.7.1-2")
                .v5("MQTT-4.7.1-1")
                .run(bench -> {
                    for (String filter : BAD_HASH) {
                        bench.row(filter, () -> refused(bench, filter));
                    }
                });
        cases.of("topic.plus-out-of-place", "A filter with + beside other characters of its level is refused")
                .v3("MQTT-4.7.1-3")
                .v5("MQTT-4.7.1-2")
                .run(bench -> {
                    for (String filter : BAD_PLUS) {
                        bench.row(filter, () -> refused(bench, filter));
                    }
                });
        cases.of("topic.unsubscribe-out-of-place", "Such filters in UNSUBSCRIBE delete nothing")
                .v3("MQTT-3.10.4-1")
                .v5("MQTT-3.10.4-1")
                .run(bench -> {
                    for (String bad : List.of("a#", "a/#/b", "+a", "")) {
                        bench.row(bad, () -> {
                            Client client = bench.connect();
                            client.send(Packets.unsubscribe(bench.version(), 1, bad));
                            Packet answer = client.receiveOrClose();
                            if (answer != null && answer.type() == PacketType.UNSUBACK && bench.v5()) {
                                check(
                                        true,
                                        answer.reason() == 0x11 || answer.reason() >= 0x80,
                                        "that it is no success");
                            }
                        });
                    }
                });
        cases.of("topic.name-with-wildcards", "A message with a wildcard in its topic name reaches nobody")
                .v3("MQTT-4.7.1-1", "MQTT-3.3.2-2")
                .v5("MQTT-4.7.0-1", "MQTT-3.3.2-2")
                .run(bench -> {
                    for (String end : List.of("#", "+", "a#", "a+", "a/#", "+/a", "a/+/b", "#/")) {
                        for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                            int level = qos;
                            bench.row(end + " at QoS " + qos, () -> nobody(bench, end, level));
                        }
                    }
                });
    }

    /** A SUBSCRIBE is refused: by its code, or by the end of the connection. */
    static void refused(Bench bench, String filter) {
        Client client = bench.connect();
        client.send(new SubscribePacket(bench.version(), 1).filter(filter, 0).toArray());
        Packet answer = client.receiveOrClose();
        if (answer == null) {
            check(false, bench.strict() && bench.v5(), "that it is closed without an answer");
        } else if (answer.type() == PacketType.DISCONNECT) {
            int reason = answer.reason();
            boolean isRight = reason == FILTER_INVALID || reason == MALFORMED || reason == PROTOCOL_ERROR;
            check(true, isRight, "that " + answer + " is right");
            client.expectClosed();
        } else if (bench.v5()) {
            boolean isRight = answer.reason() == FILTER_INVALID || (!bench.strict() && answer.reason() >= 0x80);
            check(true, isRight, "that " + answer + " refuses the filter");
            client.expectNothing();
        } else {
            check(List.of(0x80), answer.reasons(), "the code");
            client.expectNothing();
        }
    }

    private static void nobody(Bench bench, String end, int qos) {
        String base = bench.topic("w" + qos);
        Subscriber subscriber = Subscriber.connect(bench).subscribe(base + "/end", 0);
        if (bench.capabilities().wildcards()) {
            subscriber.subscribe(base + "/#", 0).unsubscribe(base + "/end");
        }
        Client publisher = bench.connect();
        publisher.send(new PublishPacket(bench.version(), base + "/" + end, "bad")
                .qos(qos, 1)
                .toArray());
        Packet answer = publisher.receiveOrClose();
        if (answer != null && answer.type() != PacketType.DISCONNECT) {
            check(
                    true,
                    answer.reasons().stream().anyMatch(code -> code == NAME_INVALID),
                    "that " + answer + " refuses");
        } else if (answer != null) {
            int reason = answer.reason();
            check(true, reason == NAME_INVALID || reason == MALFORMED || reason == PROTOCOL_ERROR, "that it is right");
        }
        bench.connect().publish(base + "/end", "end", 1);
        check(List.of(), subscriber.textsUntil("end"), "what came");
    }

    private static void characters(Cases cases) {
        cases.of("topic.empty", "Topic names and filters have a character or more")
                .v3("MQTT-4.7.3-1")
                .v5("MQTT-4.7.3-1")
                .run(bench -> {
                    bench.row("filter", () -> refused(bench, ""));
                    for (int qos = 0; qos <= bench.capabilities().maximumQos(); qos++) {
                        byte[] packet = bench.publishPacket("", "m").qos(qos, 1).toArray();
                        bench.row(
                                "name at QoS " + qos,
                                () -> bench.connect()
                                        .send(packet)
                                        .expectThrownOut(PROTOCOL_ERROR, MALFORMED, NAME_INVALID));
                    }
                });
        cases.of("topic.null-character", "Topic names and filters do not hold the null character")
                .v3("MQTT-4.7.3-2")
                .v5("MQTT-4.7.3-2")
                .run(bench -> {
                    for (String topic : List.of("\0", "\0a", "a\0b", "a/\0/b", "a\0")) {
                        byte[][] packets = {
                            bench.publishPacket(topic, "m").toArray(),
                            bench.publishPacket(topic, "m").qos(1, 1).toArray(),
                            new SubscribePacket(bench.version(), 1)
                                    .filter(topic, 0)
                                    .toArray(),
                            Packets.unsubscribe(bench.version(), 1, topic),
                        };
                        for (int i = 0; i < packets.length; i++) {
                            byte[] packet = packets[i];
                            bench.row(
                                    topic.replace('\0', '0') + " in packet " + i,
                                    () -> bench.connect().send(packet).expectThrownOut(MALFORMED));
                        }
                    }
                });
    }

    private static void lengths(Cases cases) {
        cases.of("topic.one-character", "One character is enough, and a slash is one")
                .v3("MQTT-4.7.3-1")
                .v5("MQTT-4.7.3-1")
                .run(bench -> {
                    Client client = bench.connect();
                    for (String filter : List.of("/", "a", " ", "\u00E9", "//")) {
                        client.subscribe(filter, 0);
                        // A message to such a topic may be of another run; it is not looked at.
                        new Subscriber(bench, client).unsubscribe(filter);
                    }
                });
        cases.of("topic.longest", "Topic names and filters of 65,535 bytes work, and differ in the last byte")
                .v3("MQTT-4.7.3-3")
                .v5("MQTT-4.7.3-3")
                .run(TopicCases::longest);
    }

    private static void longest(Bench bench) {
        bench.skipUnless(bench.capabilities().maximumPacketSize() > 70_000, "the broker takes no packet that large");
        int longest = 65_535;
        String start = bench.topic("long/");
        for (String letter : List.of("x", "\u00E9")) {
            int size = letter.getBytes(StandardCharsets.UTF_8).length;
            int count = (longest - 1 - start.length()) / size;
            String fill = start + letter.repeat(count);
            String pad = "y".repeat(longest - 1 - fill.getBytes(StandardCharsets.UTF_8).length);
            String topic = fill + pad + "1";
            String other = fill + pad + "2";
            Subscriber subscriber = Subscriber.connect(bench).subscribe(topic, 1);
            Client publisher = bench.connect();
            publisher.publish(other, "other", 1);
            publisher.publish(topic, "end", 1);
            check(List.of(), subscriber.textsUntil("end"), "what came of the other topic");
            subscriber.unsubscribe(topic);
            if (bench.capabilities().wildcards()) {
                Subscriber wide = Subscriber.connect(bench).subscribe(start + "+", 1);
                publisher.publish(topic, "end", 1);
                wide.until("end");
            }
        }
        String tooLong = start + "x".repeat(longest + 1 - start.length());
        // Its length does not fit the two bytes: what arrives is a topic of no bytes, and a rest.
        Client client = bench.connect().send(bench.publishPacket(tooLong, "").toArray());
        Packet answer = client.receiveOrClose();
        if (answer != null && answer.type() != PacketType.DISCONNECT) {
            throw new Failure("a topic of 65,536 bytes can't be, yet " + answer + " came");
        }
    }
}
