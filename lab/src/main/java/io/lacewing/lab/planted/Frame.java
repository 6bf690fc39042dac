package io.lacewing.lab.planted;

import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A packet as bytes, of either direction; only what the lies need of it is read. */
public record Frame(int first, byte[] body) {
    private static final int MAX = 1 << 20;

    /** The next packet; null at the end. */
    public static @Nullable Frame read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int length = 0;
        int next = 128;
        for (int shift = 0; next > 127 && shift < 28; shift += 7) {
            next = in.read();
            length |= (next & 0x7F) << shift;
        }
        if (next < 0 || next > 127 || length > MAX) {
            throw new IOException("no packet");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("closed in the middle of a packet");
        }
        return new Frame(first, body);
    }

    /** All its bytes. */
    public byte[] toArray() {
        return new Bytes().u8(first).varInt(body.length).raw(body).toArray();
    }

    /** What it is. */
    public PacketType type() {
        return PacketType.values()[(first >> 4) & 15];
    }

    /** Of a PUBLISH. */
    public int qos() {
        return (first >> 1) & 3;
    }

    /** Of a PUBLISH. */
    public boolean dup() {
        return (first & 8) != 0;
    }

    /** Of a PUBLISH. */
    public boolean retain() {
        return (first & 1) != 0;
    }

    /** Of a PUBLISH. */
    public String topic() {
        return new String(body, 2, u16(0), StandardCharsets.UTF_8);
    }

    /** Of a PUBLISH at QoS 1 or 2, or of what answers one. */
    public int packetId() {
        return u16(idAt());
    }

    private int idAt() {
        return type() == PacketType.PUBLISH ? 2 + u16(0) : 0;
    }

    /** The same PUBLISH with another packet identifier. */
    public Frame withPacketId(int id) {
        byte[] copy = body.clone();
        ByteBuffer.wrap(copy).putShort(idAt(), (short) id);
        return new Frame(first, copy);
    }

    /** Of a CONNACK. */
    public boolean sessionPresent() {
        return body[0] == 1;
    }

    /** The same CONNACK with another Session Present. */
    public Frame withSessionPresent(boolean present) {
        byte[] copy = body.clone();
        copy[0] = (byte) (present ? 1 : 0);
        return new Frame(first, copy);
    }

    /** Of a CONNECT. */
    public boolean cleanStart() {
        return (body[7] & 2) != 0;
    }

    /** The client id of a CONNECT of MQTT 5 whose properties are shorter than 128 bytes. */
    public String clientId() {
        int at = 11 + body[10];
        return new String(body, at + 2, u16(at), StandardCharsets.UTF_8);
    }

    /** Whether a CONNECT whose only property is the session expiry interval asks for none. */
    public boolean endsWithConnection() {
        return ByteBuffer.wrap(body).getInt(12) == 0;
    }

    private int u16(int at) {
        return ByteBuffer.wrap(body).getShort(at) & 0xFFFF;
    }
}
