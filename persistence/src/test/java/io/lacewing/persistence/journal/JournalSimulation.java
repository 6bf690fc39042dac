package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.shard.Shard;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node with a few shards and rows that lives with its journal on a {@link SimulatedDisk}: it appends, is told what is
 * kept, answers the cleaner or does not, is killed or goes down at any moment, starts again, and judges what it gets
 * back by what it was told. One thread is all of the node's, and its clock.
 */
final class JournalSimulation implements Listener {
    private static final int SHARDS = 6;
    private static final int KEYS = 24;
    /** Those that change often. */
    private static final int BUSY_KEYS = 4;

    private static final Path DATA = Path.of("/data");

    /** What was appended for a shard, in order: where it then stood; null where it was forgotten. */
    private static final class History {
        final int number;
        final List<@Nullable Standing> steps = new ArrayList<>();
        final Set<Standing> everStood = new HashSet<>();
        /** Up to here, exclusively, everything has been reported kept. */
        int kept;
        /** Up to here, exclusively, everything was kept when the force before the last was done. */
        int keptBefore;
        /** Up to here, exclusively, everything has been forced for certain. */
        int forced;
        /** The journal said that its copy is doubtful. */
        boolean doubtful;
        /** Since then a whole copy was appended, or the shard forgotten; and the copy is kept. */
        boolean cured;

        boolean cureKept;

        @Nullable
        ShardSource source;
        /** What was recovered, while it is at rest on the disk. */
        @Nullable
        RecoveredShard atRest;

        int inFlight;

        History(int number) {
            this.number = number;
        }
    }

    /** A journal and its thread. */
    private record Running(Journal journal, Writer writer) {}

    private final Random random;
    private final Fsync fsync;
    private final SimulatedDisk disk;
    private final JournalSettings settings;
    private final List<History> shards = new ArrayList<>();
    private final Map<Integer, Long> keptRows = new TreeMap<>();
    private final Map<Integer, Long> rows = new TreeMap<>();
    private final Deque<Runnable> answers = new ArrayDeque<>();
    private final Set<Long> keptOnce = new HashSet<>();
    private long now = 1_000_000_000_000L;
    private long appends;
    private long lastKept;
    private long version;
    private long aliveAt;
    private boolean isFailing;
    private boolean mayHaveLost;

    private @Nullable Running running;
    /** What happened, to see that it did. */
    int crashes;

    int flips;
    int failures;
    int recoveries;
    int copiesWanted;
    int rowsWanted;
    int doubted;
    long keptInAll;

    JournalSimulation(long seed, Fsync fsync) {
        random = new Random(seed);
        this.fsync = fsync;
        disk = new SimulatedDisk(random);
        disk.bootKnown = random.nextInt(5) > 0;
        int segment = random.nextBoolean() ? 4 << 10 : 40 << 10;
        settings = new JournalSettings(DATA, fsync, Duration.ofMillis(100), 1 << 20, segment);
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new History(i));
        }
    }

    void lives(int count, int stepsEach, boolean withFlips) {
        for (int life = 0; life < count; life++) {
            boolean flipped = false;
            boolean down = false;
            boolean clean = false;
            try {
                start();
                int steps = random.nextInt(random.nextInt(3) == 0 ? 80 : 2 * stepsEach);
                for (int step = 0; step < steps; step++) {
                    step();
                }
                switch (random.nextInt(4)) {
                    case 0 -> clean = close();
                    case 1 -> {
                        disk.killIn = random.nextInt(30);
                        while (disk.killIn >= 0 && random.nextInt(400) > 0) {
                            step();
                        }
                    }
                    default -> {}
                }
            } catch (SimulatedDisk.Killed e) {
                clean = false;
            }
            crashes++;
            mend();
            if (random.nextBoolean()) {
                down = true;
                disk.machineGoesDown();
            } else {
                disk.processEnds();
            }
            if (withFlips && random.nextInt(3) == 0) {
                flipped = true;
                flips++;
                // A group that was forced last, and is corrupt after the machine went down, looks as if it had never
                // been
                // forced: the one case that the journal cannot tell.
                disk.flip(!down || fsync != Fsync.ALWAYS);
            }
            end(clean, down, flipped);
        }
        start();
    }

    private record Ended(boolean clean, boolean down, boolean flipped) {}

    private Ended ended = new Ended(true, false, false);

    private void end(boolean clean, boolean down, boolean flipped) {
        ended = new Ended(clean, down, flipped);
        running = null;
        answers.clear();
        isFailing = false;
        keptOnce.clear();
        lastKept = appends;
    }

    private void mend() {
        disk.capacity = Long.MAX_VALUE;
        disk.readOnly = false;
        disk.truncateFails = false;
        disk.failingWrites = 0;
        disk.failingForces = 0;
    }

    private void step() {
        now += random.nextInt(60_000_000);
        if (random.nextInt(200) == 0) {
            now += 2_500_000_000L;
        }
        switch (random.nextInt(12)) {
            case 0 -> turn();
            case 1 -> force();
            case 2 -> append(rowsOf(1 + random.nextInt(2)));
            case 3 -> {
                if (!answers.isEmpty()) {
                    answers.removeFirst().run();
                }
            }
            case 4 -> fault();
            case 5 -> rare();
            default -> {
                if (random.nextBoolean()) {
                    shard(random.nextInt(SHARDS));
                } else {
                    turn();
                }
            }
        }
    }

    private void turn() {
        running().writer.turn(now);
    }

    /** The request was made after the outcome of the one before was taken, so it is about all that was kept by then. */
    private void force() {
        boolean good = disk.failingForces == 0 && !disk.readOnly;
        if (live().forcer().step()) {
            for (History history : shards) {
                history.forced = good ? history.keptBefore : history.forced;
                history.keptBefore = history.kept;
            }
        }
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    private Journal live() {
        return running().journal;
    }

    private void fault() {
        if (random.nextInt(20) > 0) {
            return;
        }
        boolean was = disk.capacity != Long.MAX_VALUE
                || disk.readOnly
                || disk.truncateFails
                || disk.failingWrites + disk.failingForces > 0;
        mend();
        if (!was) {
            switch (random.nextInt(5)) {
                case 0 -> disk.capacity = disk.total() + random.nextInt(5_000);
                case 1 -> disk.readOnly = true;
                case 2 -> disk.failingWrites = 300;
                case 3 -> disk.failingForces = fsync == Fsync.NEVER ? 0 : 300;
                default -> {
                    disk.truncateFails = true;
                    disk.failingWrites = 300;
                    disk.failingForces = fsync == Fsync.NEVER ? 0 : 200;
                }
            }
        }
    }

    private void rare() {
        switch (random.nextInt(15)) {
            case 0 -> {
                aliveAt = Math.max(aliveAt, now / 1_000_000);
                live().alive(now / 1_000_000);
            }
            case 1 -> {
                int shard = random.nextInt(SHARDS);
                History history = shards.get(shard);
                if (history.inFlight == 0) {
                    forget(shard);
                }
            }
            case 2 -> {
                RecoveredShard atRest = shards.get(random.nextInt(SHARDS)).atRest;
                if (atRest != null) {
                    live().keep(atRest);
                }
            }
            default -> {}
        }
    }

    private void forget(int shard) {
        History history = shards.get(shard);
        live().forget(shard);
        history.steps.add(null);
        history.source = null;
        history.atRest = null;
        history.cured = true;
    }

    /** The next batch of a shard, or a whole copy first where the journal needs one. */
    private void shard(int number) {
        History history = shards.get(number);
        if (history.inFlight > 2 || (history.atRest != null && random.nextInt(30) > 0)) {
            return;
        }
        ShardSource source = history.source;
        if (source == null) {
            RecoveredShard atRest = history.atRest;
            source = atRest == null
                    ? new ShardSource(number)
                    : new ShardSource(number, Shard.restore(atRest.copy().snapshot()));
            history.source = source;
        }
        history.atRest = null;
        Standing before = Standing.of(source.shard);
        if (history.doubtful && !history.cured) {
            boolean follows = live().follows(number, before.epoch(), before.sequence(), before.hash());
            assertFalse(follows, "follows what is in doubt");
        }
        if (!live().follows(number, before.epoch(), before.sequence(), before.hash())) {
            copy(number);
        }
        assertTrue(live().follows(number, before.epoch(), before.sequence(), before.hash()));
        ShardSource.Encoded batch = source.next(random, random.nextInt(20) == 0 ? 5_000 : 100);
        Standing after = batch.after();
        history.everStood.add(after);
        live().batch(
                        number,
                        batch.bytes(),
                        after.epoch(),
                        after.sequence(),
                        after.hash(),
                        kept(history, history.steps.size(), false));
        history.steps.add(after);
    }

    private void copy(int number) {
        History history = shards.get(number);
        if (history.source == null) {
            throw new IllegalStateException("no shard " + number);
        }
        Shard shard = history.source.shard;
        Standing standing = Standing.of(shard);
        history.everStood.add(standing);
        live().copy(
                        number,
                        shard.snapshot(),
                        standing.epoch(),
                        standing.sequence(),
                        standing.hash(),
                        kept(history, history.steps.size(), true));
        history.steps.add(standing);
        history.cured = true;
    }

    private Runnable kept(History history, int step, boolean cure) {
        long append = ++appends;
        history.inFlight++;
        return () -> {
            keptNext(append);
            history.inFlight--;
            history.cureKept |= cure;
            history.kept = Math.max(history.kept, step + 1);
        };
    }

    private void keptNext(long append) {
        assertFalse(isFailing && fsync == Fsync.ALWAYS && disk.readOnly, "kept on a disk that cannot be written");
        assertTrue(keptOnce.add(append), "kept twice");
        assertTrue(append > lastKept, "kept out of order");
        lastKept = append;
        keptInAll++;
    }

    private List<Integer> rowsOf(int count) {
        List<Integer> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(random.nextInt(100) == 0 ? KEYS : BUSY_KEYS);
            rows.put(key, ++version);
            keys.add(key);
        }
        return keys;
    }

    private void append(List<Integer> keys) {
        Map<Integer, Long> now = new HashMap<>();
        List<byte[]> encoded = new ArrayList<>();
        for (int key : keys) {
            long at = rows.getOrDefault(key, 0L);
            now.put(key, at);
            encoded.add(ByteBuffer.allocate(32).putInt(key).putLong(at).array());
        }
        long append = ++appends;
        live().rows(encoded, () -> {
            keptNext(append);
            now.forEach((key, at) -> keptRows.merge(key, at, Math::max));
        });
    }

    private boolean close() {
        mend();
        Writer writer = running().writer;
        for (int i = 0; i < 100_000 && !(writer.turn(now += 1_000_000) > 1_000_000_000L && writer.isDone()); i++) {
            live().forcer().step();
            while (!answers.isEmpty()) {
                answers.removeFirst().run();
            }
        }
        assertTrue(writer.isDone(), "it does not come to rest");
        for (History history : shards) {
            assertEquals(0, history.inFlight, "something is not kept though the disk is good");
        }
        writer.finish();
        return !isFailing;
    }

    // What the journal says and asks.

    @Override
    public void failing(String why) {
        assertFalse(isFailing, "failing said twice: " + why);
        isFailing = true;
        failures++;
    }

    @Override
    public void recovered() {
        assertTrue(isFailing);
        isFailing = false;
        recoveries++;
    }

    @Override
    public void wantCopy(int shard) {
        copiesWanted++;
        if (random.nextInt(5) == 0) {
            return;
        }
        answers.add(() -> {
            History history = shards.get(shard);
            if (history.source != null) {
                copy(shard);
            } else if (history.atRest != null) {
                live().keep(history.atRest);
            } else {
                live().forget(shard);
            }
        });
    }

    @Override
    public void wantRows(long mark) {
        rowsWanted++;
        if (random.nextInt(5) > 0) {
            answers.add(() -> {
                List<Integer> all = new ArrayList<>(rows.keySet());
                append(all.subList(0, all.size() / 2));
                append(all.subList(all.size() / 2, all.size()));
                live().rowsWritten(mark);
            });
        }
    }

    // Starting, and judging what comes back.

    private void start() {
        Map<Integer, Long> recoveredRows = new TreeMap<>();
        Journal opened;
        try {
            opened = Journal.open(settings, disk, bytes -> {
                ByteBuffer row = ByteBuffer.wrap(bytes);
                recoveredRows.merge(row.getInt(), row.getLong(), Math::max);
            });
        } catch (JournalException e) {
            throw new AssertionError("after " + ended, e);
        }
        judge(opened.recovered(), recoveredRows);
        running = new Running(opened, opened.writer(this));
    }

    private void judge(Recovery recovery, Map<Integer, Long> recoveredRows) {
        String how = ended + " " + recovery.complaints();
        // With ALWAYS nothing that was kept is lost with the cache, but it cannot be told from what was.
        boolean mayLose = ended.down && fsync != Fsync.ALWAYS && !ended.clean;
        boolean mayDoubt = mayLose || (disk.lostCache && !ended.clean);
        disk.lostCache = false;
        mayHaveLost |= mayDoubt;
        if (!mayHaveLost && flips == 0 && disk.bootKnown) {
            assertEquals(List.of(), recovery.complaints(), how);
        }
        if (ended.clean && !ended.flipped) {
            assertTrue(recovery.cleanEnd(), how);
        }
        Map<Integer, RecoveredShard> found = new HashMap<>();
        recovery.shards().forEach(shard -> found.put(shard.shard(), shard));
        shards.forEach(history -> judge(history, found.get(history.number), mayDoubt, how));
        if (!recovery.rowsDoubtful()) {
            keptRows.forEach((key, at) ->
                    assertTrue(recoveredRows.getOrDefault(key, 0L) >= at, "row " + key + " lost or older: " + how));
        }
        recoveredRows.forEach((key, at) -> assertTrue(at <= version, "a row that was not written"));
        keptRows.clear();
        rows.clear();
        rows.putAll(recoveredRows);
        if (!recovery.rowsDoubtful()) {
            keptRows.putAll(recoveredRows);
        }
        assertTrue(recovery.aliveAt() <= aliveAt, "alive later than it was");
    }

    private void judge(History history, @Nullable RecoveredShard found, boolean mayDoubt, String how) {
        String what = "shard " + history.number + " after " + how;
        int last = history.kept - 1;
        if (found == null) {
            boolean forgotten = history.steps.isEmpty()
                    || last < 0
                    || history.steps.subList(last, history.steps.size()).contains(null);
            assertTrue(forgotten || ended.flipped || mayDoubt || flips > 0, "lost: " + what);
        } else {
            Standing standing = Standing.of(found.copy());
            assertTrue(history.everStood.contains(standing), "where it never was: " + what);
            List<@Nullable Standing> allowed =
                    last < 0 ? history.steps : history.steps.subList(last, history.steps.size());
            if (!found.doubtful()) {
                assertTrue(
                        allowed.contains(standing),
                        "older, and not doubtful: " + what + " " + standing + " " + allowed);
            }
            assertTrue(found.doubtful() || !history.doubtful || history.cured, "no longer doubtful: " + what);
            if (found.doubtful()) {
                doubted++;
                boolean still = history.doubtful && !history.cureKept;
                assertTrue(ended.flipped || mayDoubt || still || !disk.bootKnown, "doubtful: " + what + found.why());
            }
        }
        int sure = history.forced - 1;
        if (sure > 0 && flips == 0 && fsync == Fsync.INTERVAL) {
            List<@Nullable Standing> since = history.steps.subList(sure, history.steps.size());
            Standing standing = found == null ? null : Standing.of(found.copy());
            assertTrue(since.contains(standing), "forced and lost: " + what + " " + standing + " " + since);
        }
        history.steps.clear();
        history.keptBefore = 0;
        history.forced = 0;
        history.kept = 0;
        history.inFlight = 0;
        history.source = null;
        history.atRest = found;
        history.doubtful = found != null && found.doubtful();
        history.cured = false;
        history.cureKept = false;
        if (found != null) {
            history.steps.add(Standing.of(found.copy()));
            history.kept = 1;
            if (!found.doubtful() && random.nextInt(3) > 0) {
                history.source = new ShardSource(
                        history.number, Shard.restore(found.copy().snapshot()));
                history.atRest = null;
            }
        }
    }
}
