package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lacewing.cluster.core.Effect.Event;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NoteLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("note-log-test");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final NoteLog notes = new NoteLog(logger);

    NoteLogTest() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        lines.start();
    }

    private List<String> logged() {
        return lines.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Test
    void whatBefallsAllShardsIsOneLine() {
        for (int shard = 0; shard < 271; shard++) {
            notes.note(Event.SHARD_RECOVERED, 1, "shard " + shard);
        }
        assertEquals(List.of(), logged());
        notes.flush();
        assertEquals(
                List.of("INFO shards recovered from disk: 271 (shard 0; shard 1; shard 2; shard 3; shard 4 ...)"),
                logged());
        notes.flush();
        assertEquals(1, logged().size());
    }

    @Test
    void eachKindHasItsLineAndItsLevel() {
        notes.note(Event.SHARD_LOST, 1, "shard 7");
        notes.note(Event.SHARD_CREATED, 1, "shard 8");
        notes.note(Event.VOTERS_CHANGED, 3, "a, b, c");
        notes.flush();
        notes.note(Event.SHARD_LOST, 1, "shard 9");
        notes.flush();
        assertEquals(
                List.of(
                        "WARN shards begin empty, as all their copies are lost: 1 (shard 7)",
                        "INFO voters changed: 3 (a, b, c)",
                        "WARN shards begin empty, as all their copies are lost: 1 (shard 9)"),
                logged());
    }
}
