package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.lacewing.cluster.core.QuorumSimulation.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leases, fences and voters hold in whatever happens; and each fault that is planted is noticed. */
class QuorumSimulationTest {
    private static final int SEEDS = Integer.getInteger("lacewing.quorum.seeds", 500);
    private static final long MILLIS = 12_000;
    private static final int PATIENCE = 3_000;

    @Test
    void holdsFromEverySeed() {
        long decided = 0;
        long fenced = 0;
        long begun = System.nanoTime();
        long first = Long.getLong("lacewing.quorum.first", 1);
        for (long seed = first; seed < first + SEEDS; seed++) {
            QuorumSimulation simulation = new QuorumSimulation(seed, Fault.NONE);
            try {
                decided += simulation.run(MILLIS);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            fenced += simulation.fences();
        }
        System.out.println(SEEDS + " clusters, " + decided + " versions of voters, " + fenced + " fenced, "
                + (System.nanoTime() - begun) / 1_000_000 + " ms");
        assertTrue(decided > SEEDS && fenced > SEEDS / 4, "something happened: " + decided + ", " + fenced);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPlantedFaultIsNoticed(Fault fault) {
        for (long seed = 1; seed <= PATIENCE; seed++) {
            try {
                new QuorumSimulation(seed, fault).run(MILLIS);
            } catch (AssertionError e) {
                System.out.println(fault + " noticed at seed " + seed + ": " + e.getMessage());
                return;
            }
        }
        fail(fault + " went unnoticed");
    }
}
