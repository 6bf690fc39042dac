package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes every packet that a server sends but PUBLISH, for which see {@link PublishEncoder}. */
final class PacketEncoder {
    private static final int SESSION_PRESENT = 1;
    private static final int REFUSED = 0x80;

    private PacketEncoder() {}

    /** How many bytes a variable byte integer takes. */
    static int varIntSize(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    static void varInt(ByteBuf out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP: four bytes if all went well. */
    static void ack(ByteBuf out, int type, int packetId, ReasonCode reason, boolean v5) {
        boolean told = v5 && reason != ReasonCode.SUCCESS;
        out.writeByte((type << 4) | (type == PacketType.PUBREL ? 2 : 0));
        out.writeByte(told ? 3 : 2);
        out.writeShort(packetId);
        if (told) {
            out.writeByte(reason.value());
        }
    }

    static void pingresp(ByteBuf out) {
        out.writeShort(PacketType.PINGRESP << 12);
    }

    /** SUBACK; MQTT 3 has one code for every error. */
    static void suback(ByteBuf out, int packetId, List<ReasonCode> reasons, boolean v5) {
        out.writeByte(PacketType.SUBACK << 4);
        varInt(out, (v5 ? 3 : 2) + reasons.size());
        out.writeShort(packetId);
        if (v5) {
            out.writeByte(0);
        }
        for (ReasonCode reason : reasons) {
            out.writeByte(!v5 && reason.isError() ? REFUSED : reason.value());
        }
    }

    static void unsuback(ByteBuf out, int packetId, List<ReasonCode> reasons, boolean v5) {
        out.writeByte(PacketType.UNSUBACK << 4);
        varInt(out, v5 ? 3 + reasons.size() : 2);
        out.writeShort(packetId);
        if (v5) {
            out.writeByte(0);
            for (ReasonCode reason : reasons) {
                out.writeByte(reason.value());
            }
        }
    }

    /** CONNACK of MQTT 3. */
    static void connack(ByteBuf out, boolean sessionPresent, int returnCode) {
        out.writeShort((PacketType.CONNACK << 12) | 2);
        out.writeByte(sessionPresent ? SESSION_PRESENT : 0);
        out.writeByte(returnCode);
    }

    /** CONNACK of MQTT 5 for a client that is let in; what it can do without is left out if it makes it too long. */
    static void connack(ByteBuf out, Connack connack, Workbench limits, int maximumPacketSize) {
        PropertyWriter properties = accepted(connack, limits);
        int bare = properties.size();
        properties.string(PropertyBlock.RESPONSE_INFORMATION, connack.responseInformation());
        bare = properties.keepIfShort(bare, 2, maximumPacketSize);
        for (UserProperty property : connack.userProperties()) {
            properties.pair(property);
        }
        properties.keepIfShort(bare, 2, maximumPacketSize);
        withProperties(
                out,
                PacketType.CONNACK,
                new byte[] {(byte) (connack.sessionPresent() ? SESSION_PRESENT : 0), 0},
                properties);
    }

    private static PropertyWriter accepted(Connack connack, Workbench limits) {
        Connack.Capabilities can = connack.capabilities();
        PropertyWriter properties = new PropertyWriter();
        if (connack.sessionExpiry() != Connack.AS_ASKED) {
            properties.u32(PropertyBlock.SESSION_EXPIRY, connack.sessionExpiry());
        }
        if (connack.receiveMaximum() != 65_535) {
            properties.u16(PropertyBlock.RECEIVE_MAXIMUM, connack.receiveMaximum());
        }
        if (can.maximumQos().value() < 2) {
            properties.u8(PropertyBlock.MAXIMUM_QOS, can.maximumQos().value());
        }
        properties.missing(PropertyBlock.RETAIN_AVAILABLE, can.retain());
        properties.u32(PropertyBlock.MAXIMUM_PACKET_SIZE, limits.maxPacketSize());
        properties.string(PropertyBlock.ASSIGNED_CLIENT_ID, connack.assignedClientId());
        if (limits.topicAliasMaximum() > 0) {
            properties.u16(PropertyBlock.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximum());
        }
        properties.missing(PropertyBlock.WILDCARD_SUBSCRIPTION_AVAILABLE, can.wildcardSubscriptions());
        properties.missing(PropertyBlock.SUBSCRIPTION_IDENTIFIER_AVAILABLE, can.subscriptionIdentifiers());
        properties.missing(PropertyBlock.SHARED_SUBSCRIPTION_AVAILABLE, can.sharedSubscriptions());
        if (connack.serverKeepAlive() != Connack.AS_ASKED) {
            properties.u16(PropertyBlock.SERVER_KEEP_ALIVE, connack.serverKeepAlive());
        }
        Connack.Authentication authentication = connack.authentication();
        if (authentication != null) {
            properties.string(PropertyBlock.AUTHENTICATION_METHOD, authentication.method());
            properties.binary(PropertyBlock.AUTHENTICATION_DATA, authentication.data());
        }
        return properties;
    }

    /** CONNACK of MQTT 5 for a client that is not let in. */
    static void refusal(ByteBuf out, ReasonCode reason, Farewell farewell) {
        withProperties(out, PacketType.CONNACK, new byte[] {0, (byte) reason.value()}, farewell.properties(2));
    }

    /** DISCONNECT of MQTT 5. */
    static void disconnect(ByteBuf out, ReasonCode reason, Farewell farewell) {
        PropertyWriter properties = farewell.properties(1);
        if (properties.size() == 0) {
            out.writeShort((PacketType.DISCONNECT << 12) | 1);
            out.writeByte(reason.value());
        } else {
            withProperties(out, PacketType.DISCONNECT, new byte[] {(byte) reason.value()}, properties);
        }
    }

    static void auth(ByteBuf out, ReasonCode reason, String method, byte @Nullable [] data) {
        PropertyWriter properties = new PropertyWriter();
        properties.string(PropertyBlock.AUTHENTICATION_METHOD, method);
        properties.binary(PropertyBlock.AUTHENTICATION_DATA, data);
        withProperties(out, PacketType.AUTH, new byte[] {(byte) reason.value()}, properties);
    }

    private static void withProperties(ByteBuf out, int type, byte[] head, PropertyWriter properties) {
        out.writeByte(type << 4);
        varInt(out, head.length + varIntSize(properties.size()) + properties.size());
        out.writeBytes(head);
        varInt(out, properties.size());
        properties.writeTo(out);
    }

    /**
     * What a client is told beside the reason.
     *
     * @param reasonString left out if it makes the packet too long [MQTT-3.2.2-19, MQTT-3.14.2-3]
     * @param serverReference another server (4.13); left out as well
     * @param maximumPacketSize what the client takes
     */
    record Farewell(@Nullable String reasonString, @Nullable String serverReference, int maximumPacketSize) {

        /** The properties for a packet that has {@code others} bytes after the fixed header beside them and their length. */
        PropertyWriter properties(int others) {
            PropertyWriter properties = new PropertyWriter();
            properties.string(PropertyBlock.SERVER_REFERENCE, serverReference);
            int bare = properties.keepIfShort(0, others, maximumPacketSize);
            properties.string(PropertyBlock.REASON_STRING, reasonString);
            properties.keepIfShort(bare, others, maximumPacketSize);
            return properties;
        }
    }

    /** Collects properties, because their length comes first on the wire. */
    static final class PropertyWriter {
        private final ByteBuf bytes = Unpooled.buffer(64);

        int size() {
            return bytes.readableBytes();
        }

        /**
         * Goes back to {@code bare} bytes if the packet would be too long for the client [MQTT-3.1.2-24].
         *
         * @param others how many bytes the packet has beside its fixed header, the properties and their length
         * @return the size now
         */
        int keepIfShort(int bare, int others, int maximumPacketSize) {
            int remaining = others + varIntSize(size()) + size();
            if (1 + varIntSize(remaining) + remaining > maximumPacketSize) {
                bytes.writerIndex(bare);
            }
            return size();
        }

        void writeTo(ByteBuf out) {
            out.writeBytes(bytes);
        }

        void u8(int id, int value) {
            bytes.writeByte(id).writeByte(value);
        }

        void u16(int id, int value) {
            bytes.writeByte(id).writeShort(value);
        }

        void u32(int id, long value) {
            bytes.writeByte(id).writeInt((int) value);
        }

        /** Says that the server cannot do something; that it can needs no words. */
        void missing(int id, boolean available) {
            if (!available) {
                u8(id, 0);
            }
        }

        void string(int id, @Nullable String value) {
            if (value != null) {
                bytes.writeByte(id);
                text(value);
            }
        }

        void binary(int id, byte @Nullable [] value) {
            if (value != null) {
                bytes.writeByte(id).writeShort(value.length).writeBytes(value);
            }
        }

        void pair(UserProperty property) {
            bytes.writeByte(PropertyBlock.USER_PROPERTY);
            text(property.name());
            text(property.value());
        }

        private void text(String value) {
            byte[] utf8 = value.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            if (utf8.length > 65_535) {
                throw new IllegalArgumentException("string of " + utf8.length + " bytes does not fit into a packet");
            }
            bytes.writeShort(utf8.length).writeBytes(utf8);
        }
    }
}
