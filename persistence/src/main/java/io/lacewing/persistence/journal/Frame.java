package io.lacewing.persistence.journal;

import io.lacewing.persistence.codec.Hash64;

/**
 * What stands before each record's body: its length (4 bytes), its kind (1), a check of these two (3) and the CRC32C (4).
 * Check and CRC are over the place too, segment and offset, so that bytes that came to a wrong place are no record. The
 * check tells whether the length can be believed, before any byte behind it is looked at; so a search for the next record
 * after a corrupt one costs a few instructions per byte, and the length of a record with a corrupt body still leads to the
 * next.
 */
final class Frame {
    static final int BYTES = 12;

    /** In the kind: everything before this record was forced when it was written. */
    static final int ALL_BEFORE_FORCED = 0x80;

    /** The longest body. A segment with it can still be read into one array. */
    static final int MAX_BODY = 1 << 30;

    /** What the CRC begins with: the first 8 bytes of the frame, the segment and the offset. */
    static final int SEED = 24;

    private Frame() {}

    /** Kind and check, as they stand in the frame. */
    static int kindAndCheck(long segment, long offset, int length, int kind) {
        long hash = Hash64.mix(Hash64.mix(segment, offset), ((long) length << 8) | kind);
        return (kind << 24) | (int) (hash >>> 40);
    }
}
