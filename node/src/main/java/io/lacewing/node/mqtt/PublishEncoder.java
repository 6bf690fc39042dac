package io.lacewing.node.mqtt;

import io.lacewing.router.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Writes PUBLISH packets (3.3). Where a topic alias is a parameter, 0 is none, a positive one is set by the packet, and
 * a negative one was set before and stands for the topic.
 */
final class PublishEncoder {
    /** The longest packet that the fixed header can tell. */
    static final int MAX_REMAINING = 268_435_455;

    private PublishEncoder() {}

    /** The first byte. */
    static int first(boolean dup, int qos, boolean retain) {
        return (PacketType.PUBLISH << 4) | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
    }

    /** How many bytes of properties the packet has, without their length. */
    static int propertySize(Message message, boolean expiry, int[] identifiers, int alias) {
        int size = message.properties().length + (expiry ? 5 : 0) + (alias != 0 ? 3 : 0);
        for (int identifier : identifiers) {
            size += 1 + PacketEncoder.varIntSize(identifier);
        }
        return size;
    }

    /** The remaining length of the packet; as a long, for it may not fit. */
    static long remaining(Message message, boolean v5, boolean withId, int propertySize, int alias) {
        long size = 2L + message.payload().length + (withId ? 2 : 0);
        if (alias >= 0) {
            size += message.topic().utf8().length;
        }
        if (v5) {
            size += PacketEncoder.varIntSize(propertySize) + propertySize;
        }
        return size;
    }

    /** Writes the fixed header, the topic and, if not 0, the packet identifier. */
    static void head(ByteBuf out, int first, int remaining, byte[] topic, int packetId) {
        out.writeByte(first);
        PacketEncoder.varInt(out, remaining);
        out.writeShort(topic.length);
        out.writeBytes(topic);
        if (packetId != 0) {
            out.writeShort(packetId);
        }
    }

    /** Writes the properties with their length. */
    static void properties(ByteBuf out, int size, long expiry, int alias, int[] identifiers, byte[] passedOn) {
        PacketEncoder.varInt(out, size);
        if (expiry != Publish.NO_EXPIRY) {
            out.writeByte(PropertyBlock.MESSAGE_EXPIRY).writeInt((int) expiry);
        }
        if (alias != 0) {
            out.writeByte(PropertyBlock.TOPIC_ALIAS).writeShort(Math.abs(alias));
        }
        for (int identifier : identifiers) {
            out.writeByte(PropertyBlock.SUBSCRIPTION_IDENTIFIER);
            PacketEncoder.varInt(out, identifier);
        }
        out.writeBytes(passedOn);
    }

    /**
     * A whole packet, encoded once for all receivers of a kind. What differs between them stands at known places and is
     * written over: the first byte, the packet identifier at {@code idAt}, the expiry at {@code expiryAt}.
     */
    record Frame(byte[] bytes, int idAt, int expiryAt) {

        static Frame of(Message message, boolean v5, boolean withId, boolean withExpiry) {
            int[] none = {};
            int propertySize = propertySize(message, withExpiry, none, 0);
            int remaining = (int) remaining(message, v5, withId, propertySize, 0);
            byte[] bytes = new byte[1 + PacketEncoder.varIntSize(remaining) + remaining];
            ByteBuf out = Unpooled.wrappedBuffer(bytes).clear();
            head(out, first(false, 0, false), remaining, message.topic().utf8(), 0);
            int idAt = out.writerIndex();
            if (withId) {
                out.writeShort(0);
            }
            int expiryAt = out.writerIndex() + PacketEncoder.varIntSize(propertySize) + 1;
            if (v5) {
                properties(out, propertySize, withExpiry ? 0 : Publish.NO_EXPIRY, 0, none, message.properties());
            }
            out.writeBytes(message.payload());
            return new Frame(bytes, idAt, expiryAt);
        }
    }
}
