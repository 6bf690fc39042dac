package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentMapTest {

    /** A key of which many share one hash code. */
    record Key(int id, int hashes) implements Comparable<Key> {
        @Override
        public int hashCode() {
            return id % hashes;
        }

        @Override
        public int compareTo(Key other) {
            return Integer.compare(id, other.id);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40, 1_000_000})
    void behavesLikeATreeMap(int hashes) {
        Random random = new Random(hashes);
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        Map<Key, Integer> model = new TreeMap<>();
        for (int step = 0; step < 20_000; step++) {
            // The bound moves, so that the map grows and shrinks back to nothing again and again.
            int bound = 1 + Math.abs(step % 4_000 - 2_000) / 10;
            Key key = new Key(random.nextInt(bound), hashes);
            PersistentMap<Key, Integer> before = map;
            if (random.nextInt(5) < (step % 4_000 < 2_000 ? 2 : 3)) {
                map = map.with(key, step);
                model.put(key, step);
                assertEquals(step, map.get(key));
            } else {
                map = map.without(key);
                assertEquals(model.remove(key) == null, map == before);
                assertNull(map.get(key));
            }
            assertEquals(model.size(), map.size());
            if (step % 50 == 0) {
                assertEquals(model, content(map));
                for (int id = 0; id < bound; id++) {
                    Key any = new Key(id, hashes);
                    assertEquals(model.get(any), map.get(any));
                    assertEquals(model.containsKey(any), map.containsKey(any));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 1_000_000})
    void orderDependsOnTheContentOnly(int hashes) {
        Random random = new Random(hashes);
        for (int round = 0; round < 200; round++) {
            List<Key> keys = new ArrayList<>();
            int size = random.nextInt(100);
            for (int i = 0; i < size; i++) {
                keys.add(new Key(random.nextInt(200), hashes));
            }
            List<Key> expected = order(withAll(keys));
            Collections.shuffle(keys, random);
            PersistentMap<Key, Integer> other = withAll(keys);
            for (int i = 200; i < 300; i++) {
                other = other.with(new Key(i, hashes), i);
            }
            for (int i = 299; i >= 200; i--) {
                other = other.without(new Key(i, hashes));
            }
            assertEquals(expected, order(other));
        }
    }

    @Test
    void anOldVersionStaysAsItWas() {
        PersistentMap<String, Integer> one =
                PersistentMap.<String, Integer>empty().with("a", 1);
        PersistentMap<String, Integer> two = one.with("b", 2);
        PersistentMap<String, Integer> changed = two.with("a", 3).without("b");
        assertEquals("{a=1}", one.toString());
        assertEquals(1, two.get("a"));
        assertEquals(2, two.size());
        assertEquals("{a=3}", changed.toString());
    }

    @Test
    void whatChangesNothingGivesTheSameMap() {
        Integer value = Integer.valueOf(1000);
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        assertSame(map, map.without(new Key(1, 1)));
        for (int id = 1; id <= 3; id++) {
            map = map.with(new Key(id, 2), value);
            assertSame(map, map.with(new Key(id, 2), value));
            assertSame(map, map.without(new Key(id + 10, 2)));
        }
    }

    @Test
    void theLastEntryLeavesTheEmptyMap() {
        PersistentMap<String, Integer> map =
                PersistentMap.<String, Integer>empty().with("Aa", 1).with("BB", 2);
        PersistentMap<String, Integer> none = map.without("Aa").without("BB");
        assertSame(PersistentMap.empty(), none);
        assertTrue(none.isEmpty());
        assertFalse(map.isEmpty());
        assertEquals("{}", none.toString());
    }

    private static PersistentMap<Key, Integer> withAll(List<Key> keys) {
        PersistentMap<Key, Integer> map = PersistentMap.empty();
        for (Key key : keys) {
            map = map.with(key, key.id());
        }
        return map;
    }

    private static List<Key> order(PersistentMap<Key, Integer> map) {
        List<Key> keys = new ArrayList<>();
        map.forEach((key, value) -> keys.add(key));
        return keys;
    }

    private static Map<Key, Integer> content(PersistentMap<Key, Integer> map) {
        Map<Key, Integer> content = new TreeMap<>();
        map.forEach((key, value) -> assertNull(content.put(key, value), "visited twice"));
        return content;
    }
}
