package io.lacewing.persistence.journal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The records in the bytes of one segment. */
final class SegmentReader {
    private final long segment;
    private final byte[] bytes;
    private final ByteBuffer numbers;
    private final int end;
    private final CRC32C crc = new CRC32C();
    private final byte[] seed = new byte[Frame.SEED];

    /**
     * A whole record.
     *
     * @param allBeforeForced its writer knew that everything before it was forced
     * @param at where its frame begins
     * @param body where its body begins
     * @param end where the next record begins
     */
    record Found(Kind kind, boolean allBeforeForced, int at, int body, int end) {}

    /** The first {@code end} of the bytes are the segment's. */
    SegmentReader(long segment, byte[] bytes, int end) {
        this.segment = segment;
        this.bytes = bytes;
        this.end = end;
        numbers = ByteBuffer.wrap(bytes, 0, end);
    }

    /** The record at this place; null if there is none, or it is not whole. */
    @Nullable
    Found at(int offset) {
        int length = length(offset);
        if (length < 0 || length > end - offset - Frame.BYTES) {
            return null;
        }
        int body = offset + Frame.BYTES;
        System.arraycopy(bytes, offset, seed, 0, 8);
        ByteBuffer.wrap(seed).putLong(8, segment).putLong(16, offset);
        crc.reset();
        crc.update(seed, 0, Frame.SEED);
        crc.update(bytes, body, length);
        int code = kindCode(offset);
        Kind kind = Kind.of(code & ~Frame.ALL_BEFORE_FORCED);
        if (kind == null || numbers.getInt(offset + 8) != (int) crc.getValue()) {
            return null;
        }
        return new Found(kind, (code & Frame.ALL_BEFORE_FORCED) != 0, offset, body, body + length);
    }

    /** The next whole record from this place on; null if there is none. */
    @Nullable
    Found next(int from) {
        for (int offset = from; offset <= end - Frame.BYTES; offset++) {
            Found found = at(offset);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** True if what is at this place ends because the file does: as the end of a write that was cut off. */
    boolean isCutOff(int offset) {
        return end - offset < Frame.BYTES || length(offset) > end - offset - Frame.BYTES;
    }

    /** The length that a frame at this place gives, if its check says that it is one; else -1. */
    private int length(int offset) {
        if (offset > end - Frame.BYTES) {
            return -1;
        }
        int length = numbers.getInt(offset);
        int expected = Frame.kindAndCheck(segment, offset, length, kindCode(offset));
        return length >= 0 && length <= Frame.MAX_BODY && numbers.getInt(offset + 4) == expected ? length : -1;
    }

    private int kindCode(int offset) {
        return bytes[offset + 4] & 0xFF;
    }

    /** The body of a record, to read numbers from. */
    ByteBuffer body(Found found) {
        return ByteBuffer.wrap(bytes, found.body, found.end - found.body);
    }

    /** What is left of a body. */
    byte[] rest(ByteBuffer body, int count) {
        int from = body.position();
        body.position(from + count);
        return Arrays.copyOfRange(bytes, from, from + count);
    }
}
