package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionTrieTest {

    @Test
    void overlappingFiltersAreVisitedEach() {
        SubscriptionTrie<String, Integer> trie = SubscriptionTrie.empty();
        List<String> filters =
                List.of("a/b", "a/+", "+/b", "+/+", "a/#", "#", "a/b/#", "+/b/#", "a/b/c", "a", "/a/b", "$a/b");
        for (int i = 0; i < filters.size(); i++) {
            trie = trie.with(TopicFilter.of(filters.get(i)), "me", i);
        }
        Map<Integer, String> seen = new TreeMap<>();
        trie.match(TopicName.of("a/b"), (key, value) -> assertNull(seen.put(value, key)));
        assertEquals("[0, 1, 2, 3, 4, 5, 6, 7]", seen.keySet().toString());
    }

    @Test
    void sharePrefixPlaysNoPart() {
        SubscriptionTrie<String, Integer> trie = SubscriptionTrie.<String, Integer>empty()
                .with(TopicFilter.of("$share/group/a/+"), "x", 1)
                .with(TopicFilter.of("a/+"), "y", 2)
                .with(TopicFilter.of("$share/other/a"), "z", 3);
        assertEquals("{x=1, y=2}", matches(trie, "a/b").toString());
        assertEquals(1, trie.get(TopicFilter.of("a/+"), "x"));
        assertEquals(
                "{y=2}",
                matches(trie.without(TopicFilter.of("a/+"), "x"), "a/b").toString());
        assertEquals("{z=3}", matches(trie, "a").toString());
    }

    @Test
    void whatChangesNothingGivesTheSameTrie() {
        TopicFilter filter = TopicFilter.of("a/b");
        SubscriptionTrie<String, String> trie =
                SubscriptionTrie.<String, String>empty().with(filter, "k", "v");
        assertSame(trie, trie.with(filter, "k", "v"));
        assertSame(trie, trie.without(filter, "other"));
        assertSame(trie, trie.without(TopicFilter.of("a"), "k"));
        assertSame(trie, trie.without(TopicFilter.of("a/b/c"), "k"));
        assertSame(SubscriptionTrie.empty(), trie.without(filter, "k"));
        assertTrue(trie.without(filter, "k").isEmpty());
    }

    /** Strings with equal hashes, at one level and at several, beside each other and above each other. */
    @Test
    void levelsWithCollidingHashesStayApart() {
        List<String> levels =
                List.of("AaAa", "AaBB", "BBAa", "BBBB", "C#AA".replace("#A", "B"), "AaC#".replace('#', 'B'));
        List<TopicFilter> filters = new ArrayList<>();
        for (String a : levels) {
            filters.add(TopicFilter.of(a));
            for (String b : levels) {
                filters.add(TopicFilter.of(a + "/" + b));
            }
        }
        Collections.shuffle(filters, new Random(3));
        SubscriptionTrie<String, Integer> trie = SubscriptionTrie.empty();
        for (TopicFilter filter : filters) {
            trie = trie.with(filter, filter.value(), 1);
        }
        for (TopicFilter filter : filters) {
            assertEquals(
                    List.of(filter.value()),
                    List.copyOf(matches(trie, filter.value()).keySet()));
        }
        while (!filters.isEmpty()) {
            TopicFilter gone = filters.remove(filters.size() - 1);
            trie = trie.without(gone, gone.value());
            assertTrue(matches(trie, gone.value()).isEmpty());
            assertEquals(filters.size(), trie.size());
            for (TopicFilter filter : filters) {
                assertEquals(1, trie.get(filter, filter.value()));
            }
        }
        assertSame(SubscriptionTrie.empty(), trie);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void findsWhatAFilterByFilterSearchFinds(long seed) {
        Random random = new Random(seed);
        Map<TopicFilter, Map<Integer, Integer>> model = new HashMap<>();
        SubscriptionTrie<Integer, Integer> trie = SubscriptionTrie.empty();
        int size = 0;
        for (int step = 0; step < 1_500; step++) {
            TopicFilter filter = RandomTopics.filter(random);
            int number = random.nextInt(4);
            int key = key(filter, number);
            if (random.nextInt(100) < (step % 500 < 300 ? 70 : 25)) {
                trie = trie.with(filter, key, step);
                size += model.computeIfAbsent(filter, any -> new HashMap<>()).put(key, step) == null ? 1 : 0;
            } else {
                if (random.nextBoolean() && !model.isEmpty()) {
                    filter = List.copyOf(model.keySet()).get(random.nextInt(model.size()));
                    key = key(filter, number);
                }
                trie = trie.without(filter, key);
                Map<Integer, Integer> keys = model.getOrDefault(filter, new HashMap<>());
                size -= keys.remove(key) == null ? 0 : 1;
                if (keys.isEmpty()) {
                    model.remove(filter);
                }
            }
            assertEquals(size, trie.size());
            assertEquals(size == 0, trie.isEmpty());
            compare(trie, model, RandomTopics.topic(random));
        }
        for (Map.Entry<TopicFilter, Map<Integer, Integer>> entry : List.copyOf(model.entrySet())) {
            for (Integer key : entry.getValue().keySet()) {
                trie = trie.without(entry.getKey(), key);
            }
        }
        assertSame(SubscriptionTrie.empty(), trie);
    }

    /** Filters of different groups are one place in the trie, so the group is part of the key. */
    private static int key(TopicFilter filter, int number) {
        String group = filter.group();
        return group == null ? number : number + 10 * (group.charAt(1) - '0' + 1);
    }

    private static void compare(
            SubscriptionTrie<Integer, Integer> trie, Map<TopicFilter, Map<Integer, Integer>> model, TopicName topic) {
        List<Integer> expected = new ArrayList<>();
        for (Map.Entry<TopicFilter, Map<Integer, Integer>> entry : model.entrySet()) {
            if (entry.getKey().matches(topic)) {
                expected.addAll(entry.getValue().values());
            }
        }
        List<Integer> found = new ArrayList<>();
        trie.match(topic, (key, value) -> found.add(value));
        Collections.sort(expected);
        Collections.sort(found);
        assertEquals(expected, found, () -> topic + " in " + model);
    }

    @Test
    void orderDependsOnTheContentOnly() {
        Random random = new Random(99);
        for (int round = 0; round < 300; round++) {
            List<TopicFilter> filters = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                filters.add(RandomTopics.filter(random));
            }
            SubscriptionTrie<String, Integer> first = withAll(SubscriptionTrie.empty(), filters);
            SubscriptionTrie<String, Integer> second = SubscriptionTrie.empty();
            List<TopicFilter> others = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                others.add(RandomTopics.filter(random));
            }
            second = withAll(second, others);
            Collections.shuffle(filters, random);
            second = withAll(second, filters);
            for (TopicFilter other : others) {
                second = filters.contains(other) ? second : second.without(other, other.value());
            }
            for (int i = 0; i < 20; i++) {
                TopicName topic = RandomTopics.topic(random);
                assertEquals(order(first, topic), order(second, topic));
            }
        }
    }

    private static SubscriptionTrie<String, Integer> withAll(
            SubscriptionTrie<String, Integer> trie, List<TopicFilter> filters) {
        SubscriptionTrie<String, Integer> all = trie;
        for (TopicFilter filter : filters) {
            all = all.with(filter, filter.value(), 1);
        }
        return all;
    }

    private static List<String> order(SubscriptionTrie<String, Integer> trie, TopicName topic) {
        List<String> keys = new ArrayList<>();
        trie.match(topic, (key, value) -> keys.add(key));
        return keys;
    }

    @Test
    void anOldVersionStaysAsItWas() {
        SubscriptionTrie<String, Integer> old = SubscriptionTrie.<String, Integer>empty()
                .with(TopicFilter.of("a/b"), "x", 1)
                .with(TopicFilter.of("a/c"), "x", 2);
        SubscriptionTrie<String, Integer> changed =
                old.with(TopicFilter.of("a"), "y", 3).without(TopicFilter.of("a/b"), "x");
        assertEquals("{x=1}", matches(old, "a/b").toString());
        assertEquals("{}", matches(old, "a").toString());
        assertEquals("{}", matches(changed, "a/b").toString());
        assertEquals("{y=3}", matches(changed, "a").toString());
    }

    /** 65,535 bytes may hold 65,536 levels, and as many branches: none of it may take stack. */
    @Test
    void manyLevelsNeedNoStack() {
        SubscriptionTrie<String, Integer> trie = SubscriptionTrie.empty();
        List<TopicFilter> filters = new ArrayList<>();
        for (int levels = 200; levels < 65_535; levels += 2_000) {
            filters.add(TopicFilter.of("/".repeat(levels)));
            filters.add(TopicFilter.of("/".repeat(levels) + "#"));
            filters.add(TopicFilter.of("/".repeat(levels - 1) + "+"));
            filters.add(TopicFilter.of("+/".repeat(levels / 2) + "#"));
        }
        filters.add(TopicFilter.of("/".repeat(65_535)));
        for (TopicFilter filter : filters) {
            trie = trie.with(filter, filter.value(), 1);
        }
        TopicName topic = TopicName.of("/".repeat(65_535));
        long expected = filters.stream().filter(filter -> filter.matches(topic)).count();
        assertTrue(expected > 60);
        assertEquals(expected, order(trie, topic).size());
        for (TopicFilter filter : filters) {
            trie = trie.without(filter, filter.value());
        }
        assertSame(SubscriptionTrie.empty(), trie);
    }

    /** A chain with a branch at every level, as deep as it gets in reasonable time. */
    @Test
    void aBranchAtEveryLevelNeedsNoStack() {
        SubscriptionTrie<Integer, Integer> trie = SubscriptionTrie.empty();
        int depth = 3_000;
        for (int level = 1; level <= depth; level++) {
            trie = trie.with(TopicFilter.of("/".repeat(level)), level, level);
            trie = trie.with(TopicFilter.of("/".repeat(level - 1) + "#"), -level, level);
        }
        int[] visits = new int[1];
        trie.match(TopicName.of("/".repeat(depth)), (key, value) -> visits[0]++);
        assertEquals(depth + 1, visits[0]);
    }

    private static Map<String, Integer> matches(SubscriptionTrie<String, Integer> trie, String topic) {
        Map<String, Integer> found = new TreeMap<>();
        trie.match(TopicName.of(topic), (key, value) -> assertNull(found.put(key, value)));
        return found;
    }
}
