package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.LinksSimulation.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Links} over a bad network, with nodes that die and return. */
class LinksSimulationTest {
    private static final int SEEDS = 60;
    private static final int STEPS = 4_000;

    @Test
    void everyMessageArrivesOnceAndInOrderWhileBothLive() {
        long actions = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            actions += run(seed, Fault.NONE);
        }
        assertTrue(actions > SEEDS * 1_000L, "too little happened: " + actions);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsBrokenIsNoticed(Fault fault) {
        assertThrows(AssertionError.class, () -> {
            for (long seed = 1; seed <= 10; seed++) {
                run(seed, fault);
            }
        });
    }

    private static long run(long seed, Fault fault) {
        try {
            return new LinksSimulation(seed, fault).run(STEPS);
        } catch (AssertionError failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
        }
    }
}
