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
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;

/** What is in order but for its number or length: the broker takes it or refuses it, and does not hang. */
final class HostileBulkCases implements Chapter {
    private static final int MANY = 5_000;

    /** What one packet of a case may be long; fits what brokers usually take. */
    private static final int ROOM = 200_000;

    @Override
    public void addTo(Cases cases) {
        cases.of("hostile.many-user-properties", "Thousands of user properties in one packet do no harm")
                .v5("MQTT-4.13.1-1", "MQTT-4.13.2-1")
                .run(Hostile.rows(HostileBulkCases::userProperties));
        cases.of("hostile.many-filters", "Thousands of filters in one packet do no harm, each taken one has its answer")
                .v3("MQTT-3.8.4-4", "MQTT-3.8.4-5", "MQTT-3.10.4-6", "MQTT-4.8.0-1")
                .v5("MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.10.4-6", "MQTT-3.11.3-1", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileBulkCases::filters));
        cases.of("hostile.long-topics", "Topics as long and as deep as the protocol allows do no harm")
                .v3("MQTT-4.7.3-3", "MQTT-4.8.0-1")
                .v5("MQTT-4.7.3-3", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileBulkCases::topics));
        cases.of("hostile.many-packets", "Thousands of packets in one go do no harm, nor does the wrong one after them")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(Hostile.rows(HostileBulkCases::packets));
        cases.of("hostile.byte-by-byte", "Packets that come byte by byte are packets, and wrong ones are refused")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(Hostile.rows(HostileBulkCases::byteByByte));
    }

    private static void needRoom(Bench bench) {
        bench.skipUnless(bench.capabilities().maximumPacketSize() >= ROOM, "the broker takes only smaller packets");
    }

    private static void userProperties(Hostile hostile) throws Exception {
        needRoom(hostile.bench());
        for (Holder holder : Holder.values()) {
            for (String text : new String[] {"", "k", "a longer text "}) {
                Properties properties = new Properties();
                for (int i = 0; i < MANY; i++) {
                    properties.user(text, text);
                }
                byte[] packet = holder.packet(hostile.bench(), properties);
                String what = holder + " with " + MANY + " times '" + text + "'";
                if (holder.type() == PacketType.CONNECT) {
                    connects(hostile, what, packet);
                } else {
                    hostile.handled(what, packet);
                }
            }
        }
    }

    /** The CONNECT is taken, or refused. */
    private static void connects(Hostile hostile, String what, byte[] connect) throws Exception {
        hostile.bench().row(what, () -> {
            Client client = hostile.bench().open().send(connect);
            Packet connack = client.receiveOrClose();
            if (connack != null && connack.reason() == 0) {
                client.expectNothing();
            } else if (connack != null) {
                client.expectClosed();
            }
        });
    }

    private static void filters(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        needRoom(bench);
        SubscribePacket same = new SubscribePacket(bench.version(), 1);
        SubscribePacket different = new SubscribePacket(bench.version(), 2);
        Bytes filters = new Bytes();
        for (int i = 0; i < MANY; i++) {
            same.filter(bench.topic("same"), 0);
            different.filter(bench.topic("f" + i), 0);
            filters.text(bench.topic("f" + i));
        }
        byte[] unsubscribe = Packets.unsubscribe(bench.version(), 3, new Properties(), filters.toArray());
        bench.row(MANY + " filters", () -> {
            Client client = bench.connect();
            // A broker that does not take so many at a time ends the connection.
            boolean taken = answered(client, same.toArray(), PacketType.SUBACK, true)
                    && answered(client, different.toArray(), PacketType.SUBACK, true)
                    && answered(client, unsubscribe, PacketType.UNSUBACK, bench.v5());
            if (taken) {
                client.expectNothing();
            }
        });
        SubscribePacket last = new SubscribePacket(bench.version(), 1);
        for (int i = 0; i < MANY; i++) {
            last.filter(bench.topic("f" + i), 0);
        }
        byte[] wrong = last.filter(Bytes.of(0xFF), 0).toArray();
        hostile.thrownOut(MANY + " filters, and the last is ill-formed", wrong, 0x81);
    }

    private static boolean answered(Client client, byte[] sent, PacketType type, boolean coded) {
        Packet packet = client.send(sent).receiveOrClose();
        if (packet == null || packet.type() == PacketType.DISCONNECT) {
            return false;
        }
        if (packet.type() != type || (coded && packet.reasons().size() != MANY)) {
            throw new Failure(type + " with " + MANY + " codes should come, not " + packet.type() + " with "
                    + packet.reasons().size());
        }
        return true;
    }

    private static void topics(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        needRoom(bench);
        String start = bench.topic("t") + "/";
        String[] ends = {
            "t".repeat(65_535 - start.length()),
            "/".repeat(65_535 - start.length()),
            "a/".repeat(10_000) + "a",
            "\u00E4".repeat(20_000),
            "\uD83D\uDE00/".repeat(9_000)
        };
        for (int i = 0; i < ends.length; i++) {
            String topic = start + ends[i];
            String number = " of long topic " + i;
            int qos = Math.min(1, bench.capabilities().maximumQos());
            byte[] publish = bench.publishPacket(topic, "m").qos(qos, 1).toArray();
            hostile.handled("PUBLISH" + number, publish);
            hostile.handled("SUBSCRIBE" + number, subscribe(bench, topic));
            hostile.handled("SUBSCRIBE with wildcards" + number, subscribe(bench, wild(topic)));
            hostile.handled("UNSUBSCRIBE" + number, Packets.unsubscribe(bench.version(), 1, topic));
            byte[] will = bench.connectPacket().will(topic, "m", 0, false).toArray();
            connects(hostile, "a will" + number, will);
            connects(hostile, "client id" + number, bench.connectPacket(topic).toArray());
            bench.row("both" + number, () -> {
                Client client = bench.connect();
                client.send(subscribe(bench, topic), publish, Packets.pingreq());
                Packet packet = client.receiveOrClose();
                while (packet != null && packet.type() != PacketType.PINGRESP) {
                    packet = client.receiveOrClose();
                }
            });
        }
        byte[] levels = "+/".repeat(30_000).getBytes(StandardCharsets.UTF_8);
        hostile.handled(
                "a filter of 30,000 wildcards",
                new SubscribePacket(bench.version(), 1).filter(levels, 0).toArray());
    }

    private static byte[] subscribe(Bench bench, String filter) {
        return new SubscribePacket(bench.version(), 1).filter(filter, 0).toArray();
    }

    /** The last level, if there are some behind the trial's own, gives way to a wildcard. */
    private static String wild(String topic) {
        return topic.substring(0, topic.lastIndexOf('/') + 1) + "#";
    }

    private static void packets(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        byte[] publish = bench.publishPacket(bench.topic("t"), "m").toArray();
        byte[][] kinds = {
            publish, Packets.pingreq(), Packets.ack(PacketType.PUBACK, 7), subscribe(bench, bench.topic("t"))
        };
        byte[] wrong = new PublishPacket(bench.version(), Bytes.of(0xFF), new byte[0]).toArray();
        for (byte[] kind : kinds) {
            Bytes all = new Bytes();
            for (int i = 0; i < MANY; i++) {
                all.raw(kind);
            }
            String what = MANY + " of type " + (kind[0] >> 4 & 15);
            hostile.handled(what, all.toArray());
            hostile.thrownOut(what + " and a wrong one", all.raw(wrong).toArray(), 0x81);
        }
    }

    private static void byteByByte(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        bench.row("packets that are right", () -> {
            Client client = bench.open();
            for (byte one : bench.connectPacket().toArray()) {
                client.send(new byte[] {one});
            }
            client.expect(PacketType.CONNACK);
            for (byte one : subscribe(bench, bench.topic("t"))) {
                client.send(new byte[] {one});
            }
            client.expect(PacketType.SUBACK);
            for (byte one : bench.publishPacket(bench.topic("t"), "slow").toArray()) {
                client.send(new byte[] {one});
            }
            client.expectPublish("slow");
        });
        bench.row("a packet that is wrong", () -> {
            Client client = bench.connect();
            for (byte one : new PublishPacket(bench.version(), Bytes.of('a', 0xC0, 0x80), new byte[3]).toArray()) {
                client.send(new byte[] {one});
            }
            client.expectThrownOut(0x81);
        });
    }
}
