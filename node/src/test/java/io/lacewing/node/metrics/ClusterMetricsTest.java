package io.lacewing.node.metrics;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.ClusterStanding;
import io.lacewing.cluster.core.Voters;
import io.lacewing.cluster.core.Voters.Voter;
import io.lacewing.persistence.journal.JournalStats;
import io.lacewing.persistence.journal.Timing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterMetricsTest {
    private final Metrics metrics = new Metrics("1.2.3", "test");
    private @Nullable ClusterStanding standing;

    @AfterEach
    void close() {
        metrics.close();
    }

    private void assertShown(String line) {
        String scrape = metrics.scrape();
        assertTrue(scrape.lines().anyMatch(line::equals), () -> line + " is not in\n" + scrape);
    }

    @Test
    void theStandingIsShownAsItIs() {
        metrics.showStanding(() -> standing);
        assertShown("lacewing_cluster_lease 0.0");
        standing = new ClusterStanding(
                true,
                new Voters(7, 3, List.of(new Voter("a", 1), new Voter("b", 2), new Voter("c", 3))),
                List.of("a", "b"),
                135,
                2,
                4);
        assertShown("lacewing_cluster_lease 1.0");
        assertShown("lacewing_cluster_voters 3.0");
        assertShown("lacewing_cluster_members 2.0");
        assertShown("lacewing_shards{state=\"owned\"} 135.0");
        assertShown("lacewing_shards{state=\"closed\"} 2.0");
        assertShown("lacewing_shards{state=\"behind\"} 4.0");
    }

    @Test
    void theJournalIsShownAsItIs() {
        List<Long> counts = new ArrayList<>(Collections.nCopies(Timing.BOUNDS.size() + 1, 0L));
        counts.set(3, 5L); // at most a millisecond
        counts.set(counts.size() - 1, 1L); // longer than all bounds
        Timing forced = new Timing(6, 7.5, counts);
        Timing none = new Timing(0, 0, Collections.nCopies(Timing.BOUNDS.size() + 1, 0L));
        metrics.showJournal(() -> new JournalStats(1000, 3, 2000, 40, 5, 6, 70, "full", none, forced));
        assertShown("lacewing_journal_disk_bytes 1000.0");
        assertShown("lacewing_journal_segments 3.0");
        assertShown("lacewing_journal_written_bytes_total 2000.0");
        assertShown("lacewing_journal_records_total 40.0");
        assertShown("lacewing_journal_copies_total 5.0");
        assertShown("lacewing_journal_waiting_bytes 70.0");
        assertShown("lacewing_journal_failing 1.0");
        assertShown("lacewing_journal_force_seconds_bucket{le=\"0.001\"} 5");
        assertShown("lacewing_journal_force_seconds_bucket{le=\"2.5\"} 5");
        assertShown("lacewing_journal_force_seconds_bucket{le=\"+Inf\"} 6");
        assertShown("lacewing_journal_force_seconds_count 6");
        assertShown("lacewing_journal_force_seconds_sum 7.5");
        assertShown("lacewing_journal_write_seconds_count 0");
    }

    @Test
    void withoutAJournalNothingIsShownOfIt() {
        assertFalse(metrics.scrape().contains("lacewing_journal"));
    }
}
