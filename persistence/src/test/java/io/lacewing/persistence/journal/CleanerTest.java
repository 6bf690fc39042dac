package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How a journal stays within its bound. */
class CleanerTest {
    private static final long MAX = 1 << 20;

    private final SimulatedDisk disk = new SimulatedDisk(new Random(5));
    private final ShardSource busy = new ShardSource(1);
    private final ShardSource idle = new ShardSource(2);

    private Stepped started() throws JournalException {
        Stepped journal = Stepped.open(disk, Fsync.ALWAYS);
        journal.copy(busy);
        journal.copy(idle);
        journal.rows("a", "b");
        journal.turn();
        journal.keptSince();
        return journal;
    }

    /** Batches until something is asked for. */
    private static void fill(Stepped journal, ShardSource source, long upTo) {
        while (journal.journal.stats().bytes() < upTo && journal.told.all.isEmpty()) {
            journal.batch(source, 2_000);
            journal.turn();
        }
    }

    @Test
    void asksForWhatTheOldestSegmentIsNeededFor() throws JournalException {
        Stepped journal = started();
        fill(journal, busy, MAX / 2 - 4_000);
        assertEquals(List.of(), journal.told.take());
        fill(journal, busy, MAX);
        List<String> asked = journal.told.take();
        assertEquals(3, asked.size(), asked.toString());
        assertEquals(List.of("copy 1", "copy 2"), asked.subList(0, 2));
        long mark = Long.parseLong(asked.get(2).substring("rows ".length()));

        journal.turn();
        assertEquals(List.of(), journal.told.take(), "not asked again at once");
        journal.pass(5_100);
        journal.turn();
        assertEquals(3, journal.told.take().size(), "asked again when nothing came");

        int segments = journal.journal.stats().segments();
        journal.copy(busy);
        journal.copy(idle);
        journal.rows("a", "b2");
        journal.turn();
        fill(journal, busy, MAX / 2 + 100_000);
        assertTrue(journal.journal.stats().segments() >= segments, "without the rows the oldest segment stays");
        journal.journal.rowsWritten(mark);
        long before = journal.journal.stats().bytes();
        for (int i = 0; i < 100; i++) {
            journal.batch(busy, 2_000);
            journal.turn();
        }
        assertTrue(journal.journal.stats().bytes() < before);
        disk.processEnds();
        Stepped next = Stepped.open(disk, Fsync.ALWAYS);
        assertEquals(List.of(), next.journal.recovered().complaints());
        assertEquals(2, next.journal.recovered().shards().size());
        assertEquals(List.of("a", "b2"), next.rows.subList(next.rows.size() - 2, next.rows.size()));
    }

    @Test
    void atItsBoundOnlyWhatMakesRoomIsWritten() throws JournalException {
        Stepped journal = started();
        int sent = 0;
        while (journal.told.all.stream().noneMatch(what -> what.startsWith("failing"))) {
            journal.keptSince();
            journal.batch(busy, 2_000);
            journal.turn();
            assertTrue(++sent < 5_000);
        }
        assertEquals(List.of(), journal.keptSince());
        String why = journal.told.all.getLast();
        assertTrue(why.contains("at its bound"), why);
        assertTrue(journal.journal.stats().bytes() <= MAX);
        journal.told.take();
        journal.pass(6_000);
        journal.turn();
        List<String> asked = journal.told.take();
        assertTrue(asked.containsAll(List.of("copy 1", "copy 2")), asked.toString());

        journal.copy(busy);
        journal.copy(idle);
        journal.rows("a", "b");
        journal.journal.rowsWritten(Long.parseLong(asked.getLast().substring("rows ".length())));
        for (int i = 0; i < 5; i++) {
            journal.turn();
        }
        assertTrue(journal.told.take().contains("recovered"));
        assertTrue(journal.keptSince().containsAll(List.of("copy", "rows")));
        assertTrue(journal.journal.stats().bytes() < MAX / 2);
        disk.processEnds();
        Recovery recovery = Stepped.open(disk, Fsync.ALWAYS).journal.recovered();
        assertEquals(List.of(), recovery.complaints());
        recovery.shards().forEach(shard -> assertFalse(shard.doubtful()));
        assertEquals(busy.shard.sequence(), recovery.shards().getFirst().copy().sequence());
    }

    @Test
    void aForgottenShardNeedsNothing() throws JournalException {
        Stepped journal = started();
        journal.journal.forget(2);
        fill(journal, busy, MAX);
        assertFalse(journal.told.take().contains("copy 2"));
    }
}
