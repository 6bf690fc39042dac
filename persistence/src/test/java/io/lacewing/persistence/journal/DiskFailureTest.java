package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a journal does while the disk fails, and afterwards. */
class DiskFailureTest {
    private final SimulatedDisk disk = new SimulatedDisk(new Random(5));
    private final ShardSource source = new ShardSource(3);

    private Stepped started(Fsync fsync) throws JournalException {
        Stepped journal = Stepped.open(disk, fsync);
        journal.copy(source);
        journal.turn();
        assertEquals(List.of("copy"), journal.keptSince());
        return journal;
    }

    private Recovery recovered(Fsync fsync) throws JournalException {
        disk.processEnds();
        return Stepped.open(disk, fsync).journal.recovered();
    }

    @ParameterizedTest
    @EnumSource
    void aFullDiskKeepsNothingUntilThereIsSpace(Fsync fsync) throws JournalException {
        Stepped journal = started(fsync);
        disk.capacity = disk.total() + 10;
        journal.batch(source, 100);
        journal.turn();
        assertEquals(List.of(), journal.keptSince());
        List<String> told = journal.told.take();
        assertEquals(1, told.size());
        assertTrue(told.getFirst().contains("No space left on device"), told.getFirst());
        assertTrue(told.getFirst().contains("/data/journal"), told.getFirst());
        assertTrue(told.getFirst().contains("free space"), told.getFirst());
        String failing = journal.journal.stats().failing();
        assertTrue(failing != null && failing.contains("No space"));

        journal.pass(1_100);
        journal.turn();
        assertEquals(List.of(), journal.told.take(), "it is said once");
        disk.capacity = Long.MAX_VALUE;
        journal.turn();
        assertEquals(List.of(), journal.keptSince(), "it is tried again every second, not sooner");
        journal.pass(1_100);
        journal.turn();
        assertEquals(List.of("batch 4"), journal.keptSince());
        assertEquals(List.of("recovered"), journal.told.take());
        assertNull(journal.journal.stats().failing());

        Recovery recovery = recovered(fsync);
        assertEquals(List.of(), recovery.complaints());
        assertEquals(4, recovery.shards().getFirst().copy().sequence());
    }

    @Test
    void whatAFailedWriteLeftIsVoidEvenIfItCannotBeCutOff() throws JournalException {
        Stepped journal = started(Fsync.ALWAYS);
        disk.failingWrites = 1_000;
        disk.truncateFails = true;
        journal.batch(source, 2_000);
        journal.turn();
        disk.failingWrites = 0;
        journal.pass(1_100);
        journal.turn();
        assertEquals(List.of("batch 4"), journal.keptSince());
        Recovery recovery = recovered(Fsync.ALWAYS);
        assertEquals(List.of(), recovery.complaints());
        assertEquals(4, recovery.shards().getFirst().copy().sequence());
        assertFalse(recovery.shards().getFirst().doubtful());
    }

    @ParameterizedTest
    @EnumSource(names = {"ALWAYS", "INTERVAL"})
    void afterAFailedForceEverythingSinceTheLastGoodOneIsWrittenAgain(Fsync fsync) throws JournalException {
        Stepped journal = started(fsync);
        journal.pass(200);
        disk.failingForces = 1_000;
        journal.batch(source, 9_000);
        journal.turn();
        assertEquals(fsync == Fsync.ALWAYS ? List.of() : List.of("batch 4"), journal.keptSince());
        assertEquals(1, journal.told.take().size());
        journal.batch(source, 100);
        journal.pass(1_100);
        journal.turn();
        assertEquals(List.of(), journal.keptSince());
        disk.failingForces = 0;
        journal.pass(1_100);
        journal.turn();
        assertEquals(fsync == Fsync.ALWAYS ? List.of("batch 4", "batch 5") : List.of("batch 5"), journal.keptSince());
        assertEquals(List.of("recovered"), journal.told.take());
        journal.pass(200);
        journal.turn();
        Recovery recovery = recovered(fsync);
        assertEquals(List.of(), recovery.complaints());
        assertEquals(5, recovery.shards().getFirst().copy().sequence());
        assertFalse(recovery.shards().getFirst().doubtful());
    }

    @Test
    void whatIsForcedSurvivesTheMachine() throws JournalException {
        Stepped journal = started(Fsync.ALWAYS);
        disk.failingForces = 1_000;
        journal.batch(source, 9_000);
        journal.turn();
        disk.failingForces = 0;
        journal.pass(1_100);
        journal.turn();
        assertEquals(List.of("batch 4"), journal.keptSince());
        disk.machineGoesDown();
        RecoveredShard shard = recovered(Fsync.ALWAYS).shards().getFirst();
        assertFalse(shard.doubtful(), shard.why());
        assertEquals(4, shard.copy().sequence());
    }

    @Test
    void withoutForcesAMachineThatWentDownLeavesDoubt() throws JournalException {
        for (Fsync fsync : List.of(Fsync.INTERVAL, Fsync.NEVER)) {
            SimulatedDisk own = new SimulatedDisk(new Random(6));
            Stepped journal = Stepped.open(own, fsync);
            journal.copy(source);
            journal.turn();
            journal.turn();
            own.machineGoesDown();
            Stepped next = Stepped.open(own, fsync);
            Recovery recovery = next.journal.recovered();
            assertTrue(recovery.rowsDoubtful());
            assertTrue(recovery.complaints().getLast().contains("the machine went down"));
            recovery.shards().forEach(shard -> assertTrue(shard.doubtful()));
        }
    }

    @Test
    void doubtStaysUntilAWholeCopyComes() throws JournalException {
        Stepped first = started(Fsync.INTERVAL);
        first.turn();
        disk.machineGoesDown();
        Stepped second = Stepped.open(disk, Fsync.INTERVAL);
        RecoveredShard doubtful = second.journal.recovered().shards().getFirst();
        assertTrue(doubtful.doubtful());
        Standing standing = Standing.of(doubtful.copy());
        assertFalse(second.journal.follows(3, standing.epoch(), standing.sequence(), standing.hash()));
        second.journal.keep(doubtful);
        second.close();
        disk.processEnds();

        Stepped third = Stepped.open(disk, Fsync.INTERVAL);
        assertTrue(third.journal.recovered().cleanEnd());
        assertTrue(third.journal.recovered().shards().getFirst().doubtful());
        third.copy(source);
        assertTrue(third.journal.follows(3, source.shard.epoch(), source.shard.sequence(), source.shard.hash()));
        third.close();
        RecoveredShard now = recovered(Fsync.INTERVAL).shards().getFirst();
        assertFalse(now.doubtful(), now.why());
    }

    @Test
    void withoutHoldingAFailedForceIsTheEnd() throws JournalException {
        Stepped journal = started(Fsync.NEVER);
        disk.reopenedForcesFail = true;
        for (int i = 0; i < 1_000 && journal.told.all.stream().noneMatch(what -> what.startsWith("failing")); i++) {
            journal.batch(source, 20_000);
            journal.copy(source);
            journal.turn();
        }
        String why = journal.told.take().getLast();
        assertTrue(why.contains("until the node is restarted"), why);
        journal.keptSince();
        disk.reopenedForcesFail = false;
        journal.batch(source, 100);
        journal.pass(2_000);
        journal.turn();
        assertEquals(List.of(), journal.keptSince());
        assertEquals(List.of(), journal.told.take());
    }

    @Test
    void aReadOnlyDirectoryIsNamed() throws JournalException {
        Stepped journal = started(Fsync.ALWAYS);
        disk.readOnly = true;
        journal.batch(source, 10);
        journal.turn();
        String why = journal.told.take().getFirst();
        assertTrue(why.contains("read-only: see the kernel's log"), why);
    }
}
