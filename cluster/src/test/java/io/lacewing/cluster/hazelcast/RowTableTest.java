package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.replica.TableRow;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tables' versions, and frames, on two members in this process. */
class RowTableTest {
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.of(2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void newerRowWinsWhicheverComesFirst() {
        put(0, 1, row("a", 1, 5, "five"), row("b", 1, 1, "one"));
        put(1, 1, row("a", 1, 4, "four"), row("b", 2, 0, null));
        Map<String, TableRow> rows = routes(1, 1);
        assertArrayEquals(bytes("five"), at(rows, "a").value());
        assertNull(at(rows, "b").value());
        call(0, tables -> tables.purge(1, 3, List.of(row("a", 1, 5, null), row("b", 1, 1, null))));
        assertEquals(2, routes(0, 1).size(), "what is no tombstone or of another version stays");
        call(0, tables -> tables.purge(1, 3, List.of(row("b", 2, 0, null))));
        assertEquals(1, routes(1, 1).size());
    }

    @Test
    void aRowIsDroppedOnlyIfItWasNotReplaced() {
        put(0, 5, row("a", 1, 5, "x"), row("b", 1, 1, "x"), row("c", 1, 1, null));
        put(1, 5, row("b", 1, 2, "y"));
        call(0, tables -> tables.drop(5, 3, List.of(row("a", 1, 5, null), row("b", 1, 1, null), row("c", 1, 1, null))));
        assertEquals(Set.of("b"), routes(1, 5).keySet());
    }

    @Test
    void rowsOfAGroupAreRemovedTogether() {
        put(0, 2, row("a", 1, 1, "x"));
        call(0, tables -> tables.put(2, 63, List.of(row("b", 1, 1, "x"))));
        put(0, 4, row("a", 1, 1, "x"));
        assertEquals(2, routes(1, 2).size());
        call(1, tables -> tables.remove(2, 64));
        assertEquals(0, routes(0, 2).size());
        assertEquals(1, routes(0, 4).size());
    }

    @Test
    void framesArriveInOrderAndAMissingPeerIsAFailure() {
        TestMember from = cluster.member(0);
        TestMember to = cluster.member(1);
        for (int i = 0; i < 100; i++) {
            Buffer frame = Buffer.buffer().appendInt(i);
            from.onContext(() -> from.member().transport().send(to.incarnation(), frame));
        }
        List<Buffer> frames = to.awaitFrames(100);
        for (int i = 0; i < 100; i++) {
            assertEquals(i, frames.get(i).getInt(0));
        }
        Future<Void> lost = from.onContext(
                () -> Future.succeededFuture(from.member().transport().send(4711, Buffer.buffer("?"))));
        assertTrue(lost.transform(result -> Future.succeededFuture(result.failed()))
                .await());
    }

    private static TableRow at(Map<String, TableRow> rows, String key) {
        return Objects.requireNonNull(rows.get(key));
    }

    private static void put(int member, long destination, TableRow... rows) {
        call(member, tables -> tables.put(destination, 3, List.of(rows)));
    }

    private static Map<String, TableRow> routes(int member, long destination) {
        Map<String, TableRow> found = new HashMap<>();
        call(
                member,
                tables -> tables.load((of, rows) -> rows.forEach(row -> {
                    if (of == destination) {
                        found.put(new String(row.key(), StandardCharsets.UTF_8), row);
                    }
                })));
        return found;
    }

    private static <T> T call(int member, Function<RowTable, Future<T>> what) {
        TestMember on = cluster.member(member);
        return on.onContext(() -> what.apply(on.member().routes()));
    }

    private static TableRow row(String key, long high, long low, @Nullable String value) {
        return new TableRow(bytes(key), high, low, value == null ? null : bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
