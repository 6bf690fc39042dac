package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A journal with its own threads on a real disk. */
class JournalTest {
    private static final int THREADS = 4;
    private static final int EACH = 300;

    @TempDir
    private Path data;

    private Journal open(Fsync fsync, RowSink rows) throws JournalException {
        return Journal.open(JournalSettings.of(data, fsync, 1 << 24), Disk.real(), rows);
    }

    private static void append(Journal journal, ShardSource source, ShardSource.Encoded batch, Runnable kept) {
        Standing after = batch.after();
        journal.batch(source.shard.number(), batch.bytes(), after.epoch(), after.sequence(), after.hash(), kept);
    }

    private static void copy(Journal journal, ShardSource source, Runnable kept) {
        Standing at = Standing.of(source.shard);
        journal.copy(source.shard.number(), source.shard.snapshot(), at.epoch(), at.sequence(), at.hash(), kept);
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsAppendAndAllIsKeptInTheirOrder(Fsync fsync) throws Exception {
        List<ShardSource> sources = new ArrayList<>();
        List<List<Long>> kept = new ArrayList<>();
        Told told = new Told();
        try (Journal journal = open(fsync, row -> {})) {
            CountDownLatch done = new CountDownLatch(THREADS * (2 * EACH + 1));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                ShardSource source = new ShardSource(i);
                List<Long> order = Collections.synchronizedList(new ArrayList<>());
                sources.add(source);
                kept.add(order);
                threads.add(new Thread(() -> {
                    Random random = new Random(source.shard.number());
                    copy(journal, source, done::countDown);
                    for (int n = 0; n < EACH; n++) {
                        ShardSource.Encoded batch = source.publishes(random, 300);
                        append(journal, source, batch, () -> {
                            order.add(batch.after().sequence());
                            done.countDown();
                        });
                        journal.rows(List.of("row".getBytes(StandardCharsets.UTF_8)), done::countDown);
                    }
                }));
            }
            journal.start(told);
            threads.forEach(Thread::start);
            assertTrue(done.await(60, TimeUnit.SECONDS), "not all is kept");
            journal.alive(12_345);
            JournalStats stats = journal.stats();
            assertTrue(stats.appendedRecords() >= THREADS * (2 * EACH + 1), stats.toString());
            assertEquals(THREADS, stats.copies());
            assertTrue(stats.bytes() > 0 && stats.segments() > 0);
            assertTrue(stats.write().count() > 0 && stats.write().seconds() > 0);
            assertTrue(stats.forces() > 0);
            assertEquals(Timing.BOUNDS.size() + 1, stats.force().counts().size());
            assertNull(stats.failing());
            for (Thread thread : threads) {
                thread.join();
            }
        }
        for (List<Long> order : kept) {
            assertEquals(order.stream().sorted().toList(), order);
            assertEquals(EACH, order.size());
        }
        assertEquals(List.of(), told.take());
        List<byte[]> rows = new ArrayList<>();
        try (Journal again = open(fsync, rows::add)) {
            Recovery recovery = again.recovered();
            assertTrue(recovery.cleanEnd());
            assertEquals(List.of(), recovery.complaints());
            assertEquals(12_345, recovery.aliveAt());
            assertEquals(THREADS * EACH, rows.size());
            assertEquals(THREADS * EACH, recovery.rows());
            assertEquals(THREADS, recovery.shards().size());
            for (RecoveredShard shard : recovery.shards()) {
                Standing standing = Standing.of(sources.get(shard.shard()).shard);
                assertEquals(standing, Standing.of(shard.copy()));
                assertFalse(shard.doubtful());
                assertTrue(again.follows(shard.shard(), standing.epoch(), standing.sequence(), standing.hash()));
                assertFalse(again.follows(shard.shard(), standing.epoch(), standing.sequence(), standing.hash() + 1));
            }
        }
    }

    @Test
    void aNewJournalIsEmpty() throws Exception {
        try (Journal journal = open(Fsync.ALWAYS, row -> {})) {
            Recovery recovery = journal.recovered();
            assertEquals(List.of(), recovery.shards());
            assertTrue(recovery.cleanEnd());
            assertEquals(0, recovery.aliveAt());
            assertEquals(0, recovery.bytes());
            assertFalse(journal.follows(1, 0, 0, 0));
        }
    }

    @Test
    void aBatchNeedsWhatItFollows() throws Exception {
        try (Journal journal = open(Fsync.ALWAYS, row -> {})) {
            ShardSource source = new ShardSource(1);
            ShardSource.Encoded batch = source.publishes(new Random(1), 10);
            assertThrows(IllegalStateException.class, () -> append(journal, source, batch, () -> {}));
            copy(journal, source, () -> {});
            source.publishes(new Random(1), 10);
            ShardSource.Encoded second = source.publishes(new Random(1), 10);
            assertThrows(IllegalStateException.class, () -> append(journal, source, second, () -> {}));
        }
    }

    @Test
    void whatIsForgottenIsGone() throws Exception {
        try (Journal journal = open(Fsync.INTERVAL, row -> {})) {
            journal.start(new Told());
            copy(journal, new ShardSource(1), () -> {});
            copy(journal, new ShardSource(2), () -> {});
            journal.forget(1);
            assertFalse(journal.follows(1, 1, 3, 0));
        }
        try (Journal again = open(Fsync.INTERVAL, row -> {})) {
            assertEquals(1, again.recovered().shards().size());
            assertEquals(2, again.recovered().shards().getFirst().shard());
        }
    }

    @Test
    void aCopyOfManyMegabytesIsOneRecord() throws Exception {
        ShardSource source = new ShardSource(1);
        Random random = new Random(1);
        for (int i = 0; i < 8; i++) {
            source.publishes(random, 200_000);
        }
        try (Journal journal = open(Fsync.ALWAYS, row -> {})) {
            journal.start(new Told());
            copy(journal, source, () -> {});
            append(journal, source, source.publishes(random, 3_000_000), () -> {});
        }
        try (Journal again = open(Fsync.ALWAYS, row -> {})) {
            assertEquals(
                    Standing.of(source.shard),
                    Standing.of(again.recovered().shards().getFirst().copy()));
        }
    }

    @Test
    void afterTheEndNothingIsTaken() throws Exception {
        Journal journal = open(Fsync.ALWAYS, row -> {});
        journal.start(new Told());
        journal.close();
        List<String> kept = new ArrayList<>();
        journal.rows(List.of(new byte[1]), () -> kept.add("rows"));
        assertEquals(List.of(), kept);
        assertEquals(0, journal.stats().waitingBytes());
        journal.close();
    }

    @Test
    void settingsSayWhatIsWrong() {
        assertThrows(IllegalArgumentException.class, () -> JournalSettings.of(data, Fsync.ALWAYS, 1_000));
        assertEquals(32 << 20, JournalSettings.of(data, Fsync.ALWAYS, 1L << 40).segmentBytes());
        assertEquals(1 << 20, JournalSettings.of(data, Fsync.ALWAYS, 32 << 20).segmentBytes());
    }
}
