package io.lacewing.node;

import io.lacewing.persistence.journal.JournalStats;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when the disk takes nothing any more, and when it does again: once each in the log, and to whoever asks. */
final class DiskWatch {
    /** How often to look. */
    static final long LOOK_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger("io.lacewing.persistence");

    private final Supplier<JournalStats> stats;

    /** What was logged last; of the thread that looks. */
    private boolean failing;

    DiskWatch(Supplier<JournalStats> stats) {
        this.stats = stats;
    }

    /** How the journal stands. Any thread. */
    JournalStats stats() {
        return stats.get();
    }

    /** Why the node should get no traffic; null if the disk is no reason. Any thread. */
    @Nullable
    String objection() {
        String why = stats.get().failing();
        return why == null ? null : "the disk takes nothing: " + why;
    }

    /** Logs what has changed. By one thread. */
    void look() {
        String why = objection();
        if (why != null && !failing) {
            LOG.error("{}; nothing is acknowledged until it does", why);
        } else if (why == null && failing) {
            LOG.info("the disk takes writes again");
        }
        failing = why != null;
    }
}
