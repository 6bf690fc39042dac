package io.lacewing.persistence.journal;

import io.lacewing.persistence.shard.Shard;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A journal whose thread and clock is the test. */
final class Stepped {
    static final Path DATA = Path.of("/data");
    static final Path DIR = DATA.resolve("journal");

    final Journal journal;
    final Writer writer;
    final Told told = new Told();
    final List<String> rows;
    final List<String> kept = new ArrayList<>();
    final Random random = new Random(1);
    private long now;

    private Stepped(Journal journal, List<String> rows) {
        this.journal = journal;
        this.rows = rows;
        writer = journal.writer(told);
    }

    static JournalSettings settings(Fsync fsync) {
        return new JournalSettings(DATA, fsync, Duration.ofMillis(100), 1 << 20, 64 << 10);
    }

    static Stepped open(Disk disk, Fsync fsync) throws JournalException {
        return open(disk, settings(fsync));
    }

    static Stepped open(Disk disk, JournalSettings settings) throws JournalException {
        List<String> rows = new ArrayList<>();
        return new Stepped(
                Journal.open(settings, disk, row -> rows.add(new String(row, StandardCharsets.UTF_8))), rows);
    }

    /** A turn, and after that a force if one was asked for, and what follows it. */
    void turn() {
        turnOnly();
        journal.forcer().step();
        turnOnly();
    }

    void turnOnly() {
        now += TimeUnit.MILLISECONDS.toNanos(1);
        writer.turn(now);
    }

    void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    void copy(ShardSource source) {
        Shard shard = source.shard;
        journal.copy(
                shard.number(),
                shard.snapshot(),
                shard.epoch(),
                shard.sequence(),
                shard.hash(),
                () -> kept.add("copy"));
    }

    Standing batch(ShardSource source, int payload) {
        ShardSource.Encoded batch = source.publishes(random, payload);
        append(source, batch);
        return batch.after();
    }

    void append(ShardSource source, ShardSource.Encoded batch) {
        Standing after = batch.after();
        journal.batch(
                source.shard.number(),
                batch.bytes(),
                after.epoch(),
                after.sequence(),
                after.hash(),
                () -> kept.add("batch " + after.sequence()));
    }

    void rows(String... texts) {
        List<byte[]> all = new ArrayList<>();
        for (String text : texts) {
            all.add(text.getBytes(StandardCharsets.UTF_8));
        }
        journal.rows(all, () -> kept.add("rows"));
    }

    /** Turns until nothing is left, and ends. */
    void close() {
        do {
            turn();
        } while (!writer.isDone());
        writer.finish();
    }

    List<String> keptSince() {
        List<String> taken = List.copyOf(kept);
        kept.clear();
        return taken;
    }
}
