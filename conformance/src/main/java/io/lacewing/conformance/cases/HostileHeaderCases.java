package io.lacewing.conformance.cases;

import io.lacewing.conformance.suite.Bench;
import io.lacewing.conformance.suite.Cases;
import io.lacewing.conformance.suite.Chapter;
import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.Properties;
import io.lacewing.conformance.wire.Property;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Fixed headers (2.1) as no client may send them: types, flags, remaining lengths. */
final class HostileHeaderCases implements Chapter {
    private static final int MALFORMED = 0x81;
    private static final int PROTOCOL_ERROR = 0x82;

    /** What a client sends after its CONNECT. */
    private static final Set<PacketType> OF_CLIENT = EnumSet.of(
            PacketType.PUBLISH,
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBSCRIBE,
            PacketType.UNSUBSCRIBE,
            PacketType.PINGREQ,
            PacketType.DISCONNECT,
            PacketType.AUTH);

    @Override
    public void addTo(Cases cases) {
        cases.of("hostile.types", "Packets that only a server sends, and types that do not exist, end the connection")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-4.13.1-1")
                .run(Hostile.rows(HostileHeaderCases::types));
        cases.of("hostile.flags", "Whatever reserved flag of a fixed header is set or missing, the packet is malformed")
                .v3("MQTT-2.2.2-2", "MQTT-3.6.1-1", "MQTT-3.8.1-1", "MQTT-3.10.1-1", "MQTT-3.14.1-1", "MQTT-3.3.1-4")
                .v5(
                        "MQTT-2.1.3-1",
                        "MQTT-3.3.1-4",
                        "MQTT-3.6.1-1",
                        "MQTT-3.8.1-1",
                        "MQTT-3.10.1-1",
                        "MQTT-3.14.1-1",
                        "MQTT-3.15.1-1")
                .run(Hostile.rows(HostileHeaderCases::flags));
        cases.of("hostile.before-connect", "Whatever comes before a CONNECT, and is in order, ends the connection")
                .v3("MQTT-3.1.0-1")
                .v5("MQTT-3.1.0-1")
                .run(Hostile.rows(HostileHeaderCases::beforeConnect));
        cases.of("hostile.length-of-five-bytes", "A remaining length of more than four bytes is malformed")
                .v3("MQTT-4.8.0-1")
                .v5("MQTT-1.5.5-1", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileHeaderCases::fiveBytes));
        cases.of("hostile.length-in-long-form", "A remaining length in more bytes than it needs is malformed")
                .v5("MQTT-1.5.5-1")
                .run(Hostile.rows(HostileHeaderCases::longForm));
        cases.of("hostile.body-too-long", "A packet with more in it than belongs to it is malformed")
                .v3("MQTT-3.1.4-1", "MQTT-4.8.0-1")
                .v5("MQTT-3.1.4-1", "MQTT-4.13.1-1")
                .run(Hostile.rows(HostileHeaderCases::tooLong));
        cases.of("hostile.too-large", "A packet that is announced to be too large is refused before it comes")
                .v5("MQTT-3.2.2-15")
                .run(Hostile.rows(HostileHeaderCases::tooLarge));
    }

    /** A packet in order, with all that must be in it and no more. */
    private static byte[] packet(Bench bench, PacketType type) {
        boolean v5 = bench.v5();
        Properties none = new Properties();
        return switch (type) {
            case CONNECT -> bench.connectPacket().toArray();
            case CONNACK -> Packets.packet(type.first(), v5 ? Bytes.of(0, 0, 0) : Bytes.of(0, 0));
            case PUBLISH -> bench.publishPacket(bench.topic("t"), "m").toArray();
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> Packets.ack(type, 1);
            case SUBSCRIBE -> Holder.SUBSCRIBE.packet(bench, none);
            case SUBACK -> Packets.packet(type.first(), v5 ? Bytes.of(0, 1, 0, 0) : Bytes.of(0, 1, 0));
            case UNSUBSCRIBE -> Packets.unsubscribe(bench.version(), 1, bench.topic("t"));
            case UNSUBACK -> Packets.packet(type.first(), v5 ? Bytes.of(0, 1, 0, 0) : Bytes.of(0, 1));
            case RESERVED, PINGREQ, PINGRESP, DISCONNECT -> Packets.packet(type.first());
            case AUTH -> Packets.auth(0x18, none.text(Property.AUTHENTICATION_METHOD, "m"));
        };
    }

    private static void types(Hostile hostile) throws Exception {
        for (PacketType type : PacketType.values()) {
            // An AUTH in turn is right in v5; out of turn it is a protocol error, as a second CONNECT is.
            if (!OF_CLIENT.contains(type) || type == PacketType.AUTH) {
                byte[] packet = packet(hostile.bench(), type);
                // That there is no such type is either: malformed, or a protocol error.
                int[] reasons = type == PacketType.RESERVED
                        ? new int[] {MALFORMED, PROTOCOL_ERROR}
                        : new int[] {PROTOCOL_ERROR};
                hostile.thrownOut(type + " in order", packet, reasons);
                for (int length : new int[] {0, 1, 2, 5}) {
                    byte[] zeros = Packets.packet(type.first(), new byte[length]);
                    hostile.thrownOut(type + " of " + length + " zeros", zeros, MALFORMED, PROTOCOL_ERROR);
                }
            }
        }
    }

    private static void flags(Hostile hostile) throws Exception {
        for (PacketType type : OF_CLIENT) {
            if (type != PacketType.PUBLISH && (type != PacketType.AUTH || hostile.v5())) {
                byte[] right = packet(hostile.bench(), type);
                for (int flip = 1; flip < 16; flip++) {
                    hostile.thrownOut(type + ", flags changed by " + flip, flipped(right, flip), MALFORMED);
                }
            }
        }
        byte[] connect = packet(hostile.bench(), PacketType.CONNECT);
        for (int flip = 1; flip < 16; flip++) {
            // Before the version is known there is no form for an answer.
            hostile.notTaken("CONNECT, flags changed by " + flip, flipped(connect, flip));
        }
        for (int flags : new int[] {0x06, 0x07, 0x0E, 0x0F}) {
            byte[] packet = packet(hostile.bench(), PacketType.PUBLISH);
            hostile.thrownOut("PUBLISH at QoS 3, flags " + flags, flipped(packet, flags), MALFORMED);
        }
    }

    private static byte[] flipped(byte[] packet, int bits) {
        byte[] flipped = packet.clone();
        flipped[0] ^= (byte) bits;
        return flipped;
    }

    private static void beforeConnect(Hostile hostile) throws Exception {
        for (PacketType type : PacketType.values()) {
            if (type != PacketType.CONNECT) {
                byte[] packet = packet(hostile.bench(), type);
                hostile.notTaken(type + " comes first", packet);
                byte[] connect = packet(hostile.bench(), PacketType.CONNECT);
                hostile.notTaken(type + " comes first, and a CONNECT next", packet, connect);
            }
        }
    }

    private static void fiveBytes(Hostile hostile) throws Exception {
        for (PacketType type : PacketType.values()) {
            for (int last : new int[] {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
                byte[] small = Bytes.of(type.first(), 0x80, 0x80, 0x80, 0x80, last);
                byte[] great = Bytes.of(type.first(), 0xFF, 0xFF, 0xFF, 0xFF, last);
                if (type == PacketType.CONNECT) {
                    hostile.notTaken(type + " of five bytes of length, the last " + last, small);
                    hostile.notTaken(type + " of five great bytes of length, the last " + last, great);
                } else if (OF_CLIENT.contains(type) && (type != PacketType.AUTH || hostile.v5())) {
                    // Where there is a maximum, four bytes are enough to see that it is passed.
                    hostile.thrownOut(type + " of five bytes of length, the last " + last, small, MALFORMED);
                    hostile.thrownOut(
                            type + " of five great bytes of length, the last " + last, great, MALFORMED, 0x95);
                }
            }
        }
    }

    private static void longForm(Hostile hostile) throws Exception {
        for (PacketType type : PacketType.values()) {
            if (type == PacketType.CONNECT || OF_CLIENT.contains(type)) {
                byte[] right = packet(hostile.bench(), type);
                byte[] body = Arrays.copyOfRange(right, 2, right.length);
                for (int bytes = 2; bytes <= 4; bytes++) {
                    Bytes packet = new Bytes().u8(right[0]).u8(body.length | 0x80);
                    for (int i = 2; i < bytes; i++) {
                        packet.u8(0x80);
                    }
                    byte[] sent = packet.u8(0).raw(body).toArray();
                    hostile.refused(type, type + " with " + bytes + " bytes of length", sent, MALFORMED);
                }
            }
        }
    }

    private static void tooLong(Hostile hostile) throws Exception {
        for (PacketType type : PacketType.values()) {
            boolean open = type == PacketType.PUBLISH || (type == PacketType.AUTH && !hostile.v5());
            if ((type == PacketType.CONNECT || OF_CLIENT.contains(type)) && !open) {
                byte[] right = packet(hostile.bench(), type);
                byte[] body = Arrays.copyOfRange(right, 2, right.length);
                boolean optional = hostile.v5() && shortForm(type);
                for (byte[] extra : new byte[][] {{0}, {0, 1}, {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF}}) {
                    // In v5 a reason code of 0 alone may follow, but no unknown one, nor properties that are cut.
                    if (!optional || extra.length > 1) {
                        byte[] sent = Packets.packet(
                                right[0], new Bytes().raw(body).raw(extra).toArray());
                        String what = type + " with " + extra.length + " bytes more, " + extra[0];
                        hostile.refused(type, what, sent, MALFORMED, PROTOCOL_ERROR);
                    }
                }
            }
        }
    }

    private static boolean shortForm(PacketType type) {
        return switch (type) {
            case PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT, AUTH -> true;
            default -> false;
        };
    }

    private static void tooLarge(Hostile hostile) throws Exception {
        Bench bench = hostile.bench();
        long maximum = bench.capabilities().maximumPacketSize();
        bench.skipUnless(maximum < 268_435_455, "the broker names no maximum packet size");
        for (PacketType type : OF_CLIENT) {
            // The broker may know as well that a packet of the type never is so long.
            int[] reasons = type == PacketType.PUBLISH || type == PacketType.SUBSCRIBE || type == PacketType.UNSUBSCRIBE
                    ? new int[] {0x95}
                    : new int[] {0x95, MALFORMED, PROTOCOL_ERROR};
            byte[] greatest = Bytes.of(type.first(), 0xFF, 0xFF, 0xFF, 0x7F);
            hostile.thrownOut(type + " of 268,435,455 bytes is announced", greatest, reasons);
            int lengthBytes = new Bytes().varInt((int) maximum).toArray().length;
            int body = (int) maximum - lengthBytes;
            byte[] over = new Bytes().u8(type.first()).varInt(body).toArray();
            hostile.thrownOut(type + " of one byte more than the maximum is announced", over, reasons);
            byte[] begun = new Bytes().raw(over).raw(new byte[100]).toArray();
            hostile.thrownOut(type + " of one byte more than the maximum is begun", begun, reasons);
        }
    }
}
