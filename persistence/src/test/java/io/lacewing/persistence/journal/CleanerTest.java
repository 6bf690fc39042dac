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
    private int sent;

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
    void whatTheFilesHaveOfAShardIsReadAndKeptAgain() throws JournalException {
        Stepped journal = started();
        journal.batch(idle, 100);
        journal.turn();
        Standing standing = Standing.of(idle.shard);
        fill(journal, busy, MAX);
        List<String> asked = journal.told.take();
        assertTrue(asked.contains("copy 2"), asked.toString());
        RecoveredShard read = journal.journal.reread(2).orElseThrow();
        assertEquals(standing, Standing.of(read.copy()));
        assertFalse(read.doubtful(), read.why());
        assertTrue(journal.journal.keepAgain(read));
        journal.copy(busy);
        journal.rows("a", "b");
        journal.journal.rowsWritten(Long.parseLong(asked.getLast().substring("rows ".length())));
        long before = journal.journal.stats().bytes();
        for (int i = 0; i < 100; i++) {
            journal.batch(busy, 2_000);
            journal.turn();
        }
        assertTrue(journal.journal.stats().bytes() < before, "shard 2 pins nothing");
        disk.processEnds();
        Recovery recovery = Stepped.open(disk, Fsync.ALWAYS).journal.recovered();
        assertEquals(standing, Standing.of(recovery.shards().getLast().copy()));
        assertFalse(recovery.shards().getLast().doubtful());
    }

    @Test
    void whatHasGoneOnIsNotSetBackByWhatWasRead() throws JournalException {
        Stepped journal = started();
        RecoveredShard read = journal.journal.reread(2).orElseThrow();
        journal.batch(idle, 100);
        assertFalse(journal.journal.keepAgain(read));
        journal.journal.forget(1);
        journal.turn();
        assertTrue(journal.journal.reread(1).isEmpty());
        assertEquals(
                Standing.of(idle.shard),
                Standing.of(journal.journal.reread(2).orElseThrow().copy()));
    }

    @Test
    void aForgottenShardNeedsNothing() throws JournalException {
        Stepped journal = started();
        journal.journal.forget(2);
        fill(journal, busy, MAX);
        assertFalse(journal.told.take().contains("copy 2"));
    }

    @Test
    void whatAnInterruptedStepLeftIsDeleted() throws Exception {
        Stepped journal = started();
        journal.batch(busy, 100);
        journal.turn();
        disk.processEnds();
        disk.create(Stepped.DIR.resolve("00000000000000ff.new"));
        disk.create(Stepped.DIR.resolve("0000000000000077.log"));
        Stepped next = Stepped.open(disk, Fsync.ALWAYS);
        assertEquals(List.of(), next.journal.recovered().complaints());
        next.turn();
        List<String> names = disk.list(Stepped.DIR).stream()
                .map(path -> String.valueOf(path.getFileName()))
                .toList();
        assertEquals(List.of("0000000000000001.log", "0000000000000100.log"), names);
    }

    /** Below the bound there is some room, but less than the next record takes, and the segment is not full. */
    @Test
    void aRecordThatJustDoesNotFitMakesTheOldestSegmentGo() throws JournalException {
        Stepped journal = started();
        while (journal.told.all.stream().noneMatch(what -> what.startsWith("failing"))) {
            journal.batch(busy, 30_000);
            journal.turn();
            answer(journal);
            journal.told.all.removeIf(what -> !what.startsWith("failing"));
            assertTrue(++sent < 3_000, "the bound was never reached");
        }
        journal.told.take();
        for (int i = 0; i < 10; i++) {
            journal.pass(1_100);
            journal.turn();
        }
        assertEquals(0, journal.journal.stats().waitingBytes(), "stuck at " + journal.journal.stats());
    }

    private void answer(Stepped journal) {
        if (journal.told.all.contains("copy 1")) {
            journal.copy(busy);
        }
        if (journal.told.all.contains("copy 2")) {
            journal.copy(idle);
        }
        for (String what : List.copyOf(journal.told.all)) {
            if (what.startsWith("rows ")) {
                journal.rows("a", "b");
                journal.journal.rowsWritten(Long.parseLong(what.substring("rows ".length())));
            }
        }
    }

    @Test
    void nothingIsDeletedBeforeWhatTakesItsPlaceIsForced() throws JournalException {
        Stepped journal = Stepped.open(disk, Fsync.INTERVAL);
        journal.copy(busy);
        while (journal.told.all.isEmpty()) {
            journal.batch(busy, 2_000);
            journal.turn();
            journal.pass(200);
        }
        journal.copy(busy);
        int before = journal.journal.stats().segments();
        while (journal.journal.stats().segments() < before + 2) {
            journal.batch(busy, 2_000);
            journal.turnOnly();
        }
        assertTrue(disk.list(Stepped.DIR).contains(Stepped.DIR.resolve("0000000000000001.log")));
        journal.turn();
        journal.pass(200);
        journal.turn();
        assertFalse(disk.list(Stepped.DIR).contains(Stepped.DIR.resolve("0000000000000001.log")));
    }
}
