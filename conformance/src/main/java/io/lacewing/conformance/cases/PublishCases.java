package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.suite.Client;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** PUBLISH (3.3): its flags, its topic name, the answer to it, and overlapping subscriptions. */
final class PublishCases implements Chapter {

    @Override
    public void addTo(Cases cases) {
        cases.of("publish.answer", "Nothing, PUBACK or PUBREC is the answer, as the QoS asks")
                .v3("MQTT-3.3.4-1")
                .v5("MQTT-3.3.4-1")
                .run(PublishCases::answer);
        cases.of("publish.qos-3", "QoS 3 ends the connection")
                .v3("MQTT-3.3.1-4")
                .v5("MQTT-3.3.1-4")
                .run(PublishCases::qos3);
        cases.of("publish.dup-at-qos-0", "DUP at QoS 0 ends the connection")
                .v3("MQTT-3.3.1-2")
                .v5("MQTT-3.3.1-2")
                .run(bench -> {
                    Client client = bench.connect();
                    client.send(bench.publishPacket(bench.topic("t"), "m").dup().toArray());
                    client.expectThrownOut(0x81, 0x82);
                });
        cases.of("publish.dup-not-passed-on", "A subscriber does not see the publisher's DUP")
                .v3("MQTT-3.3.1-3", "MQTT-3.3.1-2")
                .v5("MQTT-3.3.1-3", "MQTT-3.3.1-2")
                .run(PublishCases::dupNotPassedOn);
        cases.of("publish.wildcard-in-topic", "A topic name with a wildcard ends the connection")
                .v3("MQTT-3.3.2-2")
                .v5("MQTT-3.3.2-2")
                .run(PublishCases::wildcardInTopic);
        cases.of("publish.topic-not-utf-8", "A topic name that is not UTF-8, or not there, ends the connection")
                .v3("MQTT-3.3.2-1")
                .v5("MQTT-3.3.2-1")
                .run(PublishCases::topicNotUtf8);
        cases.of("publish.topic-as-published", "A subscriber gets the topic name, which its filter matches")
                .v3("MQTT-3.3.2-1", "MQTT-3.3.2-3")
                .v5("MQTT-3.3.2-1", "MQTT-3.3.2-3")
                .run(PublishCases::topicAsPublished);
        addMore(cases);
    }

    private static void addMore(Cases cases) {
        cases.of("publish.overlapping", "Of overlapping subscriptions the one with the highest QoS is respected")
                .v3("MQTT-3.3.5-1")
                .v5("MQTT-3.3.4-2")
                .run(PublishCases::overlapping);
        cases.of(
                        "publish.unwelcome",
                        "A message on a topic that is the broker's own is answered, or ends the connection")
                .v3("MQTT-3.3.5-2")
                .run(PublishCases::unwelcome);
        cases.of("publish.lossless", "TCP carries messages, however they are cut into segments")
                .v5("MQTT-4.2-1")
                .run(PublishCases::lossless);
    }

    private static void answer(Bench bench) throws Exception {
        for (int qos = 0; qos <= Needs.maximumQos(bench); qos++) {
            int level = qos;
            bench.row("QoS " + qos, () -> {
                Client client = bench.connect();
                client.send(
                        bench.publishPacket(bench.topic("t"), "m").qos(level, 7).toArray());
                if (level == 1) {
                    client.expectAck(PacketType.PUBACK, 7);
                } else if (level == 2) {
                    client.expectAck(PacketType.PUBREC, 7);
                }
                client.expectNothing();
            });
        }
    }

    private static void qos3(Bench bench) throws Exception {
        String topic = bench.topic("t");
        bench.row("alone", () -> {
            Client client = bench.connect();
            client.send(bench.publishPacket(topic, "m").qos(3, 1).toArray());
            client.expectThrownOut(0x81);
        });
        bench.row("with DUP", () -> {
            Client client = bench.connect();
            client.send(bench.publishPacket(topic, "m").qos(3, 1).dup().toArray());
            client.expectThrownOut(0x81);
        });
        bench.row("with RETAIN", () -> {
            Client client = bench.connect();
            client.send(bench.publishPacket(topic, "m").qos(3, 1).retain().toArray());
            client.expectThrownOut(0x81);
        });
    }

    private static void dupNotPassedOn(Bench bench) throws Exception {
        for (int published = 1; published <= Needs.maximumQos(bench); published++) {
            for (int granted = 0; granted <= Needs.maximumQos(bench); granted++) {
                int from = published;
                int to = granted;
                bench.row("from QoS " + published + " to QoS " + granted, () -> {
                    String topic = bench.topic(from + "/" + to);
                    Client subscriber = bench.connect();
                    subscriber.subscribe(topic, to);
                    bench.connect()
                            .publish(
                                    bench.publishPacket(topic, "m").qos(from, 5).dup());
                    Packet came = subscriber.expectPublish("m");
                    if (came.dup() || came.qos() != Math.min(from, to)) {
                        throw new Failure("no DUP and QoS " + Math.min(from, to) + " should come, not " + came);
                    }
                });
            }
        }
    }

    private static void wildcardInTopic(Bench bench) throws Exception {
        for (String topic : List.of("+", "#", "a/+", "a/+/b", "+/a", "a/#", "a+b", "a#", "#/a")) {
            bench.row(topic, () -> {
                Client client = bench.connect();
                client.send(bench.publishPacket(bench.topic(topic), "m").toArray());
                client.expectThrownOut(0x81, 0x82, 0x90);
            });
        }
    }

    private static void topicNotUtf8(Bench bench) throws Exception {
        List<byte[]> names = List.of(
                Bytes.of('a', 0xC3, 0x28),
                Bytes.of('a', 0xE2, 0x82),
                Bytes.of('a', 0xC0, 0xAF),
                Bytes.of('a', 0xED, 0xA0, 0x80),
                Bytes.of('a', 0xF4, 0x90, 0x80, 0x80),
                Bytes.of('a', 0));
        for (byte[] name : names) {
            bench.row(HexFormat.of().formatHex(name), () -> {
                Client client = bench.connect();
                client.send(new PublishPacket(bench.version(), name, Bytes.of('m')).toArray());
                client.expectThrownOut(0x81);
            });
        }
        bench.row("the length goes beyond the packet", () -> {
            Client client = bench.connect();
            client.send(Packets.packet(PacketType.PUBLISH.first(), 0, 5, 'a', 0, 0));
            client.expectThrownOut(0x81);
        });
        bench.row("there is no topic name", () -> {
            Client client = bench.connect();
            client.send(Packets.packet(PacketType.PUBLISH.first()));
            client.expectThrownOut(0x81);
        });
    }

    private static void topicAsPublished(Bench bench) throws Exception {
        Needs.wildcards(bench);
        List<String> names = List.of(
                "a",
                " ",
                "/",
                "//",
                "A",
                "a b",
                "$a",
                "\uFEFFa",
                "\u00E4\u4E2D\uD83D\uDE00",
                "x".repeat(60_000 - bench.topic("").length()));
        Client subscriber = bench.connect();
        subscriber.subscribe(bench.topic("#"), 0);
        Client publisher = bench.connect();
        for (String name : names) {
            publisher.publish(bench.topic(name), "m", 0);
            Packet came = subscriber.expectPublish("m");
            if (!came.topic().equals(bench.topic(name))) {
                throw new Failure("'" + bench.topic(name) + "' should come, not " + came);
            }
        }
        Client other = bench.connect();
        other.subscribe(bench.topic("+/x"), 0);
        publisher.publish(bench.topic("x"), "not", 0);
        publisher.publish(bench.topic("x/x/x"), "not", 0);
        publisher.publish(bench.topic("a/X"), "not", 0);
        publisher.publish(bench.topic("a/x"), "m", 0);
        other.expectPublish("m");
    }

    private static void overlapping(Bench bench) throws Exception {
        Needs.wildcards(bench);
        int most = Needs.maximumQos(bench);
        for (int published = 0; published <= most; published++) {
            for (int granted = 0; granted <= most; granted++) {
                int from = published;
                int to = granted;
                bench.row("published at QoS " + from + ", highest granted QoS " + to, () -> overlap(bench, from, to));
            }
        }
    }

    private static void overlap(Bench bench, int from, int to) {
        String base = from + "/" + to + "/";
        String topic = bench.topic(base + "a");
        Client subscriber = bench.connect();
        subscriber.subscribe(new SubscribePacket(bench.version(), subscriber.nextPacketId())
                .filter(bench.topic(base + "#"), 0)
                .filter(bench.topic(base + "+"), to)
                .filter(topic, Math.max(0, to - 1)));
        Client publisher = bench.connect();
        publisher.publish(topic, "m", from);
        publisher.publish(topic, "marker", from);
        List<Integer> levels = new ArrayList<>();
        for (Packet came = subscriber.expect(PacketType.PUBLISH);
                came.text().equals("m");
                came = subscriber.expect(PacketType.PUBLISH)) {
            levels.add(came.qos());
        }
        int highest = levels.stream().mapToInt(level -> level).max().orElse(-1);
        if (highest != Math.min(from, to) || levels.size() > 3) {
            throw new Failure("the highest QoS should be " + Math.min(from, to) + ", what came had " + levels);
        }
    }

    private static void unwelcome(Bench bench) throws Exception {
        for (int qos = 1; qos <= 2; qos++) {
            int level = qos;
            bench.row("QoS " + qos, () -> {
                Client client = bench.connect();
                client.send(bench.publishPacket("$SYS/" + bench.topic("t"), "m")
                        .qos(level, 3)
                        .toArray());
                Packet came = client.receiveOrClose();
                PacketType right = level == 1 ? PacketType.PUBACK : PacketType.PUBREC;
                if (came != null && (came.type() != right || came.packetId() != 3)) {
                    throw new Failure("a " + right + " for 3 should come, or the connection be closed, not " + came);
                }
            });
        }
    }

    private static void lossless(Bench bench) throws Exception {
        String topic = bench.topic("t");
        int most = (int) Math.min(200_000, bench.capabilities().maximumPacketSize() - topic.length() - 16);
        byte[] payload = new byte[most];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) ('a' + i % 23);
        }
        String text = new String(payload, StandardCharsets.UTF_8);
        Client client = bench.connect();
        client.subscribe(topic, 0);
        byte[] large = bench.publishPacket(topic, text).toArray();
        for (int from = 0, length = 1; from < large.length; from += length, length = 1 + length * 2 % 40_961) {
            int to = Math.min(large.length, from + length);
            client.send(Arrays.copyOfRange(large, from, to));
        }
        client.expectPublish(text);
        byte[][] many = new byte[200][];
        for (int i = 0; i < many.length; i++) {
            many[i] = bench.publishPacket(topic, "m" + i).toArray();
        }
        client.send(many);
        for (int i = 0; i < many.length; i++) {
            client.expectPublish("m" + i);
        }
    }
}
