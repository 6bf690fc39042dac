package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.TablesSimulation.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Tables} among nodes that join and die, over a bad network and a map that answers late or fails. */
class TablesSimulationTest {
    private static final int SEEDS = 25;
    private static final int STEPS = 3_000;

    @Test
    void whatIsAnsweredIsKnownToEveryNodeAndStays() {
        long answers = 0;
        long joins = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            TablesSimulation simulation = new TablesSimulation(seed, Fault.NONE);
            answers += run(seed, simulation);
            joins += simulation.joins();
        }
        assertTrue(answers > SEEDS * 500L, "too little happened: " + answers);
        assertTrue(joins > SEEDS * 3L, "too few joined: " + joins);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void whatIsBrokenIsNoticed(Fault fault) {
        assertThrows(AssertionError.class, () -> {
            for (long seed = 1; seed <= SEEDS; seed++) {
                run(seed, new TablesSimulation(seed, fault));
            }
        });
    }

    private static long run(long seed, TablesSimulation simulation) {
        try {
            return simulation.run(STEPS);
        } catch (AssertionError failure) {
            throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
        }
    }
}
