package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Records into a file: gathered in one direct buffer, which is written when it is full and at the end, so that a group of
 * small records is one write, and a copy of any size takes no more memory than it has. The writer's thread.
 */
final class RecordWriter {
    /** How much one write takes: far more than one write costs, and little enough to be there soon. */
    static final int BYTES = 1 << 20;

    private final ByteBuffer out = ByteBuffer.allocateDirect(BYTES);
    private final byte[] scratch = new byte[Frame.SEED];
    private final ByteBuffer numbers = ByteBuffer.wrap(scratch);
    private final CRC32C crc = new CRC32C();
    private final Entry.Pieces intoCrc = new IntoCrc();
    private final Timings timings;

    RecordWriter(Timings timings) {
        this.timings = timings;
    }

    /**
     * A group that goes into this segment, from where its last record ends. What an earlier group has not written, as it
     * failed, is gone. One at a time.
     */
    Group begin(Segment segment) {
        out.clear();
        return new Group(segment);
    }

    /** Records on their way into a segment. */
    final class Group implements Entry.Pieces {
        private final Segment segment;
        private long position;

        private Group(Segment segment) {
            this.segment = segment;
            position = segment.end;
        }

        /** A segment's header: at its very beginning. */
        void append(SegmentHeader header) {
            header.write(out);
        }

        void append(Entry entry, boolean allBeforeForced) throws IOException {
            int length = (int) (entry.bytes() - Frame.BYTES);
            int kind = entry.kind.code | (allBeforeForced ? Frame.ALL_BEFORE_FORCED : 0);
            long offset = position + out.position();
            int kindAndCheck = Frame.kindAndCheck(segment.number, offset, length, kind);
            numbers.clear()
                    .putInt(length)
                    .putInt(kindAndCheck)
                    .putLong(segment.number)
                    .putLong(offset);
            crc.reset();
            crc.update(scratch, 0, Frame.SEED);
            entry.write(intoCrc);
            room(Frame.BYTES);
            out.putInt(length).putInt(kindAndCheck).putInt((int) crc.getValue());
            entry.write(this);
        }

        /** Writes what is left; the segment then ends behind it. */
        void end() throws IOException {
            flush();
            segment.end = position;
        }

        @Override
        public void putInt(int value) throws IOException {
            room(4);
            out.putInt(value);
        }

        @Override
        public void putLong(long value) throws IOException {
            room(8);
            out.putLong(value);
        }

        @Override
        public void put(byte[] bytes) throws IOException {
            int at = 0;
            while (at < bytes.length) {
                room(1);
                int count = Math.min(out.remaining(), bytes.length - at);
                out.put(bytes, at, count);
                at += count;
            }
        }

        private void room(int bytes) throws IOException {
            if (out.remaining() < bytes) {
                flush();
            }
        }

        private void flush() throws IOException {
            out.flip();
            int bytes = out.remaining();
            if (bytes > 0) {
                long began = System.nanoTime();
                segment.file().write(out, position);
                timings.wrote(System.nanoTime() - began);
            }
            position += bytes;
            out.clear();
        }
    }

    private final class IntoCrc implements Entry.Pieces {
        @Override
        public void putInt(int value) {
            numbers.putInt(0, value);
            crc.update(scratch, 0, 4);
        }

        @Override
        public void putLong(long value) {
            numbers.putLong(0, value);
            crc.update(scratch, 0, 8);
        }

        @Override
        public void put(byte[] bytes) {
            crc.update(bytes, 0, bytes.length);
        }
    }
}
