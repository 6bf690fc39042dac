package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of one connection into packets, strictly: what the standard calls malformed or a protocol error is a
 * {@link PacketException} with the reason code that the standard gives for it. First {@link #frame} tells how long the
 * next packet is, refusing by its header alone what may not come; when all of it is there {@link #decode} takes it.
 *
 * <p>Belongs to one connection and its event loop; what is not the connection's own is in the loop's {@link Workbench}.
 */
final class PacketDecoder {
    private final Workbench bench;
    private final PublishDecoder publishes;
    private @Nullable ProtocolVersion version;

    PacketDecoder(Workbench bench) {
        this.bench = bench;
        this.publishes = new PublishDecoder(bench);
    }

    /** What the client's CONNECT named; null before it. */
    @Nullable
    ProtocolVersion version() {
        return version;
    }

    /** The type of the packet whose first byte is {@code firstByte}. */
    static int type(int firstByte) {
        return (firstByte >> 4) & 0x0F;
    }

    /**
     * The size of the packet that starts at the reader index, in bytes with its header, be it all there or not; 0 if
     * there are not enough bytes to tell. Does not move the reader index.
     *
     * @throws PacketException if its header is wrong, or it is longer than allowed
     */
    int frame(ByteBuf in) {
        int readable = in.readableBytes();
        if (readable == 0) {
            return 0;
        }
        int start = in.readerIndex();
        checkHeader(in.getUnsignedByte(start));
        int remaining = 0;
        for (int i = 0; i < 4; i++) {
            if (readable < 2 + i) {
                return 0;
            }
            int b = in.getUnsignedByte(start + 1 + i);
            remaining |= (b & 0x7F) << (7 * i);
            if (b < 0x80) {
                if (b == 0 && i > 0 && version == ProtocolVersion.V5) {
                    throw longLength();
                }
                int size = 2 + i + remaining;
                return size <= bench.maxPacketSize() || tooLarge(in, start + 2 + i) ? size : 0;
            }
        }
        throw PacketException.malformed("remaining length has more than four bytes");
    }

    private static PacketException longLength() {
        return PacketException.malformed("remaining length is longer than needed [MQTT-1.5.5-1]");
    }

    /**
     * A packet longer than allowed is refused before its body is stored [MQTT-3.2.2-15]. If it is a CONNECT we wait for
     * the few bytes that tell the version, and with it the form of the answer.
     */
    private boolean tooLarge(ByteBuf in, int body) {
        if (version == null) {
            if (in.writerIndex() < body + ConnectDecoder.NAME_AND_LEVEL) {
                return false;
            }
            version = ConnectDecoder.isV5(in, body) ? ProtocolVersion.V5 : null;
        }
        throw new PacketException(
                ReasonCode.PACKET_TOO_LARGE, "packet is longer than " + bench.maxPacketSize() + " bytes");
    }

    /** The rules for the first byte (2.1.2, 2.1.3). */
    private void checkHeader(int first) {
        int type = type(first);
        int flags = first & 0x0F;
        if (version == null) {
            if (type != PacketType.CONNECT) {
                throw PacketException.protocolError("first packet is no CONNECT [MQTT-3.1.0-1]");
            }
        }
        int expected = switch (type) {
            case PacketType.PUBLISH -> flags;
            case PacketType.PUBREL, PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE -> 2;
            case PacketType.CONNECT -> {
                if (version != null) {
                    throw PacketException.protocolError("second CONNECT [MQTT-3.1.0-2]");
                }
                yield 0;
            }
            case PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBCOMP, PacketType.PINGREQ, PacketType.DISCONNECT ->
                0;
            case PacketType.AUTH -> {
                if (version != ProtocolVersion.V5) {
                    throw PacketException.malformed("packet type 15 does not exist before MQTT 5");
                }
                yield 0;
            }
            case PacketType.CONNACK, PacketType.SUBACK, PacketType.UNSUBACK, PacketType.PINGRESP ->
                throw PacketException.protocolError("packet type " + type + " is the server's alone");
            default -> throw PacketException.malformed("packet type " + type + " does not exist");
        };
        // MQTT 3.1 gives DUP a meaning in more packets and does not mind the flags of the others.
        if (flags != expected && version != ProtocolVersion.V31) {
            throw PacketException.malformed("flags " + flags + " on packet type " + type + " [MQTT-2.1.3-1]");
        }
    }

    /**
     * Decodes the packet of {@code size} bytes at the reader index, all of which are there, and moves the index behind
     * it.
     *
     * @throws PacketException if anything about it is wrong
     */
    void decode(ByteBuf in, int size, PacketSink sink) {
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        int body = start + 1;
        while (in.getByte(body) < 0) {
            body++;
        }
        body++;
        in.readerIndex(start + size);
        PacketReader reader = bench.reader();
        reader.open(in, body, start + size);
        int type = type(first);
        ProtocolVersion spoken = version;
        if (spoken == null) {
            boolean shortest = body - start - 1 == PacketEncoder.varIntSize(start + size - body);
            sink.connect(connect(reader, shortest));
        } else if (type == PacketType.PUBLISH) {
            sink.publish(publishes.decode(first, spoken));
        } else if (type >= PacketType.PUBACK && type <= PacketType.PUBCOMP) {
            ack(type, reader, spoken, sink);
        } else {
            sink.control(ControlDecoder.decode(type, bench, spoken));
        }
    }

    /** Here the version comes to be known, and with it whether the header is allowed to have been as it was. */
    private Connect connect(PacketReader reader, boolean shortest) {
        ProtocolVersion named = ConnectDecoder.version(reader);
        if (named == null) {
            // Told in the form that this client may understand: newer ones in that of MQTT 5.
            version = ConnectDecoder.levelBefore(reader) > ProtocolVersion.V5.level()
                    ? ProtocolVersion.V5
                    : ProtocolVersion.V311;
            throw new PacketException(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "protocol level does not exist [MQTT-3.1.2-2]");
        }
        version = named;
        if (named.isV5() && !shortest) {
            throw longLength();
        }
        return ConnectDecoder.decode(bench, named);
    }

    private void ack(int type, PacketReader reader, ProtocolVersion spoken, PacketSink sink) {
        int packetId = reader.packetId();
        int code = 0;
        if (spoken.isV5() && reader.remaining() > 0) {
            code = reader.u8();
            ReasonCode reason = ReasonCode.of(code);
            if (reason == null || !allowed(type, reason)) {
                throw PacketException.protocolError("reason code " + code + " in packet type " + type);
            }
            if (reader.remaining() > 0) {
                bench.properties().read(reader, PropertyBlock.IN_ACK);
            }
        }
        reader.atEnd();
        sink.ack(type, packetId, code);
    }

    /** The reason codes of PUBACK, PUBREC, PUBREL and PUBCOMP [MQTT-3.4.2-1, MQTT-3.5.2-1, MQTT-3.6.2-1, MQTT-3.7.2-1]. */
    private static boolean allowed(int type, ReasonCode reason) {
        boolean answersPublish = type == PacketType.PUBACK || type == PacketType.PUBREC;
        return switch (reason) {
            case SUCCESS -> true;
            case PACKET_IDENTIFIER_NOT_FOUND -> !answersPublish;
            case NO_MATCHING_SUBSCRIBERS,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_NAME_INVALID,
                    PACKET_IDENTIFIER_IN_USE,
                    QUOTA_EXCEEDED,
                    PAYLOAD_FORMAT_INVALID -> answersPublish;
            default -> false;
        };
    }
}
