package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DigestTest {
    // Worked out apart from the Java code.
    private static final long FIXED_EMPTY = 0x5b21f68ffa77f14cL;
    private static final long FIXED_TOPIC = 0xfbae3d4343e526c1L;
    private static final long FIXED_SUM = 0x07fe055bafe2ac79L;

    private record Change(long key, long version) {}

    @Test
    void theOrderOfChangesPlaysNoPart() {
        Random random = new Random(1);
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            changes.add(new Change(key("topic/" + random.nextInt(300)), i));
        }
        Digest first = new Digest();
        changes.forEach(change -> first.add(change.key(), change.version()));
        Collections.shuffle(changes, random);
        Digest second = new Digest();
        changes.forEach(change -> second.add(change.key(), change.version()));
        assertArrayEquals(first.sums(), second.sums());
        assertEquals(List.of(), first.differences(second.sums()));
        changes.forEach(change -> second.remove(change.key(), change.version()));
        assertArrayEquals(new Digest().sums(), second.sums());
    }

    @Test
    void anyDifferenceShowsInItsRange() {
        for (int i = 0; i < 2_000; i++) {
            long key = key("d/" + i);
            Digest mine = new Digest();
            Digest other = new Digest();
            mine.add(key("common"), 5);
            other.add(key("common"), 5);
            mine.add(key, i);
            assertEquals(List.of(Digest.rangeOf(key)), mine.differences(other.sums()));
            other.add(key, i + 1);
            assertEquals(List.of(Digest.rangeOf(key)), mine.differences(other.sums()));
        }
    }

    @Test
    void swappedVersionsDoNotCancelOut() {
        Digest mine = new Digest();
        Digest other = new Digest();
        long a = key("a");
        long b = a + 1; // the same range
        mine.add(a, 1);
        mine.add(b, 2);
        other.add(a, 2);
        other.add(b, 1);
        assertEquals(List.of(Digest.rangeOf(a)), mine.differences(other.sums()));
    }

    @Test
    void aRecordCountedTwiceShows() {
        Digest mine = new Digest();
        mine.add(key("a"), 1);
        mine.add(key("a"), 1);
        assertEquals(1, mine.differences(new Digest().sums()).size());
    }

    @Test
    void keysSpreadOverTheRanges() {
        int[] counts = new int[Digest.RANGES];
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 64_000; i++) {
            long hash = key("d/" + i + "/state");
            counts[Digest.rangeOf(hash)]++;
            hashes.add(hash);
        }
        assertEquals(64_000, hashes.size());
        for (int count : counts) {
            assertTrue(count > 800 && count < 1_200, count + " keys in one range of about 1,000");
        }
    }

    /** Nodes of different versions compare these numbers. */
    @Test
    void hashesAreFixed() {
        assertEquals(FIXED_EMPTY, Digest.hash(new byte[0]));
        assertEquals(FIXED_TOPIC, key("a/b"));
        assertNotEquals(key("a/b"), Digest.hash(1, "a/b".getBytes(StandardCharsets.UTF_8)));
        Digest digest = new Digest();
        digest.add(key("a/b"), 42);
        assertEquals(FIXED_SUM, digest.sums()[Digest.rangeOf(key("a/b"))]);
    }

    @Test
    void anotherNumberOfRangesIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Digest().differences(new long[63]));
    }

    private static long key(String text) {
        return Digest.hash(text.getBytes(StandardCharsets.UTF_8));
    }
}
