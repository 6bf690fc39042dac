package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicName;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Decodes CONNECT packets (3.1). */
final class ConnectDecoder {
    /** The size of protocol name and level of MQTT 3.1.1 and 5. */
    static final int NAME_AND_LEVEL = 7;

    private static final byte[] NAME = "MQTT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAME_OF_V31 = "MQIsdp".getBytes(StandardCharsets.US_ASCII);

    private static final int USER_NAME = 0x80;
    private static final int PASSWORD = 0x40;
    private static final int WILL_RETAIN = 0x20;
    private static final int WILL_QOS = 0x18;
    private static final int WILL = 0x04;
    private static final int CLEAN_START = 0x02;
    private static final int RESERVED = 0x01;

    private ConnectDecoder() {}

    /** True if name and level, at index {@code body}, are those of MQTT 5. */
    static boolean isV5(ByteBuf in, int body) {
        for (int i = 0; i < NAME.length; i++) {
            if (in.getByte(body + 2 + i) != NAME[i]) {
                return false;
            }
        }
        return in.getUnsignedShort(body) == NAME.length
                && in.getUnsignedByte(body + 2 + NAME.length) == ProtocolVersion.V5.level();
    }

    /**
     * Reads protocol name and level; null if the name is right and the level is not [MQTT-3.1.2-2].
     *
     * @throws PacketException if the name is not MQTT's [MQTT-3.1.2-1]
     */
    static @Nullable ProtocolVersion version(PacketReader in) {
        int length = in.bytesOfString();
        boolean old = Arrays.equals(in.scratch(), 0, length, NAME_OF_V31, 0, NAME_OF_V31.length);
        if (!old && !Arrays.equals(in.scratch(), 0, length, NAME, 0, NAME.length)) {
            throw PacketException.protocolError("protocol name is not MQTT [MQTT-3.1.2-1]");
        }
        return switch (in.u8()) {
            case 3 -> old ? ProtocolVersion.V31 : null;
            case 4 -> old ? null : ProtocolVersion.V311;
            case 5 -> old ? null : ProtocolVersion.V5;
            default -> null;
        };
    }

    /** The level that {@link #version} has just read. */
    static int levelBefore(PacketReader in) {
        in.seek(in.position() - 1);
        return in.u8();
    }

    /** Decodes what follows name and level. */
    static Connect decode(Workbench bench, ProtocolVersion version) {
        PacketReader in = bench.reader();
        int flags = in.u8();
        checkFlags(flags, version);
        int keepAlive = in.u16();
        ConnectProperties properties = version.isV5() ? properties(bench) : ConnectProperties.NONE;
        String clientId = in.string();
        boolean cleanStart = (flags & CLEAN_START) != 0;
        if (clientId.isEmpty() && !version.isV5() && (!cleanStart || version == ProtocolVersion.V31)) {
            throw new PacketException(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "empty client id [MQTT-3.1.3-8 of 3.1.1]");
        }
        Will will = (flags & WILL) != 0 ? will(bench, version, flags) : null;
        String userName = (flags & USER_NAME) != 0 ? in.string() : null;
        byte[] password = (flags & PASSWORD) != 0 ? in.binary() : null;
        in.atEnd();
        return new Connect(version, clientId, cleanStart, keepAlive, userName, password, will, properties);
    }

    private static void checkFlags(int flags, ProtocolVersion version) {
        if ((flags & RESERVED) != 0 && version != ProtocolVersion.V31) {
            throw PacketException.malformed("reserved connect flag is set [MQTT-3.1.2-3]");
        }
        if ((flags & WILL_QOS) == WILL_QOS) {
            throw PacketException.malformed("will QoS 3 [MQTT-3.1.2-12]");
        }
        if ((flags & WILL) == 0 && (flags & (WILL_QOS | WILL_RETAIN)) != 0 && version != ProtocolVersion.V31) {
            throw PacketException.malformed("will QoS or will retain without a will [MQTT-3.1.2-11, MQTT-3.1.2-13]");
        }
        if (!version.isV5() && (flags & (USER_NAME | PASSWORD)) == PASSWORD) {
            throw PacketException.malformed("password without user name [MQTT-3.1.2-22 of 3.1.1]");
        }
    }

    private static ConnectProperties properties(Workbench bench) {
        PacketReader in = bench.reader();
        PropertyBlock block = bench.properties();
        block.read(in, PropertyBlock.IN_CONNECT);
        if (block.has(PropertyBlock.AUTHENTICATION_DATA) && !block.has(PropertyBlock.AUTHENTICATION_METHOD)) {
            throw PacketException.protocolError("authentication data without a method (3.1.2.11.10)");
        }
        return new ConnectProperties(
                block.number(PropertyBlock.SESSION_EXPIRY, 0),
                (int) block.number(PropertyBlock.RECEIVE_MAXIMUM, 65_535),
                (int) Math.min(block.number(PropertyBlock.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE), Integer.MAX_VALUE),
                (int) block.number(PropertyBlock.TOPIC_ALIAS_MAXIMUM, 0),
                block.number(PropertyBlock.REQUEST_RESPONSE_INFORMATION, 0) == 1,
                block.number(PropertyBlock.REQUEST_PROBLEM_INFORMATION, 1) == 1,
                block.userProperties(in),
                block.string(in, PropertyBlock.AUTHENTICATION_METHOD),
                block.binary(in, PropertyBlock.AUTHENTICATION_DATA));
    }

    private static Will will(Workbench bench, ProtocolVersion version, int flags) {
        PacketReader in = bench.reader();
        PropertyBlock block = bench.properties();
        block.clear();
        if (version.isV5()) {
            block.read(in, PropertyBlock.IN_WILL);
        }
        String topic = in.string();
        byte[] payload = in.binary();
        return new Will(
                willTopic(topic),
                payload,
                Qos.of((flags & WILL_QOS) >> 3),
                (flags & WILL_RETAIN) != 0,
                block.number(PropertyBlock.WILL_DELAY, 0),
                block.number(PropertyBlock.MESSAGE_EXPIRY, Publish.NO_EXPIRY),
                block.passedOn(in));
    }

    private static TopicName willTopic(String topic) {
        try {
            return TopicName.of(topic);
        } catch (TopicException e) {
            throw PacketException.protocolError("will: " + e.getMessage());
        }
    }
}
