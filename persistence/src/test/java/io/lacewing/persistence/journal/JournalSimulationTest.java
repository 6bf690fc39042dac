package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many lives of a journal under many seeds; a seed brings a failure back. */
class JournalSimulationTest {
    @ParameterizedTest
    @CsvSource({"1,ALWAYS", "2,ALWAYS", "3,ALWAYS", "4,INTERVAL", "5,INTERVAL", "6,INTERVAL", "7,NEVER", "8,NEVER"})
    void whatIsKeptIsThereAgain(long seed, Fsync fsync) {
        JournalSimulation simulation = new JournalSimulation(seed, fsync);
        simulation.lives(60, 4_000, false);
        assertTrue(simulation.keptInAll > 5_000, "kept " + simulation.keptInAll);
        assertTrue(simulation.failures > 10, "failures " + simulation.failures);
        assertTrue(simulation.recoveries > 10, "recoveries " + simulation.recoveries);
        assertTrue(simulation.copiesWanted > 5, "copies wanted " + simulation.copiesWanted);
        assertTrue(simulation.rowsWanted > 2, "rows wanted " + simulation.rowsWanted);
    }

    @ParameterizedTest
    @CsvSource({"11,ALWAYS", "12,ALWAYS", "13,ALWAYS", "14,INTERVAL", "15,INTERVAL", "16,NEVER"})
    void whatIsCorruptIsNotTakenForWhole(long seed, Fsync fsync) {
        JournalSimulation simulation = new JournalSimulation(seed, fsync);
        simulation.lives(100, 300, true);
        assertTrue(simulation.flips > 5, "flips " + simulation.flips);
        assertTrue(simulation.doubted > 5, "doubted " + simulation.doubted);
    }
}
