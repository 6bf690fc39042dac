package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that were written with format 1 are read to what they were. They are in {@code src/test/resources} and stay as
 * they are; files of a later format come beside them. See the package's documentation for how a format is changed. {@code
 * -Dlacewing.fixture=write} writes those of the present format anew, which is right only before a release has written
 * any.
 */
class FormatTest {
    private static final Path FIXTURE = Path.of("src/test/resources/journal-format-1");
    private static final String EXPECTED = "expected.txt";

    @TempDir
    private Path temp;

    @Test
    void format1IsRead() throws Exception {
        if ("write".equals(System.getProperty("lacewing.fixture"))) {
            write();
        }
        Path dir = Files.createDirectories(temp.resolve("journal"));
        try (Stream<Path> files = Files.list(FIXTURE.resolve("journal"))) {
            for (Path file : files.toList()) {
                Files.copy(file, dir.resolve(file.getFileName()));
            }
        }
        assertEquals(Files.readString(FIXTURE.resolve(EXPECTED)), describe(temp));
    }

    /** What is read, line by line. */
    private static String describe(Path data) throws JournalException {
        StringBuilder text = new StringBuilder();
        List<String> rows = new ArrayList<>();
        JournalSettings settings = settings(data);
        try (Journal journal =
                Journal.open(settings, Disk.real(), row -> rows.add(new String(row, StandardCharsets.UTF_8)))) {
            Recovery recovery = journal.recovered();
            for (RecoveredShard shard : recovery.shards()) {
                text.append("shard ").append(shard.shard()).append(" at ").append(Standing.of(shard.copy()));
                text.append(" hash ").append(Long.toHexString(shard.copy().hash()));
                text.append(shard.doubtful() ? " doubtful: " + shard.why() : "").append('\n');
            }
            text.append("rows ").append(rows).append('\n');
            text.append("alive ").append(recovery.aliveAt()).append('\n');
            text.append("clean ").append(recovery.cleanEnd()).append('\n');
            text.append("rows doubtful ").append(recovery.rowsDoubtful()).append('\n');
            text.append("complaints ").append(recovery.complaints()).append('\n');
        }
        return text.toString();
    }

    private static JournalSettings settings(Path data) {
        return new JournalSettings(data, Fsync.ALWAYS, Duration.ofMillis(100), 1 << 24, 4 << 10);
    }

    /** Every kind of record, over a few segments and two runs. */
    private void write() throws Exception {
        Path data = temp.resolve("written");
        Stepped first = Stepped.open(Disk.real(), settings(data));
        ShardSource one = new ShardSource(1);
        ShardSource two = new ShardSource(2);
        first.copy(one);
        first.copy(two);
        first.copy(new ShardSource(3));
        first.rows("a", "b");
        first.journal.alive(1_000);
        for (int i = 0; i < 10; i++) {
            first.batch(one, 800);
            first.append(two, two.takeOver());
            first.turn();
        }
        first.journal.forget(3);
        first.close();
        first.journal.close();

        Stepped second = Stepped.open(Disk.real(), settings(data));
        RecoveredShard recovered = second.journal.recovered().shards().getLast();
        second.journal.keep(new RecoveredShard(2, recovered.copy(), true, "for the fixture"));
        second.rows("a", "c");
        second.journal.rowsWritten(1);
        second.journal.alive(2_000);
        second.turn();
        second.pass(3_000);
        second.append(one, one.next(new Random(2), 100));
        second.close();
        second.journal.close();

        Path dir = Files.createDirectories(FIXTURE.resolve("journal"));
        try (Stream<Path> old = Files.list(dir)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        boolean[] kinds = new boolean[Kind.values().length];
        try (Stream<Path> files = Files.list(data.resolve("journal"))) {
            for (Path file : files.filter(path -> Segment.number(path, Segment.SUFFIX) > 0)
                    .toList()) {
                Files.copy(file, dir.resolve(file.getFileName()));
                kinds(file, kinds);
            }
        }
        for (Kind kind : Kind.values()) {
            assertTrue(kinds[kind.ordinal()], "the fixture has no " + kind);
        }
        Files.writeString(FIXTURE.resolve(EXPECTED), describe(data));
    }

    private static void kinds(Path file, boolean[] kinds) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        SegmentReader reader = new SegmentReader(Segment.number(file, Segment.SUFFIX), bytes, bytes.length);
        SegmentReader.Found found = reader.at(SegmentHeader.BYTES);
        while (found != null) {
            kinds[found.kind().ordinal()] = true;
            found = reader.at(found.end());
        }
    }
}
