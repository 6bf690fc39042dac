package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.ConnectPacket;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.SubscribePacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every text that a client sends (1.5.4, 1.5.3 of 3.1.1): not UTF-8, with U+0000, or longer than what it stands in. */
final class HostileTextCases implements Chapter {
    /** What stands in a text that is in order; its last byte is never right in the place of something else. */
    private static final byte[] MARK = "mark~".getBytes(StandardCharsets.UTF_8);

    private static final Map<String, byte[]> ILL_FORMED = new TreeMap<>(Map.ofEntries(
            Map.entry("the first high surrogate", Bytes.of(0xED, 0xA0, 0x80)),
            Map.entry("the last low surrogate", Bytes.of(0xED, 0xBF, 0xBF)),
            Map.entry("a pair of surrogates", Bytes.of(0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80)),
            Map.entry("a null of two bytes", Bytes.of(0xC0, 0x80)),
            Map.entry("a letter of two bytes", Bytes.of(0xC1, 0x81)),
            Map.entry("a slash of three bytes", Bytes.of(0xE0, 0x80, 0xAF)),
            Map.entry("a slash of four bytes", Bytes.of(0xF0, 0x80, 0x80, 0xAF)),
            Map.entry("a code point beyond the last", Bytes.of(0xF4, 0x90, 0x80, 0x80)),
            Map.entry("a form of five bytes", Bytes.of(0xF8, 0x88, 0x80, 0x80, 0x80)),
            Map.entry("a lone byte of the middle", Bytes.of(0x80)),
            Map.entry("a beginning without an end", Bytes.of(0xE2, 0x82)),
            Map.entry("a byte that never comes", Bytes.of(0xFF))));

    private static final Map<String, byte[]> NULL = Map.of("U+0000", Bytes.of(0));

    @FunctionalInterface
    private interface Builder {
        /** A packet in order, but for the given text. */
        byte[] packet(byte[] text);
    }

    /** A text in a packet. */
    private record Field(String name, PacketType type, Builder builder) {
        int[] reasons() {
            return type == PacketType.AUTH ? new int[] {0x81, 0x82} : new int[] {0x81};
        }
    }

    @Override
    public void addTo(Cases cases) {
        cases.of("hostile.text-ill-formed", "A text that is not well-formed UTF-8 is malformed, whichever it is")
                .v3("MQTT-1.5.3-1", "MQTT-3.1.3-4", "MQTT-3.1.3-10", "MQTT-3.1.3-11", "MQTT-3.3.2-1", "MQTT-3.8.3-1")
                .v5("MQTT-1.5.4-1", "MQTT-3.1.3-4", "MQTT-3.1.3-11", "MQTT-3.1.3-12", "MQTT-3.3.2-1", "MQTT-3.8.3-1")
                .run(Hostile.rows(hostile -> spoiled(hostile, ILL_FORMED)));
        cases.of("hostile.text-null", "A text with U+0000 ends the connection, whichever it is")
                .v3("MQTT-1.5.3-2", "MQTT-4.7.3-2")
                .v5("MQTT-1.5.4-2", "MQTT-4.7.3-2")
                .run(Hostile.rows(hostile -> spoiled(hostile, NULL)));
        cases.of("hostile.text-length", "A text that is longer or shorter than its place ends the connection")
                .v3("MQTT-3.1.4-1", "MQTT-4.8.0-1")
                .v5("MQTT-3.1.4-1", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileTextCases::lengths));
    }

    private static void spoiled(Hostile hostile, Map<String, byte[]> faults) throws Exception {
        for (Field field : fields(hostile.bench())) {
            for (Map.Entry<String, byte[]> fault : faults.entrySet()) {
                byte[] inside =
                        new Bytes().u8('a').raw(fault.getValue()).u8('b').toArray();
                String what = field.name() + " with " + fault.getKey();
                hostile.refused(field.type(), what, field.builder().packet(inside), field.reasons());
                byte[] atEnd = Arrays.copyOf(inside, inside.length - 1);
                hostile.refused(field.type(), what + " last", field.builder().packet(atEnd), field.reasons());
            }
        }
    }

    private static void lengths(Hostile hostile) throws Exception {
        for (Field field : fields(hostile.bench())) {
            byte[] packet = field.builder().packet(MARK);
            int place = place(packet);
            int beyond = packet.length - place - 1;
            for (int length : new int[] {beyond, 0x7FFF, 0x8000, 0xFFFF}) {
                row(hostile, field, packet, place, length);
            }
            // In MQTT 3.1.1 the rest of a topic name is a payload.
            if (hostile.v5() || field.type() != PacketType.PUBLISH) {
                row(hostile, field, packet, place, MARK.length - 1);
            }
        }
    }

    private static void row(Hostile hostile, Field field, byte[] packet, int place, int length) throws Exception {
        byte[] spoiled = packet.clone();
        spoiled[place] = (byte) (length >> 8);
        spoiled[place + 1] = (byte) length;
        String what = field.name() + " whose length is said to be " + length + ", not " + MARK.length;
        hostile.refused(field.type(), what, spoiled, field.reasons());
    }

    /** Where the length stands before the mark. */
    private static int place(byte[] packet) {
        byte[] sought = new Bytes().binary(MARK).toArray();
        for (int at = 0; at + sought.length <= packet.length; at++) {
            if (Arrays.equals(packet, at, at + sought.length, sought, 0, sought.length)) {
                return at;
            }
        }
        throw new IllegalStateException("there is no mark in the packet");
    }

    private static List<Field> fields(Bench bench) {
        List<Field> fields = new ArrayList<>(List.of(
                new Field(
                        "client id",
                        PacketType.CONNECT,
                        text -> bench.connectPacket().clientId(text).toArray()),
                new Field(
                        "will topic",
                        PacketType.CONNECT,
                        text -> will(bench, text).toArray()),
                new Field(
                        "user name",
                        PacketType.CONNECT,
                        text -> bench.connectPacket()
                                .userName(text)
                                .password(MARK)
                                .toArray()),
                new Field(
                        "topic name",
                        PacketType.PUBLISH,
                        text -> new PublishPacket(bench.version(), text, new byte[0]).toArray()),
                new Field(
                        "filter",
                        PacketType.SUBSCRIBE,
                        text -> new SubscribePacket(bench.version(), 1)
                                .filter(text, 0)
                                .toArray()),
                new Field(
                        "second filter",
                        PacketType.SUBSCRIBE,
                        text -> new SubscribePacket(bench.version(), 1)
                                .filter(bench.topic("t"), 0)
                                .filter(text, 0)
                                .toArray()),
                new Field(
                        "filter to unsubscribe",
                        PacketType.UNSUBSCRIBE,
                        text -> Packets.unsubscribe(
                                bench.version(),
                                1,
                                new Properties(),
                                new Bytes().binary(text).toArray())),
                new Field(
                        "second filter to unsubscribe",
                        PacketType.UNSUBSCRIBE,
                        text -> Packets.unsubscribe(
                                bench.version(),
                                1,
                                new Properties(),
                                new Bytes().text(bench.topic("t")).binary(text).toArray()))));
        if (bench.v5()) {
            addProperties(fields, bench);
        }
        return fields;
    }

    private static ConnectPacket will(Bench bench, byte[] topic) {
        return bench.connectPacket().will(topic, new byte[0], 0, false, new Properties());
    }

    private static void addProperties(List<Field> fields, Bench bench) {
        for (Holder holder : Holder.values()) {
            for (Property property : holder.own()) {
                String name = holder + "'s " + property;
                if (property.form() == Property.Form.TEXT) {
                    fields.add(new Field(
                            name,
                            holder.type(),
                            text -> holder.packet(bench, new Properties().binary(property, text))));
                } else if (property.form() == Property.Form.PAIR) {
                    byte[] other = {'x'};
                    fields.add(new Field(
                            name + " name",
                            holder.type(),
                            text -> holder.packet(bench, new Properties().user(text, other))));
                    fields.add(new Field(
                            name + " value",
                            holder.type(),
                            text -> holder.packet(bench, new Properties().user(other, text))));
                }
            }
        }
    }
}
