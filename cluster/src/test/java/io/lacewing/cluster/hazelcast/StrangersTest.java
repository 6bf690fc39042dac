package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gives way to whom. */
class StrangersTest {
    private static final Endpoint LOW = new Endpoint("127.0.0.2", 5701);
    private static final Endpoint HIGH = new Endpoint("127.0.0.10", 5701);

    private final List<Endpoint> listening = new ArrayList<>();
    private final Strangers strangers = new Strangers(listening::contains);

    @Test
    void addressesAreComparedAsNumbersNotAsTexts() {
        assertTrue(Endpoint.compareAddresses(LOW, HIGH) < 0);
        assertTrue(Endpoint.compareAddresses(new Endpoint("127.0.0.2", 10000), new Endpoint("127.0.0.2", 5701)) > 0);
    }

    @Test
    void theGreaterAddressYieldsSoonAndTheLesserLater() {
        listening.add(LOW);
        assertFalse(yields(HIGH, 0));
        assertFalse(yields(HIGH, 4_999));
        assertTrue(yields(HIGH, 5_999));
        listening.add(HIGH);
        Strangers lesser = new Strangers(listening::contains);
        for (int at = 0; at < 20_000; at += 1_000) {
            assertFalse(lesser.mustYield(List.of(LOW), List.of(LOW, HIGH), at * 1_000_000L));
        }
        assertTrue(lesser.mustYield(
                List.of(LOW), List.of(LOW, HIGH), Duration.ofSeconds(20).toNanos()));
    }

    @Test
    void nobodyYieldsToOneWhoDoesNotListenOrIsJoinedOrComesAndGoes() {
        assertFalse(yields(HIGH, 0));
        assertFalse(yields(HIGH, 30_000));
        listening.add(LOW);
        assertFalse(yields(HIGH, 31_000));
        listening.clear();
        assertFalse(yields(HIGH, 35_000));
        listening.add(LOW);
        assertFalse(yields(HIGH, 36_500), "it counts from when it was seen again");
        assertFalse(strangers.mustYield(List.of(HIGH, LOW), List.of(LOW, HIGH), 60_000_000_000L));
    }

    private boolean yields(Endpoint self, long millis) {
        return strangers.mustYield(
                List.of(self), List.of(LOW, HIGH), Duration.ofMillis(millis).toNanos());
    }
}
