package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lacewing.persistence.journal.JournalStats;
import io.lacewing.persistence.journal.Timing;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DiskWatchTest {
    private static final Timing NONE = new Timing(0, 0, Collections.nCopies(Timing.BOUNDS.size() + 1, 0L));

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.lacewing.persistence");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private @Nullable String failing;
    private final DiskWatch disk = new DiskWatch(() -> new JournalStats(0, 1, 0, 0, 0, 0, 0, failing, NONE, NONE));

    DiskWatchTest() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        lines.start();
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    @Test
    void theEndAndTheNewBeginningAreLoggedOnceEach() {
        disk.look();
        assertNull(disk.objection());
        failing = "No space left on device";
        assertEquals("the disk takes nothing: No space left on device", disk.objection());
        disk.look();
        disk.look();
        failing = null;
        disk.look();
        disk.look();
        assertNull(disk.objection());
        assertEquals(
                List.of(
                        "ERROR the disk takes nothing: No space left on device; nothing is acknowledged until it does",
                        "INFO the disk takes writes again"),
                lines.list.stream()
                        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                        .toList());
    }
}
