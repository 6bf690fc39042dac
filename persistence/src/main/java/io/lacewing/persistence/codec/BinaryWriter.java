package io.lacewing.persistence.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes in the making: a growing array. Numbers are big-endian or, where small ones are usual, varints. One thread. */
public final class BinaryWriter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int size;

    /** A writer with room for {@code expected} bytes before it has to grow. */
    public BinaryWriter(int expected) {
        bytes = new byte[Math.max(16, expected)];
    }

    /** How many bytes have been written. */
    public int size() {
        return size;
    }

    /** A copy of what has been written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Writes the low 8 bits. */
    public BinaryWriter writeByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public BinaryWriter writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    /** Writes 8 bytes: for numbers that are big as a rule, such as incarnations, times and hashes. */
    public BinaryWriter writeLong(long value) {
        room(8);
        LONG.set(bytes, size, value);
        size += 8;
        return this;
    }

    /** Writes 1 to 10 bytes, 7 bits in each, low ones first; negative numbers take 10. */
    public BinaryWriter writeVarLong(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /**
     * Writes a number that is not negative, such as a count.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public BinaryWriter writeVarInt(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("a count or length cannot be " + value);
        }
        return writeVarLong(value);
    }

    /** Writes the length, then the bytes. */
    public BinaryWriter writeBytes(byte[] value) {
        writeVarInt(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /** Writes the length in bytes of UTF-8, then these. */
    public BinaryWriter writeString(String value) {
        return writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            long wanted = Math.max((long) size + more, (long) bytes.length * 2);
            if (size > Integer.MAX_VALUE - 8 - more) {
                throw new CodecException("more than 2 GB to encode");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
        }
    }
}
