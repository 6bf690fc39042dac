package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.NearlyFull;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final SessionLimits LIMITS = new SessionLimits(10, 2_000, 10, 10, QueuePolicy.DROP_NEWEST, false);

    private final List<String> lines = new ArrayList<>();
    private final QueueWatch watch = new QueueWatch(lines::add);

    private void nearlyFull(String client, long now) {
        watch.nearlyFull(new NearlyFull(client, 9, 900, LIMITS), now);
    }

    @Test
    void aLineNamesTheSessionAndWhatWillHappen() {
        nearlyFull("meter-7", 0);
        assertEquals(
                List.of("The queue of meter-7 is nearly full: 9 of 10 messages, 900 of 2000 bytes; when it is full,"
                        + " further ones are dropped (limits.queuePolicy)"),
                lines);
    }

    @Test
    void aClientIdCanNotWriteLinesOfItsOwn() {
        nearlyFull("a\nERROR b\u2028c\u00e4", 0);
        assertTrue(lines.getFirst().startsWith("The queue of a?ERROR b?c\u00e4 is"), lines.getFirst());
        assertFalse(lines.getFirst().contains("\n"));
    }

    @Test
    void manyAtOnceAreSummedUp() {
        long start = Long.MAX_VALUE - SECOND / 2; // System.nanoTime() may overflow
        for (int i = 0; i < 25; i++) {
            nearlyFull("c" + i, start + i);
        }
        assertEquals(10, lines.size());
        watch.tick(start + SECOND - 1);
        assertEquals(10, lines.size());
        watch.tick(start + SECOND);
        assertEquals("and 15 more sessions whose queue is nearly full", lines.get(10));
        watch.tick(start + 2 * SECOND);
        assertEquals(11, lines.size(), "said once");
        nearlyFull("later", start + 3 * SECOND);
        assertEquals(12, lines.size());
        nearlyFull("much later", start + 9 * SECOND);
        assertEquals(13, lines.size());
    }
}
