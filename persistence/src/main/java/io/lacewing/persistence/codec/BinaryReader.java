package io.lacewing.persistence.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link BinaryWriter} wrote. Every read checks its bounds and throws {@link CodecException} where the bytes
 * end or make no sense, so that corrupt bytes can neither be taken for others nor claim memory that is not behind them.
 * One thread.
 */
public final class BinaryReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int position;

    public BinaryReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** How many bytes are left. */
    public int remaining() {
        return bytes.length - position;
    }

    /** The version byte that every encoding starts with; only {@code known} will do. */
    public void expectVersion(int known, String what) {
        expectVersion(known, known, what);
    }

    /** The version byte that every encoding starts with: {@code oldest} to {@code newest}, else it is refused. */
    public int expectVersion(int oldest, int newest, String what) {
        int version = readByte();
        if (version < oldest || version > newest) {
            String known = oldest == newest ? "" + newest : oldest + " to " + newest;
            throw new CodecException(what + " has format version " + version + "; this build knows " + known);
        }
        return version;
    }

    /** Says that nothing may follow. */
    public void expectEnd(String what) {
        if (remaining() != 0) {
            throw new CodecException(remaining() + " bytes follow the end of " + what);
        }
    }

    /** 0 to 255. */
    public int readByte() {
        need(1);
        return bytes[position++] & 0xFF;
    }

    public boolean readBoolean() {
        int value = readByte();
        if (value > 1) {
            throw new CodecException("a boolean of " + value + " at byte " + (position - 1));
        }
        return value == 1;
    }

    public long readLong() {
        need(8);
        long value = (long) LONG.get(bytes, position);
        position += 8;
        return value;
    }

    public long readVarLong() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new CodecException("a varint without end before byte " + position);
    }

    /** A number of 0 to 2,147,483,647. */
    public int readVarInt() {
        long value = readVarLong();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new CodecException("a number of " + value + " before byte " + position + " where 31 bits are due");
        }
        return (int) value;
    }

    /** How many items follow, each of at least one byte: never more than there are bytes left. */
    public int readCount() {
        int count = readVarInt();
        if (count > remaining()) {
            throw new CodecException(count + " items announced where " + remaining() + " bytes are left");
        }
        return count;
    }

    public byte[] readBytes() {
        int length = readCount();
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    public String readString() {
        int length = readCount();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    private void need(int count) {
        if (remaining() < count) {
            throw new CodecException("the bytes end at " + bytes.length + " where " + count + " more are due");
        }
    }
}
