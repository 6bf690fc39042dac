package io.lacewing.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a STANDING record: where every shard stands after the records before it, and up to where everything is forced.
 *
 * @param forcedSegment everything in the segments before this one is forced
 * @param forcedOffset and everything in this one before this offset
 * @param aliveAt the latest ALIVE
 */
record Standings(long forcedSegment, long forcedOffset, long aliveAt, List<Of> shards) {
    private static final int HEAD = 28;
    private static final int EACH = 29;

    /** One shard's. {@code doubtful}: it was so when the journal was opened, and has not been copied since. */
    record Of(int shard, Standing standing, boolean doubtful) {}

    byte[] encode() {
        byte[] bytes = new byte[HEAD + EACH * shards.size()];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putLong(forcedSegment).putLong(forcedOffset).putLong(aliveAt).putInt(shards.size());
        for (Of of : shards) {
            out.putInt(of.shard).put((byte) (of.doubtful ? 1 : 0));
            Standing at = of.standing;
            out.putLong(at.epoch()).putLong(at.sequence()).putLong(at.hash());
        }
        return bytes;
    }

    /** Up to where it says that its segment is forced: for a record whose CRC has been checked. */
    static Standings decode(ByteBuffer in) {
        long segment = in.getLong();
        long offset = in.getLong();
        long aliveAt = in.getLong();
        int count = in.getInt();
        List<Of> shards = new ArrayList<>(Math.clamp(count, 0, in.remaining() / EACH));
        for (int i = 0; i < count; i++) {
            int shard = in.getInt();
            boolean doubtful = in.get() != 0;
            shards.add(new Of(shard, new Standing(in.getLong(), in.getLong(), in.getLong()), doubtful));
        }
        return new Standings(segment, offset, aliveAt, shards);
    }
}
