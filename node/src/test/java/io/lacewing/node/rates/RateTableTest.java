package io.lacewing.node.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RateTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Rates TEN_IN = new Rates(10, 0, 0, 0);

    private static RateTable table(Rates client, Rates user, Map<String, Rates> listeners) {
        return Objects.requireNonNull(
                RateTable.of(new RateLimits(client, user, Rates.NONE, listeners, Duration.ofSeconds(1)), 0),
                "there are bounds");
    }

    private static Meter in(RateTable table, String listener, @Nullable String user) {
        return Objects.requireNonNull(table.begin(listener, user, null, 0).in(), "what comes in is bounded");
    }

    @Test
    void withoutBoundsThereIsNoTable() {
        assertNull(RateTable.of(
                new RateLimits(Rates.NONE, Rates.NONE, Rates.NONE, Map.of("tcp", Rates.NONE), Duration.ZERO), 0));
    }

    @Test
    void onlyWhatIsBoundedIsMeasured() {
        RateTable table = table(Rates.NONE, TEN_IN, Map.of("tcp", new Rates(0, 0, 0, 5), "ws", Rates.NONE));
        assertNull(table.begin("ws", null, null, 0).in());
        assertNull(table.begin("ws", "ann", null, 0).out());
        assertNotNull(table.begin("ws", "ann", null, 0).in());
        assertNotNull(table.begin("tcp", null, null, 0).out());
        assertNull(table.begin("tcp", null, null, 0).in());
        assertEquals(1, table.sharers());
    }

    @Test
    void eachConnectionHasItsOwnBucketOfTheClient() {
        RateTable table = table(TEN_IN, Rates.NONE, Map.of());
        Meter one = in(table, "tcp", null);
        for (int i = 0; i < 10; i++) {
            assertEquals(0, one.take(true, 5, 0));
        }
        assertEquals(SECOND / 10, one.take(true, 5, 0));
        assertEquals(RateCause.CLIENT_MESSAGES, one.cause());
        assertEquals(0, in(table, "tcp", null).take(true, 5, 0));
    }

    @Test
    void connectionsOfAUserShareItsBucketAndOthersDoNot() {
        RateTable table = table(Rates.NONE, TEN_IN, Map.of());
        Meter first = in(table, "tcp", "ann");
        Meter second = in(table, "ws", "ann");
        Meter other = in(table, "tcp", "bob");
        for (int i = 0; i < 5; i++) {
            assertEquals(0, first.take(true, 1, 0));
            assertEquals(0, second.take(true, 1, 0));
        }
        assertEquals(SECOND / 10, first.take(true, 1, 0));
        assertEquals(RateCause.USER_MESSAGES, first.cause());
        assertEquals(SECOND / 10, second.debt(0));
        assertEquals(0, other.take(true, 1, 0));
    }

    @Test
    void connectionsOfAListenerShareItsBucket() {
        RateTable table = table(Rates.NONE, Rates.NONE, Map.of("tcp", new Rates(0, 100, 0, 0)));
        Meter first = in(table, "tcp", "ann");
        Meter second = in(table, "tcp", null);
        assertEquals(0, first.take(false, 60, 0));
        assertEquals(SECOND / 5, second.take(true, 60, 0));
        assertEquals(RateCause.LISTENER_BYTES, second.cause());
    }

    /** What is longest counts; what is no PUBLISH costs bytes only. */
    @Test
    void theLongestDebtIsTheCause() {
        RateTable table = table(new Rates(1, 1_000, 0, 0), Rates.NONE, Map.of("tcp", new Rates(0, 500, 0, 0)));
        Meter meter = in(table, "tcp", null);
        assertEquals(0, meter.take(false, 499, 0));
        assertEquals(0, meter.take(true, 1, 0));
        assertEquals(SECOND, meter.take(true, 100, 0));
        assertEquals(RateCause.CLIENT_MESSAGES, meter.cause());
        assertEquals(6 * SECOND / 5, meter.take(false, 500, 0));
        assertEquals(RateCause.LISTENER_BYTES, meter.cause());
        assertEquals(0, meter.debt(2 * SECOND));
    }

    /** Who connects anew finds the bucket as it was; it is kept until it is full. */
    @Test
    void aUsersBucketOutlivesItsConnectionsUntilItIsFull() {
        RateTable table = table(Rates.NONE, TEN_IN, Map.of());
        in(table, "tcp", "ann").take(true, 1, 0);
        in(table, "tcp", "ann").take(true, 1, 0);
        assertEquals(0, table.end("ann", null, 0), "another connection is there");
        assertEquals(SECOND / 5, table.end("ann", null, 0));
        table.forget("ann", null, SECOND / 10);
        assertEquals(1, table.sharers());
        Meter again = in(table, "tcp", "ann");
        for (int i = 0; i < 8; i++) {
            assertEquals(0, again.take(true, 1, 0));
        }
        assertEquals(SECOND / 10, again.take(true, 1, 0));
        assertTrue(table.end("ann", null, 0) > 0);
        table.forget("ann", null, 2 * SECOND);
        assertEquals(0, table.sharers());
    }

    @Test
    void aUserThatSentNothingIsForgottenAtOnce() {
        RateTable table = table(Rates.NONE, TEN_IN, Map.of());
        in(table, "tcp", "ann");
        assertEquals(0, table.end("ann", null, 0));
        assertEquals(0, table.sharers());
    }

    /** Else who is still connected would lose the bucket that it shares. */
    @Test
    void whatHasNotBegunCanNotEnd() {
        RateTable table = table(Rates.NONE, TEN_IN, Map.of());
        assertThrows(IllegalStateException.class, () -> table.end("ann", null, 0));
        in(table, "tcp", "ann").take(true, 1, 0);
        table.end("ann", null, 0);
        assertThrows(IllegalStateException.class, () -> table.end("ann", null, 0));
        table.forget("ann", null, 2 * SECOND);
        assertEquals(0, table.sharers());
    }

    @Test
    void whoHasNoNameIsNotInTheTable() {
        RateTable table = table(TEN_IN, TEN_IN, Map.of());
        in(table, "tcp", null);
        assertEquals(0, table.sharers());
        assertEquals(0, table.end(null, null, 0));
    }

    @Test
    void usersOfATenantShareItsBucketAndItOutlivesThem() {
        RateTable table = Objects.requireNonNull(
                RateTable.of(new RateLimits(Rates.NONE, Rates.NONE, TEN_IN, Map.of(), Duration.ofSeconds(1)), 0),
                "there are bounds");
        Meter ann = Objects.requireNonNull(table.begin("tcp", "ann", "acme", 0).in(), "what comes in is bounded");
        Meter bob = Objects.requireNonNull(table.begin("tcp", "bob", "acme", 0).in(), "what comes in is bounded");
        Meter other =
                Objects.requireNonNull(table.begin("tcp", "ann", "globex", 0).in(), "what comes in is bounded");
        assertNull(table.begin("tcp", "ann", null, 0).in());
        for (int i = 0; i < 10; i++) {
            assertEquals(0, ann.take(true, 1, 0));
        }
        assertTrue(bob.take(true, 1, 0) > 0);
        assertEquals(RateCause.TENANT_MESSAGES, bob.cause());
        assertEquals(0, other.take(true, 1, 0));
        assertEquals(2, table.sharers());
        assertEquals(0, table.end("ann", "acme", 0));
        assertTrue(table.end("bob", "acme", 0) > 0);
        table.forget("bob", "acme", 2 * SECOND);
        assertEquals(1, table.sharers());
    }
}
