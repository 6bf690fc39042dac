package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetainedIndexTest {

    @ParameterizedTest
    @CsvSource({
        "'#', 'a, a/, a/b, a/b/c, a/b/d, b/$x, b/b'",
        "+, a",
        "+/+, 'a/, a/b, b/$x, b/b'",
        "a/#, 'a, a/, a/b, a/b/c, a/b/d'",
        "a/+, 'a/, a/b'",
        "a/, a/",
        "+/b/#, 'a/b, a/b/c, a/b/d, b/b'",
        "a/+/c, a/b/c",
        "$SYS/#, '$SYS, $SYS/x'",
        "$SYS/+, $SYS/x",
        "+/x, ''",
        "b/+, 'b/$x, b/b'",
        "a/b/c/#, a/b/c",
        "a/b/c/d, ''",
        "a/bb, ''",
        "$share/g/a/+, 'a/, a/b'",
    })
    void findsWhatTheFilterCovers(String filter, String expected) {
        RetainedIndex index = RetainedIndex.empty();
        for (String topic : List.of("a", "a/", "a/b", "a/b/c", "a/b/d", "b/$x", "b/b", "$SYS", "$SYS/x")) {
            index = index.with(message(topic, 1));
        }
        assertEquals(expected, String.join(", ", new TreeSet<>(topics(index, filter))));
    }

    @Test
    void hasRoomForWhatReplacesAndForMoreUpToTheBound() {
        RetainedIndex one = RetainedIndex.empty().with(message("a", 1));
        assertTrue(one.hasRoomFor(TopicName.of("b"), 100, 2, 1_000));
        assertFalse(one.hasRoomFor(TopicName.of("b"), 100, 1, 1_000));
        assertTrue(one.hasRoomFor(TopicName.of("a"), 100, 1, 1_000));
        assertTrue(one.hasRoomFor(TopicName.of("a"), 100, 0, 1_000), "what is there may be replaced");
    }

    @Test
    void theBytesOfAllAreBounded() {
        RetainedIndex one = RetainedIndex.empty().with(message("a", 100));
        int size = message("a", 100).size();
        assertTrue(one.hasRoomFor(TopicName.of("b"), 50, 9, size + 50));
        assertFalse(one.hasRoomFor(TopicName.of("b"), 51, 9, size + 50));
        assertTrue(one.hasRoomFor(TopicName.of("a"), size + 50, 9, size + 50), "the old one goes");
        assertFalse(one.hasRoomFor(TopicName.of("a"), size + 51, 9, size + 50));
        assertTrue(one.hasRoomFor(TopicName.of("a"), size, 0, 1), "it gets no worse");
        assertFalse(one.hasRoomFor(TopicName.of("a"), size + 1, 1, 1));
    }

    @Test
    void theNewerMessageReplacesTheOlder() {
        RetainedIndex index = RetainedIndex.empty().with(message("a", 10)).with(message("a", 3));
        assertEquals(1, index.size());
        assertEquals(message("a", 3).size(), index.bytes());
        Message found = index.get(TopicName.of("a"));
        assertEquals(3, found == null ? -1 : found.payload().length);
        assertNull(index.get(TopicName.of("b")));
        assertSame(index, index.without(TopicName.of("b")));
        assertSame(index, index.without(TopicName.of("a/b")));
        assertSame(RetainedIndex.empty(), index.without(TopicName.of("a")));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void findsWhatATopicByTopicSearchFinds(long seed) {
        Random random = new Random(seed);
        RetainedIndex index = RetainedIndex.empty();
        Map<TopicName, Message> model = new HashMap<>();
        for (int step = 0; step < 4_000; step++) {
            TopicName topic = RandomTopics.topic(random);
            if (random.nextInt(100) < (step % 1_000 < 600 ? 70 : 25)) {
                Message message = message(topic.value(), random.nextInt(50));
                index = index.with(message);
                model.put(topic, message);
            } else {
                topic = model.isEmpty() ? topic : List.copyOf(model.keySet()).get(random.nextInt(model.size()));
                index = index.without(topic);
                model.remove(topic);
            }
            assertSame(model.get(topic), index.get(topic));
            assertEquals(model.size(), index.size());
            assertEquals(model.values().stream().mapToLong(Message::size).sum(), index.bytes());
            compare(index, model, RandomTopics.filter(random));
        }
        for (TopicName topic : model.keySet()) {
            index = index.without(topic);
        }
        assertSame(RetainedIndex.empty(), index);
    }

    private static void compare(RetainedIndex index, Map<TopicName, Message> model, TopicFilter filter) {
        List<TopicName> expected = new ArrayList<>();
        for (TopicName topic : model.keySet()) {
            if (filter.matches(topic)) {
                expected.add(topic);
            }
        }
        List<TopicName> found = new ArrayList<>();
        index.match(filter, message -> {
            assertSame(model.get(message.topic()), message);
            found.add(message.topic());
        });
        Collections.sort(expected);
        Collections.sort(found);
        assertEquals(expected, found, () -> filter + " in " + model.keySet());
    }

    @Test
    void orderDependsOnTheContentOnly() {
        Random random = new Random(5);
        List<TopicName> topics = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            topics.add(RandomTopics.topic(random));
        }
        RetainedIndex first = withAll(RetainedIndex.empty(), topics);
        Collections.shuffle(topics, random);
        RetainedIndex second = withAll(RetainedIndex.empty().with(message("other/one", 1)), topics);
        second = second.without(TopicName.of("other/one"));
        for (String filter : List.of("#", "+/#", "a/#", "+/a/+", "/#")) {
            List<String> order = topics(first, filter);
            assertFalse(order.isEmpty());
            assertEquals(order, topics(second, filter));
        }
    }

    @Test
    void theIteratorSeesTheIndexAsItWas() {
        RetainedIndex index = withAll(RetainedIndex.empty(), List.of(TopicName.of("a"), TopicName.of("b")));
        Iterator<Message> iterator = index.matching(TopicFilter.of("#"));
        iterator.next();
        RetainedIndex changed = index.without(TopicName.of("a")).without(TopicName.of("b"));
        iterator.next();
        assertFalse(iterator.hasNext());
        assertThrows(NoSuchElementException.class, iterator::next);
        assertFalse(changed.matching(TopicFilter.of("#")).hasNext());
    }

    @Test
    void manyLevelsNeedNoStack() {
        List<TopicName> topics = new ArrayList<>();
        for (int levels = 1; levels <= 65_535; levels += 1_000) {
            topics.add(TopicName.of("/".repeat(levels)));
        }
        RetainedIndex index = withAll(RetainedIndex.empty(), topics);
        assertEquals(topics.size(), topics(index, "#").size());
        assertEquals(topics.size(), topics(index, "/#").size());
        assertEquals(1, topics(index, "+/".repeat(1_001) + "+").size());
        assertEquals(topics.size() - 1, topics(index, "+/".repeat(1_001) + "#").size());
    }

    private static RetainedIndex withAll(RetainedIndex index, List<TopicName> topics) {
        RetainedIndex all = index;
        for (TopicName topic : topics) {
            all = all.with(message(topic.value(), 1));
        }
        return all;
    }

    private static List<String> topics(RetainedIndex index, String filter) {
        List<String> found = new ArrayList<>();
        index.match(TopicFilter.of(filter), message -> found.add(message.topic().value()));
        return found;
    }

    private static Message message(String topic, int length) {
        return Message.of(TopicName.of(topic), new byte[length], Qos.AT_LEAST_ONCE, true);
    }
}
