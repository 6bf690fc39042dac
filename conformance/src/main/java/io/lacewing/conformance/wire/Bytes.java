package io.lacewing.conformance.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes in the making, in the data representations of the standards (1.5); nothing is checked. */
public final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** One byte, two, four: big-endian. */
    public Bytes u8(int value) {
        out.write(value);
        return this;
    }

    /** Two byte integer. */
    public Bytes u16(int value) {
        return u8(value >> 8).u8(value);
    }

    /** Four byte integer. */
    public Bytes u32(long value) {
        return u16((int) (value >> 16)).u16((int) value);
    }

    /** Variable byte integer in its shortest form. */
    public Bytes varInt(int value) {
        int rest = value;
        while (rest > 127) {
            u8((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return u8(rest);
    }

    /** Bytes as they are. */
    public Bytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Bytes as they are. */
    public Bytes raw(int... bytes) {
        for (int value : bytes) {
            u8(value);
        }
        return this;
    }

    /** UTF-8 encoded string with its length. */
    public Bytes text(String text) {
        return binary(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Binary data with its length. */
    public Bytes binary(byte[] bytes) {
        return u16(bytes.length).raw(bytes);
    }

    /** All bytes so far. */
    public byte[] toArray() {
        return out.toByteArray();
    }

    /** Some bytes, given as numbers. */
    public static byte[] of(int... bytes) {
        return new Bytes().raw(bytes).toArray();
    }
}
