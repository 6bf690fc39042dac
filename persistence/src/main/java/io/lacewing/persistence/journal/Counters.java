package io.lacewing.persistence.journal;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a journal counts, for {@link Journal#stats}. Any thread reads and appends; the writer's sets the rest. */
final class Counters {
    final Timings timings = new Timings();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong copies = new AtomicLong();
    private volatile Standing standing = new Standing(0, 0, null);

    private record Standing(
            long bytes, int segments, @Nullable String failing) {}

    void appended(Entry entry) {
        waiting.addAndGet(entry.bytes());
    }

    /** It came too late. */
    void dropped(Entry entry) {
        waiting.addAndGet(-entry.bytes());
    }

    void written(Entry entry) {
        if (entry.kind != Kind.STANDING) {
            waiting.addAndGet(-entry.bytes());
        }
        if (entry.kind == Kind.COPY || entry.kind == Kind.DOUBTFUL_COPY) {
            copies.incrementAndGet();
        }
        records.incrementAndGet();
        bytes.addAndGet(entry.bytes());
    }

    void standing(long onDisk, int segments, @Nullable String failing) {
        Standing old = standing;
        if (old.bytes != onDisk || old.segments != segments || !Objects.equals(old.failing, failing)) {
            standing = new Standing(onDisk, segments, failing);
        }
    }

    JournalStats stats() {
        Standing now = standing;
        Timing forces = timings.forces();
        return new JournalStats(
                now.bytes,
                now.segments,
                bytes.get(),
                records.get(),
                copies.get(),
                forces.count(),
                waiting.get(),
                now.failing,
                timings.writes(),
                forces);
    }
}
