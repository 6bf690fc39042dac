package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.persistence.shard.ShardLimits;
import org.junit.jupiter.api.Test;

class ShardFillTest {
    private static final ShardLimits LIMITS = ShardLimits.DEFAULT.withMaxBytes(1_000);

    private final Now now = new Now();
    private final Effects effects = new Effects();
    private final ShardNotes notes = new ShardNotes(now, effects);
    private final ShardFill fill = new ShardFill(7, notes);
    private long time;

    /** How often it was noted that the shard, which now holds so much, is nearly full. */
    private long noted(long bytes) {
        fill.holds(bytes, LIMITS);
        assertEquals(bytes, fill.bytes());
        for (int i = 0; i < 20; i++) {
            time += 100;
            now.advance(time, time);
            notes.tick();
        }
        return effects.drain().stream()
                .filter(effect -> effect instanceof Effect.Note(Event event, long count, String detail)
                        && event == Event.SHARD_NEARLY_FULL
                        && count == 1
                        && detail.equals("shard 7: of 1000 bytes more than 80 % are used"))
                .count();
    }

    @Test
    void itIsSaidOnceUntilTheShardWasHalfEmpty() {
        assertEquals(0, noted(0));
        assertEquals(0, noted(800));
        assertEquals(1, noted(801));
        assertEquals(0, noted(1_100));
        assertEquals(0, noted(500));
        assertEquals(0, noted(900));
        assertEquals(0, noted(499));
        assertEquals(1, noted(900));
    }
}
