package io.lacewing.cluster.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Whole clusters from seeds. Without a property it looks at the same {@link #SEEDS} seeds of each kind every time, or at
 * fewer on a slow machine. {@code -Dlacewing.sim.seed=N} replays one; {@code -Dlacewing.sim.seconds=N} looks at as many
 * as that time allows; {@code -Dlacewing.sim.first=N} begins elsewhere.
 */
class SimulationTest {
    private static final long SEEDS = 600;
    private static final long SECONDS = Long.getLong("lacewing.sim.seconds", 12);
    private static final long FIRST = Long.getLong("lacewing.sim.first", 1);

    @Test
    void everyInvariantHoldsFromManySeeds() {
        run(Scenario.disks(3), SECONDS);
    }

    @Test
    void everyInvariantHoldsOfANodeAlone() {
        run(Scenario.disks(1), Math.max(1, SECONDS / 6));
    }

    @Test
    void everyInvariantHoldsOfFiveNodes() {
        run(Scenario.disks(5), Math.max(1, SECONDS / 3));
    }

    @Test
    void everyInvariantHoldsInMemory() {
        run(Scenario.RANDOM, Math.max(1, SECONDS / 3));
    }

    private static void run(Scenario scenario, long seconds) {
        Long one = Long.getLong("lacewing.sim.seed");
        if (one != null) {
            System.out.println(new Simulation(one, scenario).run().world().book());
            return;
        }
        long begun = System.nanoTime();
        long end = begun + seconds * 1_000_000_000L;
        long seeds = 0;
        long steps = 0;
        long acknowledged = 0;
        boolean many = Long.getLong("lacewing.sim.seconds") != null;
        while (seeds == 0 || (System.nanoTime() < end && (many || seeds < SEEDS))) {
            Simulation run = new Simulation(FIRST + seeds, scenario).run();
            seeds++;
            steps += run.world().scheduler().steps();
            acknowledged += run.world().book().acknowledgedCount();
        }
        double took = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%d clusters simulated of %d nodes %s, %d messages acknowledged, %.0f steps a second%n",
                seeds, scenario.nodes(), scenario.durable() ? "with disks" : "in memory", acknowledged, steps / took);
        assertTrue(acknowledged > 0);
    }

    @Test
    void aSeedIsReplayedExactly() {
        Simulation first = new Simulation(FIRST, Scenario.disks(3)).run();
        Simulation second = new Simulation(FIRST, Scenario.disks(3)).run();
        assertEquals(
                first.world().scheduler().trace().lines(),
                second.world().scheduler().trace().lines());
        assertEquals(
                first.world().scheduler().steps(), second.world().scheduler().steps());
    }
}
