package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * A cursor over the bytes of one packet. Whatever would reach over the packet's end is malformed. One per event loop,
 * used again for every packet.
 */
final class PacketReader {
    static final byte[] EMPTY = new byte[0];

    private static final int MAX_STRING = 65_535;

    private final byte[] scratch = new byte[MAX_STRING];
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int position;
    private int end;

    /** Starts at index {@code from} of {@code in}; index {@code to} is the end. */
    void open(ByteBuf in, int from, int to) {
        this.in = in;
        this.position = from;
        this.end = to;
    }

    int position() {
        return position;
    }

    /** Goes to an index seen before. */
    void seek(int index) {
        position = index;
    }

    int remaining() {
        return end - position;
    }

    /** Moves the end nearer, to {@code length} bytes from here; returns the old end for {@link #widen}. */
    int narrow(int length) {
        need(length);
        int old = end;
        end = position + length;
        return old;
    }

    void widen(int oldEnd) {
        end = oldEnd;
    }

    int u8() {
        need(1);
        return in.getUnsignedByte(position++);
    }

    int u16() {
        need(2);
        int value = in.getUnsignedShort(position);
        position += 2;
        return value;
    }

    long u32() {
        need(4);
        long value = in.getUnsignedInt(position);
        position += 4;
        return value;
    }

    /** A variable byte integer in its shortest form [MQTT-1.5.5-1], 0 to 268,435,455. */
    int varInt() {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = u8();
            value |= (b & 0x7F) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) {
                    throw PacketException.malformed("variable byte integer is longer than needed [MQTT-1.5.5-1]");
                }
                return value;
            }
        }
        throw PacketException.malformed("variable byte integer has more than four bytes");
    }

    /** Reads a string's bytes into {@link #scratch}, unchecked; returns how many they are. */
    int bytesOfString() {
        int length = u16();
        need(length);
        in.getBytes(position, scratch, 0, length);
        position += length;
        return length;
    }

    /** What {@link #bytesOfString} read last. */
    byte[] scratch() {
        return scratch;
    }

    /** Reads a string for nothing but its check. */
    void skipString() {
        Utf8.check(scratch, bytesOfString());
    }

    String string() {
        int length = bytesOfString();
        Utf8.check(scratch, length);
        return new String(scratch, 0, length, StandardCharsets.UTF_8);
    }

    void skipBinary() {
        int length = u16();
        need(length);
        position += length;
    }

    byte[] binary() {
        int length = u16();
        need(length);
        position += length;
        return copy(position - length, position);
    }

    /** Everything up to the end. */
    byte[] rest() {
        int from = position;
        position = end;
        return copy(from, end);
    }

    /** The bytes between two indexes, which are inside the packet. */
    byte[] copy(int from, int to) {
        if (from == to) {
            return EMPTY;
        }
        byte[] bytes = new byte[to - from];
        in.getBytes(from, bytes);
        return bytes;
    }

    /** Copies into {@code target} at {@code at}; returns the index after the last byte there. */
    int copy(int from, int to, byte[] target, int at) {
        in.getBytes(from, target, at, to - from);
        return at + to - from;
    }

    /** A packet identifier, which is never 0 [MQTT-2.2.1-3]. */
    int packetId() {
        int id = u16();
        if (id == 0) {
            throw PacketException.protocolError("packet identifier 0 [MQTT-2.2.1-3]");
        }
        return id;
    }

    void atEnd() {
        if (position != end) {
            throw PacketException.malformed("packet is longer than its content");
        }
    }

    private void need(int bytes) {
        if (end - position < bytes) {
            throw PacketException.malformed("packet is shorter than its content");
        }
    }
}
