package io.lacewing.conformance.wire;

import io.lacewing.conformance.wire.Packet.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a packet from the broker and complains of everything that the standards forbid a server to send: types that only
 * clients send, reserved flags, codes and properties that are not the packet's, text that is not UTF-8.
 */
final class PacketParser {
    private static final Set<Integer> CONNACK_V5 = Set.of(
            0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A,
            0x9B, 0x9C, 0x9D, 0x9F);
    private static final Set<Integer> PUBACK_V5 = Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    private static final Set<Integer> PUBREL_V5 = Set.of(0x00, 0x92);
    private static final Set<Integer> SUBACK_V5 =
            Set.of(0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2);
    private static final Set<Integer> UNSUBACK_V5 = Set.of(0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91);
    private static final Set<Integer> DISCONNECT_V5 = Set.of(
            0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
            0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2);
    private static final Set<Integer> AUTH_V5 = Set.of(0x00, 0x18);

    private final Version version;
    private final PacketType type;
    private final int flags;
    private final ByteBuffer in;
    private final int size;
    private final List<Integer> reasons = new ArrayList<>();
    private final List<Entry> properties = new ArrayList<>();
    private boolean sessionPresent;
    private String topic = "";
    private int packetId;
    private byte[] payload = {};

    PacketParser(Version version, int first, byte[] body, int size) {
        this.version = version;
        this.type = PacketType.values()[(first >> 4) & 15];
        this.flags = first & 15;
        this.in = ByteBuffer.wrap(body);
        this.size = size;
    }

    private boolean v5() {
        return version == Version.V5;
    }

    Packet parse() {
        if (type != PacketType.PUBLISH && flags != (type.first() & 15)) {
            throw new MalformedException(type + " with flags " + flags);
        }
        switch (type) {
            case CONNACK -> connack();
            case PUBLISH -> publish();
            case PUBACK, PUBREC -> ack(PUBACK_V5);
            case PUBREL, PUBCOMP -> ack(PUBREL_V5);
            case SUBACK -> suback();
            case UNSUBACK -> unsuback();
            case PINGRESP -> {}
            case DISCONNECT -> farewell(DISCONNECT_V5);
            case AUTH -> farewell(AUTH_V5);
            case RESERVED, CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ ->
                throw new MalformedException("a server does not send " + type);
        }
        if (in.hasRemaining()) {
            throw new MalformedException(type + " with " + in.remaining() + " bytes too many");
        }
        return new Packet(type, flags, sessionPresent, topic, packetId, reasons, properties, payload, size);
    }

    private void connack() {
        int acknowledge = u8();
        if (acknowledge > 1) {
            throw new MalformedException("CONNACK with flags " + acknowledge);
        }
        sessionPresent = acknowledge == 1;
        int reason = u8();
        reasons.add(reason);
        if (v5() && reason == 1 && !in.hasRemaining()) {
            return; // how a server that knows nothing newer than MQTT 3.1.1 says so
        }
        if (v5()) {
            check(CONNACK_V5.contains(reason), "CONNACK with reason code " + reason);
            properties();
        } else {
            check(reason <= 5, "CONNACK with return code " + reason);
        }
        check(reason == 0 || !sessionPresent, "CONNACK with an error and Session Present");
    }

    private void publish() {
        int qos = (flags >> 1) & 3;
        check(qos < 3, "PUBLISH with QoS 3");
        check(qos > 0 || (flags & 8) == 0, "PUBLISH with DUP at QoS 0");
        topic = text();
        check(topic.indexOf('+') < 0 && topic.indexOf('#') < 0, "PUBLISH with wildcards in its topic name");
        if (qos > 0) {
            packetId();
        }
        if (v5()) {
            properties();
        }
        check(!topic.isEmpty() || properties.stream().anyMatch(e -> e.property() == Property.TOPIC_ALIAS), "no topic");
        payload = new byte[in.remaining()];
        in.get(payload);
    }

    private void ack(Set<Integer> codes) {
        packetId();
        int reason = v5() && in.hasRemaining() ? u8() : 0;
        check(codes.contains(reason), type + " with reason code " + reason);
        reasons.add(reason);
        if (v5() && in.hasRemaining()) {
            properties();
        }
    }

    private void suback() {
        packetId();
        if (v5()) {
            properties();
        }
        while (in.hasRemaining()) {
            int reason = u8();
            check(v5() ? SUBACK_V5.contains(reason) : reason <= 2 || reason == 0x80, "SUBACK with code " + reason);
            reasons.add(reason);
        }
        check(!reasons.isEmpty(), "SUBACK without codes");
    }

    private void unsuback() {
        packetId();
        if (!v5()) {
            return;
        }
        properties();
        while (in.hasRemaining()) {
            int reason = u8();
            check(UNSUBACK_V5.contains(reason), "UNSUBACK with reason code " + reason);
            reasons.add(reason);
        }
        check(!reasons.isEmpty(), "UNSUBACK without reason codes");
    }

    private void farewell(Set<Integer> codes) {
        check(v5(), "a server does not send " + type + " in MQTT 3.1.1");
        int reason = in.hasRemaining() ? u8() : 0;
        check(codes.contains(reason), type + " with reason code " + reason);
        reasons.add(reason);
        if (in.hasRemaining()) {
            properties();
        }
    }

    private void packetId() {
        packetId = u16();
        check(packetId != 0, type + " with packet identifier 0");
    }

    private void properties() {
        int length = varInt();
        check(length <= in.remaining(), type + " with a property length beyond its end");
        int end = in.position() + length;
        Set<Property> seen = EnumSet.noneOf(Property.class);
        while (in.position() < end) {
            Property property = Property.of(varInt());
            check(allowed(property), type + " with " + property);
            boolean repeatable = property == Property.USER_PROPERTY
                    || (type == PacketType.PUBLISH && property == Property.SUBSCRIPTION_IDENTIFIER);
            check(seen.add(property) || repeatable, type + " with two of " + property);
            properties.add(new Entry(property, value(property)));
        }
        check(in.position() == end, type + " with a property that goes beyond the property length");
    }

    private Object value(Property property) {
        return switch (property.form()) {
            case BYTE -> {
                long value = u8();
                check(value <= 1, property + " is " + value);
                yield value;
            }
            case TWO_BYTES -> number(property, u16());
            case FOUR_BYTES -> number(property, ((long) u16() << 16) | u16());
            case VARIABLE -> number(property, varInt());
            case TEXT -> text();
            case BINARY -> binary();
            case PAIR -> Map.entry(text(), text());
        };
    }

    private static Long number(Property property, long value) {
        boolean mayBeZero = property != Property.RECEIVE_MAXIMUM
                && property != Property.MAXIMUM_PACKET_SIZE
                && property != Property.SUBSCRIPTION_IDENTIFIER
                && property != Property.TOPIC_ALIAS;
        check(value != 0 || mayBeZero, property + " is 0");
        return value;
    }

    private boolean allowed(Property property) {
        return switch (property) {
            case PAYLOAD_FORMAT_INDICATOR,
                    MESSAGE_EXPIRY_INTERVAL,
                    CONTENT_TYPE,
                    RESPONSE_TOPIC,
                    CORRELATION_DATA,
                    SUBSCRIPTION_IDENTIFIER,
                    TOPIC_ALIAS -> type == PacketType.PUBLISH;
            case SESSION_EXPIRY_INTERVAL,
                    ASSIGNED_CLIENT_IDENTIFIER,
                    SERVER_KEEP_ALIVE,
                    RESPONSE_INFORMATION,
                    RECEIVE_MAXIMUM,
                    TOPIC_ALIAS_MAXIMUM,
                    MAXIMUM_QOS,
                    RETAIN_AVAILABLE,
                    MAXIMUM_PACKET_SIZE,
                    WILDCARD_SUBSCRIPTION_AVAILABLE,
                    SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                    SHARED_SUBSCRIPTION_AVAILABLE -> type == PacketType.CONNACK;
            case AUTHENTICATION_METHOD, AUTHENTICATION_DATA -> type == PacketType.CONNACK || type == PacketType.AUTH;
            case SERVER_REFERENCE -> type == PacketType.CONNACK || type == PacketType.DISCONNECT;
            case REASON_STRING -> type != PacketType.PUBLISH;
            case USER_PROPERTY -> true;
            case REQUEST_PROBLEM_INFORMATION, WILL_DELAY_INTERVAL, REQUEST_RESPONSE_INFORMATION -> false;
        };
    }

    // ---- data representation (1.5) ----

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new MalformedException(otherwise);
        }
    }

    private void need(int bytes) {
        check(in.remaining() >= bytes, type + " is " + bytes + " bytes or more too short");
    }

    private int u8() {
        need(1);
        return in.get() & 0xFF;
    }

    private int u16() {
        need(2);
        return in.getShort() & 0xFFFF;
    }

    private int varInt() {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = u8();
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                check(next != 0 || shift == 0, "a variable byte integer that is not in its shortest form");
                return value;
            }
        }
        throw new MalformedException("a variable byte integer of more than four bytes");
    }

    private byte[] binary() {
        byte[] bytes = new byte[u16()];
        need(bytes.length);
        in.get(bytes);
        return bytes;
    }

    private String text() {
        byte[] bytes = binary();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            check(text.indexOf('\0') < 0, "a string with U+0000");
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedException("a string that is not UTF-8: " + e.getMessage());
        }
    }
}
