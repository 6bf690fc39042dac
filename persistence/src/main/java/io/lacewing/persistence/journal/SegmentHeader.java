package io.lacewing.persistence.journal;

import io.lacewing.persistence.codec.Hash64;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The first 72 bytes of a segment. Each says which segment it follows and where that one ends, so that what a failing disk
 * left behind that end, or in a segment that was never finished, is known to be no record.
 *
 * @param number the segment's; numbers only grow
 * @param oldest segments before this one are not needed
 * @param previous the segment that this one goes on from; 0 if it is the first
 * @param previousEnd where that one's last record ends
 * @param fsync how it is forced
 * @param run the number of the first segment that the same process wrote
 * @param boot which boot of the machine it was written in, hashed; 0 if that could not be known
 */
record SegmentHeader(long number, long oldest, long previous, long previousEnd, Fsync fsync, long run, long boot) {
    static final int BYTES = 72;
    static final int VERSION = 1;
    static final long MAGIC = 0x4C41_4345_5749_4E47L; // LACEWING
    /** What is above is no version but damage. */
    private static final int MAX_VERSION = 1_000;

    private static final int CRC_AT = BYTES - 4;

    /** What was found where a header should be. */
    sealed interface Found {
        record Header(SegmentHeader header) implements Found {}

        record UnknownVersion(int version) implements Found {}

        record Damaged() implements Found {}
    }

    /** The number that stands for a {@link Disk#bootId}. */
    static long boot(String bootId) {
        return bootId.isEmpty() ? 0 : Hash64.mix(1, bootId.getBytes(StandardCharsets.UTF_8)) | 1;
    }

    void write(ByteBuffer out) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        fields.putLong(MAGIC).putInt(VERSION).putInt(fsync.ordinal());
        fields.putLong(number)
                .putLong(oldest)
                .putLong(previous)
                .putLong(previousEnd)
                .putLong(run)
                .putLong(boot);
        fields.putInt(CRC_AT, crc(bytes));
        out.put(bytes);
    }

    /** What the first {@code size} of the bytes are. */
    static Found read(byte[] bytes, int size) {
        if (size < BYTES) {
            return new Found.Damaged();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = in.getInt(8);
        // Of a later version only magic and version are known. A flipped bit in the version is not one: the rest then
        // checks as version 1.
        in.putInt(8, VERSION);
        boolean whole = in.getLong(0) == MAGIC && in.getInt(CRC_AT) == crc(bytes);
        in.putInt(8, version);
        if (!whole) {
            boolean later = in.getLong(0) == MAGIC && version > VERSION && version <= MAX_VERSION;
            return later ? new Found.UnknownVersion(version) : new Found.Damaged();
        }
        int fsync = in.getInt(12);
        if (version != VERSION || fsync < 0 || fsync >= Fsync.values().length) {
            return new Found.Damaged();
        }
        return new Found.Header(new SegmentHeader(
                in.getLong(16),
                in.getLong(24),
                in.getLong(32),
                in.getLong(40),
                Fsync.values()[fsync],
                in.getLong(48),
                in.getLong(56)));
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        return (int) crc.getValue();
    }
}
