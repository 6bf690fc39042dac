package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of files that are cut, flipped, moved, missing or foreign; on a real disk. */
class ReadingTest {
    @TempDir
    private Path temp;

    private JournalSettings settings = JournalSettings.of(Path.of("unset"), Fsync.INTERVAL, 1 << 24);
    private Path dir = Path.of("unset");
    private final Map<Integer, List<Standing>> stood = new HashMap<>();
    private final List<String> rows = new ArrayList<>();

    /** Two shards and rows over four segments. The process ends without closing. */
    @BeforeEach
    void write() throws Exception {
        settings = new JournalSettings(temp.resolve("a"), Fsync.INTERVAL, Duration.ofMillis(100), 1 << 24, 4 << 10);
        dir = settings.dir().resolve("journal");
        Stepped journal = Stepped.open(Disk.real(), settings);
        List<ShardSource> sources = List.of(new ShardSource(1), new ShardSource(2));
        for (ShardSource source : sources) {
            journal.copy(source);
            stood.put(source.shard.number(), new ArrayList<>(List.of(Standing.of(source.shard))));
        }
        for (int i = 0; i < 12; i++) {
            for (ShardSource source : sources) {
                stood.getOrDefault(source.shard.number(), new ArrayList<>()).add(journal.batch(source, 400));
            }
            journal.rows("row " + i);
            journal.turn();
        }
        assertEquals(4, files().size());
        Path copy = temp.resolve("b");
        Files.createDirectories(copy.resolve("journal"));
        for (Path file : files()) {
            Files.copy(file, copy.resolve("journal").resolve(file.getFileName()));
        }
        settings = new JournalSettings(copy, Fsync.INTERVAL, Duration.ofMillis(100), 1 << 24, 4 << 10);
        dir = copy.resolve("journal");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(dir)) {
            return all.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
    }

    private Recovery read() throws JournalException {
        rows.clear();
        try (Journal journal =
                Journal.open(settings, Disk.real(), row -> rows.add(new String(row, StandardCharsets.UTF_8)))) {
            return journal.recovered();
        }
    }

    private Standing last(int shard) {
        return stood.getOrDefault(shard, List.of()).getLast();
    }

    /** What is not doubtful is the newest, and what is doubtful is what once was. */
    private void judge(Recovery recovery, String how) {
        for (RecoveredShard shard : recovery.shards()) {
            Standing standing = Standing.of(shard.copy());
            assertTrue(stood.getOrDefault(shard.shard(), List.of()).contains(standing), how);
            if (!shard.doubtful()) {
                assertEquals(last(shard.shard()), standing, how);
            } else {
                assertFalse(shard.why().isEmpty(), how);
            }
        }
        if (recovery.shards().size() < 2) {
            assertFalse(recovery.complaints().isEmpty(), how);
        }
        if (!recovery.rowsDoubtful()) {
            assertEquals(12, rows.size(), how);
        }
    }

    @Test
    void wholeFilesAreReadWhole() throws Exception {
        Recovery recovery = read();
        assertEquals(List.of(), recovery.complaints());
        assertEquals(0, recovery.cutBytes());
        assertFalse(recovery.rowsDoubtful());
        assertFalse(recovery.cleanEnd());
        assertEquals(2, recovery.shards().size());
        recovery.shards().forEach(shard -> assertEquals(last(shard.shard()), Standing.of(shard.copy())));
        assertEquals(12, rows.size());
        assertEquals("row 0", rows.getFirst());
        assertEquals("row 11", rows.getLast());
        recovery.drop(1);
        assertEquals(1, recovery.shards().size());
    }

    /** The last record of shard 2 is cut anywhere: the one before it is the newest that is known, and nobody can tell. */
    @Test
    void aTornTailIsCutOff() throws Exception {
        Path last = files().getLast();
        byte[] whole = Files.readAllBytes(last);
        SegmentReader reader = new SegmentReader(Segment.number(last, Segment.SUFFIX), whole, whole.length);
        List<SegmentReader.Found> records = new ArrayList<>();
        for (SegmentReader.Found found = reader.next(SegmentHeader.BYTES);
                found != null;
                found = reader.at(found.end())) {
            records.add(found);
        }
        SegmentReader.Found end = records.getLast();
        for (int cut = end.at() + 1; cut < end.end(); cut += 7) {
            Files.write(last, Arrays.copyOf(whole, cut));
            Recovery recovery = read();
            assertEquals(List.of(), recovery.complaints(), "cut at " + cut);
            assertEquals(cut - end.at(), recovery.cutBytes());
            assertEquals(end.at(), Files.size(last));
            assertEquals(11, rows.size());
            recovery.shards().forEach(shard -> assertFalse(shard.doubtful(), shard.why()));
            assertEquals(0, read().cutBytes(), "it is cut once");
            assertEquals(11, rows.size());
        }
    }

    /** Here and there in every file. */
    @Test
    void aFlippedBitIsSeenWhereverItIs() throws Exception {
        Random random = new Random(3);
        int doubtful = 0;
        for (Path file : files()) {
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at += 29) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, flipped);
                String how = file.getFileName() + " at " + at;
                Recovery recovery = read();
                judge(recovery, how);
                assertTrue(
                        recovery.complaints().stream()
                                .anyMatch(what -> what.contains(String.valueOf(file.getFileName()))),
                        how + ": " + recovery.complaints());
                doubtful += recovery.shards().stream().anyMatch(RecoveredShard::doubtful) ? 1 : 0;
            }
            Files.write(file, whole);
        }
        assertTrue(doubtful > 20, "doubtful " + doubtful);
        assertEquals(List.of(), read().complaints());
    }

    @Test
    void aComplaintNamesFileAndOffset() throws Exception {
        Path first = files().getFirst();
        byte[] bytes = Files.readAllBytes(first);
        bytes[1_000] ^= 1;
        Files.write(first, bytes);
        String complaint = read().complaints().getFirst();
        assertTrue(complaint.startsWith(first + " is corrupt from offset "), complaint);
    }

    @Test
    void aMissingSegmentIsSeen() throws Exception {
        Path second = files().get(1);
        byte[] bytes = Files.readAllBytes(second);
        Files.delete(second);
        Recovery recovery = read();
        judge(recovery, "missing");
        assertTrue(recovery.complaints().getFirst().contains(second.getFileName() + " is missing"));
        assertTrue(recovery.shards().stream().allMatch(RecoveredShard::doubtful));
        assertTrue(recovery.rowsDoubtful());

        Files.write(second, bytes);
        Files.delete(files().getFirst());
        Recovery without = read();
        assertEquals(List.of(), without.shards());
        assertEquals(3, without.complaints().size(), without.complaints().toString());
        assertTrue(without.complaints().getLast().contains("no whole copy"));
    }

    @Test
    void aSegmentThatWasCutIsSeen() throws Exception {
        Path first = files().getFirst();
        byte[] whole = Files.readAllBytes(first);
        for (int size = 0; size < whole.length; size += 97) {
            Files.write(first, Arrays.copyOf(whole, size));
            Recovery recovery = read();
            judge(recovery, "cut at " + size);
            assertFalse(recovery.complaints().isEmpty());
        }
    }

    @Test
    void aSegmentUnderAnothersNameIsNone() throws Exception {
        Path first = files().get(0);
        Path second = files().get(1);
        Files.write(second, Files.readAllBytes(first));
        Recovery recovery = read();
        judge(recovery, "twice");
        assertTrue(recovery.complaints().toString().contains("the header of " + second + " is damaged"));
    }

    @Test
    void anotherVersionIsRefused() throws Exception {
        Path last = files().getLast();
        byte[] bytes = Files.readAllBytes(last);
        ByteBuffer.wrap(bytes).putInt(8, 2).putInt(20, 77);
        Files.write(last, bytes);
        JournalException e = assertThrows(JournalException.class, this::read);
        assertEquals(
                last + " has format version 2; this build knows 1: start the node with the version that wrote it, or a"
                        + " later one",
                e.getMessage());
        Files.write(last, new byte[0]);
        read();
    }

    @Test
    void aDirectoryHasOneUser() throws Exception {
        Journal journal = Journal.open(settings, Disk.real(), row -> {});
        JournalException e = assertThrows(JournalException.class, this::read);
        assertTrue(String.valueOf(e.getMessage()).contains("one process may use a directory"), e.getMessage());
        journal.close();
        read();
    }

    @Test
    void otherFilesAreLeftAlone() throws Exception {
        Path other = Files.writeString(dir.resolve("notes.log"), "keep");
        Path number = Files.writeString(dir.resolve("00000000000000zz.log"), "keep");
        assertEquals(List.of(), read().complaints());
        assertTrue(Files.exists(other) && Files.exists(number));
    }

    @Test
    void aRecordThatThisBuildCannotUseIsRefused() throws Exception {
        JournalSettings own = JournalSettings.of(temp.resolve("c"), Fsync.ALWAYS, 1 << 24);
        Stepped journal = Stepped.open(Disk.real(), own);
        journal.journal.copy(1, new byte[] {99, 1, 2}, 1, 1, 1, () -> {});
        journal.close();
        journal.journal.close();
        JournalException e = assertThrows(JournalException.class, () -> Stepped.open(Disk.real(), own));
        assertTrue(String.valueOf(e.getMessage()).contains(" at offset "), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("version 99"), e.getMessage());
    }

    @Test
    void aCopyUnderAWrongStandingIsDoubtful() throws Exception {
        JournalSettings own = JournalSettings.of(temp.resolve("c"), Fsync.ALWAYS, 1 << 24);
        Stepped journal = Stepped.open(Disk.real(), own);
        ShardSource source = new ShardSource(1);
        journal.journal.copy(1, source.shard.snapshot(), 1, 1, 1, () -> {});
        journal.close();
        journal.journal.close();
        Stepped next = Stepped.open(Disk.real(), own);
        assertTrue(next.journal.recovered().shards().getFirst().doubtful());
        next.journal.close();
    }
}
