package io.lacewing.persistence.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the segments within bounds: once they are bigger than what lives in them warrants, it asks for new copies of what
 * the oldest segment is needed for. When these are there the segment can go.
 *
 * <p>The bounds: up to the target (three times what lives, at least 64 MiB, at most half of the maximum) segments just
 * grow, so that in a steady load about half as much is written in copies as in batches. Above three quarters of the
 * maximum only what makes room is written, and what was appended before it.
 */
final class Cleaner {
    private static final long LEAST_TARGET = 64L << 20;
    private static final int LIVE_SHARE = 3;
    /** How many copies are asked for at once: each costs its shard's thread a snapshot. */
    private static final int AT_ONCE = 16;

    private static final long AGAIN = TimeUnit.SECONDS.toNanos(5);

    private final long maxBytes;
    private final Contents contents;
    /** When a copy of a shard was asked for. */
    private final Map<Integer, Long> asked = new HashMap<>();

    private boolean rowsAsked;
    private long rowsAskedAt;

    Cleaner(long maxBytes, Contents contents) {
        this.maxBytes = maxBytes;
        this.contents = contents;
    }

    /** From which size on there is only room for what makes room. */
    long bound() {
        return maxBytes - maxBytes / 4;
    }

    /** What nothing goes above. */
    long maxBytes() {
        return maxBytes;
    }

    private long target() {
        return Math.min(maxBytes / 2, Math.max(LEAST_TARGET, LIVE_SHARE * contents.liveBytes()));
    }

    /** True if writing this is what was asked for, or leads to a segment that can go. */
    boolean makesRoom(Entry entry) {
        return switch (entry.kind) {
            case COPY, DOUBTFUL_COPY -> asked.containsKey(entry.shard);
            case FORGET -> true;
            case ROWS, MARK -> rowsAsked;
            case BATCH, ALIVE, STANDING, END -> false;
        };
    }

    void written(Entry entry) {
        switch (entry.kind) {
            case COPY, DOUBTFUL_COPY, FORGET -> asked.remove(entry.shard);
            case MARK -> rowsAsked = false;
            case BATCH, ROWS, ALIVE, STANDING, END -> {}
        }
    }

    /**
     * Asks for what is needed to let the oldest segment go. Returns true if something is asked for. What has come and
     * waits to be written is not asked for again: there might be no room for it for long.
     *
     * @param waiting what waits to be written
     */
    boolean ask(long now, Segments segments, Iterable<Entry> waiting, Listener listener) {
        long oldest = segments.firstNumber();
        long current = segments.currentNumber();
        if (segments.bytes() <= target() || oldest >= current) {
            return false;
        }
        contents.shards().forEach((shard, at) -> {
            if (at.copySegment <= oldest) {
                askCopy(now, shard, waiting, listener);
            }
        });
        if (contents.rowsFrom() <= oldest && (!rowsAsked || now - rowsAskedAt >= AGAIN)) {
            rowsAsked = true;
            rowsAskedAt = now;
            contents.rowsAsked();
            listener.wantRows(current);
        }
        return isAsking();
    }

    /** True if something was asked for and has not come. */
    boolean isAsking() {
        return rowsAsked || !asked.isEmpty();
    }

    private void askCopy(long now, int shard, Iterable<Entry> waiting, Listener listener) {
        Long before = asked.get(shard);
        if (before == null ? asked.size() < AT_ONCE : now - before >= AGAIN && !isCopyIn(waiting, shard)) {
            asked.put(shard, now);
            listener.wantCopy(shard);
        }
    }

    private static boolean isCopyIn(Iterable<Entry> waiting, int shard) {
        for (Entry entry : waiting) {
            if (entry.shard == shard && (entry.kind == Kind.COPY || entry.kind == Kind.DOUBTFUL_COPY)) {
                return true;
            }
        }
        return false;
    }
}
