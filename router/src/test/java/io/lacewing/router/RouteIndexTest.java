package io.lacewing.router;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteIndexTest {
    private static final Destination NODE = new NodeDestination(7);
    private static final Destination SHARD = new ShardDestination(7);

    @Test
    void destinationsAreOrderedNodesFirst() {
        List<Destination> all = new ArrayList<>(List.of(
                new ShardDestination(3),
                new NodeDestination(Long.MAX_VALUE),
                new ShardDestination(0),
                new NodeDestination(-5),
                new NodeDestination(2)));
        all.sort(null);
        assertEquals(
                List.of(
                        new NodeDestination(-5),
                        new NodeDestination(2),
                        new NodeDestination(Long.MAX_VALUE),
                        new ShardDestination(0),
                        new ShardDestination(3)),
                all);
    }

    @Test
    void destinationsOfOverlappingFiltersAreFoundOnce() {
        RouteIndex index = RouteIndex.empty();
        for (String filter : List.of("a/b", "a/+", "#")) {
            index = index.with(key(NODE, filter), RouteValue.PLAIN).with(key(SHARD, filter), RouteValue.PLAIN);
        }
        RouteMatch match = index.match(TopicName.of("a/b"));
        assertEquals(List.of(NODE, SHARD), sorted(match.destinations()));
        assertTrue(match.groups().isEmpty());
        assertSame(RouteMatch.NONE, index.match(TopicName.of("$SYS/x")));
    }

    @Test
    void noMatchIsOneSharedObject() {
        assertSame(RouteMatch.NONE, RouteIndex.empty().match(TopicName.of("a")));
        RouteIndex index = RouteIndex.empty()
                .with(key(NODE, "a"), RouteValue.PLAIN)
                .with(key(NODE, "$share/g/a"), new RouteValue(1, 0));
        assertSame(RouteMatch.NONE, index.match(TopicName.of("b")));
        assertTrue(RouteMatch.NONE.isEmpty());
    }

    @Test
    void groupsAreFoundWithAllTheirDestinations() {
        RouteIndex index = RouteIndex.empty()
                .with(key(SHARD, "$share/g/a/+"), new RouteValue(2, 3))
                .with(key(NODE, "$share/g/a/+"), new RouteValue(1, 0))
                .with(key(NODE, "$share/g/a/#"), new RouteValue(5, 0))
                .with(key(NODE, "$share/h/a/+"), new RouteValue(0, 1))
                .with(key(NODE, "a/b"), RouteValue.PLAIN);
        RouteMatch match = index.match(TopicName.of("a/b"));
        assertEquals(List.of(NODE), match.destinations());
        Map<String, ShareGroup> groups = byFilter(match);
        assertEquals(
                "[$share/g/a/#, $share/g/a/+, $share/h/a/+]", groups.keySet().toString());
        ShareGroup group = requireNonNull(groups.get("$share/g/a/+"));
        assertEquals(2, group.size());
        assertEquals(NODE, group.destination(0));
        assertEquals(new RouteValue(2, 3), group.members(1));
        assertEquals(3, group.online());
        assertEquals(3, group.offline());

        RouteIndex fewer = index.with(key(SHARD, "$share/g/a/+"), new RouteValue(0, 4))
                .without(key(NODE, "$share/g/a/+"))
                .without(key(NODE, "$share/h/a/+"));
        Map<String, ShareGroup> left = byFilter(fewer.match(TopicName.of("a/c")));
        assertEquals("[$share/g/a/#, $share/g/a/+]", left.keySet().toString());
        assertEquals(0, requireNonNull(left.get("$share/g/a/+")).online());
        assertEquals(4, requireNonNull(left.get("$share/g/a/+")).offline());
        assertEquals(3, fewer.size());
    }

    @Test
    void anOrdinaryRouteCountsNobody() {
        assertThrows(
                IllegalArgumentException.class, () -> RouteIndex.empty().with(key(NODE, "a"), new RouteValue(1, 0)));
        assertThrows(IllegalArgumentException.class, () -> new RouteValue(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> new RouteValue(0, -1));
    }

    @Test
    void whatChangesNothingGivesTheSameIndex() {
        RouteIndex index = RouteIndex.empty().with(key(NODE, "$share/g/a"), new RouteValue(1, 1));
        assertSame(index, index.with(key(NODE, "$share/g/a"), new RouteValue(1, 1)));
        assertSame(index, index.without(key(NODE, "a")));
        assertSame(index, index.without(key(SHARD, "$share/g/a")));
        assertSame(index, index.withoutDestination(SHARD));
        assertEquals(0, index.withoutDestination(NODE).size());
    }

    @Test
    void manyDestinationsAreFoundOnceEach() {
        RouteIndex index = RouteIndex.empty();
        for (int shard = 0; shard < 271; shard++) {
            for (String filter : List.of("a/b", "a/+", "a/#")) {
                index = index.with(key(new ShardDestination(shard), filter), RouteValue.PLAIN);
            }
        }
        List<Destination> found = index.match(TopicName.of("a/b")).destinations();
        assertEquals(271, found.size());
        assertEquals(271, new HashSet<>(found).size());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void behavesLikeAMapOfRoutes(long seed) {
        Random random = new Random(seed);
        RouteIndex index = RouteIndex.empty();
        Map<RouteKey, RouteValue> model = new HashMap<>();
        for (int step = 0; step < 4_000; step++) {
            Destination destination = destination(random);
            RouteKey key = new RouteKey(destination, RandomTopics.filter(random));
            int choice = random.nextInt(100);
            if (choice < 60) {
                RouteValue value = key.filter().isShared()
                        ? new RouteValue(random.nextInt(3), random.nextInt(3))
                        : RouteValue.PLAIN;
                index = index.with(key, value);
                model.put(key, value);
            } else if (choice < 97) {
                key = model.isEmpty() ? key : List.copyOf(model.keySet()).get(random.nextInt(model.size()));
                index = index.without(key);
                model.remove(key);
            } else {
                index = index.withoutDestination(destination);
                model.keySet().removeIf(route -> route.destination().equals(destination));
            }
            assertEquals(model.size(), index.size());
            assertEquals(model.get(key), index.get(key));
            compare(index, model, RandomTopics.topic(random));
            if (step % 100 == 0) {
                assertEquals(model, content(index));
            }
        }
    }

    private static void compare(RouteIndex index, Map<RouteKey, RouteValue> model, TopicName topic) {
        TreeSet<Destination> destinations = new TreeSet<>();
        Map<String, Map<Destination, RouteValue>> groups = new TreeMap<>();
        model.forEach((key, value) -> {
            if (key.filter().matches(topic) && key.filter().isShared()) {
                groups.computeIfAbsent(key.filter().value(), any -> new TreeMap<>())
                        .put(key.destination(), value);
            } else if (key.filter().matches(topic)) {
                destinations.add(key.destination());
            }
        });
        RouteMatch match = index.match(topic);
        assertEquals(List.copyOf(destinations), sorted(match.destinations()));
        Map<String, Map<Destination, RouteValue>> found = new TreeMap<>();
        for (ShareGroup group : match.groups()) {
            Map<Destination, RouteValue> members = new TreeMap<>();
            long online = 0;
            long offline = 0;
            for (int i = 0; i < group.size(); i++) {
                assertNull(members.put(group.destination(i), group.members(i)));
                online += group.members(i).online();
                offline += group.members(i).offline();
            }
            assertEquals(online, group.online());
            assertEquals(offline, group.offline());
            assertNull(found.put(group.filter().value(), members), "group found twice");
        }
        assertEquals(groups, found);
        if (destinations.isEmpty() && groups.isEmpty()) {
            assertSame(RouteMatch.NONE, match);
        }
    }

    private static Map<RouteKey, RouteValue> content(RouteIndex index) {
        Map<RouteKey, RouteValue> content = new HashMap<>();
        index.byDestination()
                .forEach((destination, routes) -> routes.forEach(
                        (filter, value) -> assertNull(content.put(new RouteKey(destination, filter), value))));
        return content;
    }

    private static Destination destination(Random random) {
        int number = random.nextInt(6);
        return number < 3 ? new NodeDestination(number * 1_000_000_007L) : new ShardDestination(number - 3);
    }

    private static RouteKey key(Destination destination, String filter) {
        return new RouteKey(destination, TopicFilter.of(filter));
    }

    private static List<Destination> sorted(List<Destination> destinations) {
        List<Destination> sorted = new ArrayList<>(destinations);
        sorted.sort(null);
        return sorted;
    }

    private static Map<String, ShareGroup> byFilter(RouteMatch match) {
        Map<String, ShareGroup> groups = new TreeMap<>();
        match.groups().forEach(group -> groups.put(group.filter().value(), group));
        return groups;
    }
}
