package io.lacewing.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turns of nodes that are compared, and what is compared. */
class PairedTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    private Environment environment(String... arguments) throws Exception {
        return new Environment(dir, new Workplace(dir), new Options(new Authorization().options(), List.of(arguments)));
    }

    @Test
    void eachTurnHasAllAndEachIsFirstNextAndLastAlike() {
        int[][] places = new int[3][3];
        for (int turn = 0; turn < 6; turn++) {
            Set<Integer> seen = new TreeSet<>();
            for (int place = 0; place < 3; place++) {
                int at = Paired.inTurn(turn, place, 3);
                seen.add(at);
                places[at][place]++;
            }
            assertEquals(Set.of(0, 1, 2), seen);
        }
        for (int[] each : places) {
            assertArrayEquals(new int[] {2, 2, 2}, each);
        }
    }

    @Test
    void ratiosAreOfTheSameTurn() {
        double[][] costs = {{10, 20, 40}, {11, 20, 36}, {20, 20, 20}};
        assertArrayEquals(
                new String[] {"row", "20.00 (10.00-40.00)", "1.000 (0.900-1.100)", "1.000 (0.500-2.000)"},
                Paired.cells("row", costs));
    }

    @Test
    void cpuTimeIsOfThreadsThatAreThereStill() {
        CpuTime before = new CpuTime(Map.of("1", 1_000_000_000L, "2", 7_000_000_000L));
        CpuTime after = new CpuTime(Map.of("1", 1_500_000_000L, "3", 250_000_000L));
        assertEquals(0.75, after.since(before), 1e-9);
    }

    @Test
    void cpuTimeOfAProcessGrowsByWhatItDoes() throws Exception {
        long self = ProcessHandle.current().pid();
        CpuTime before = CpuTime.of(self);
        long end = System.nanoTime() + 60_000_000_000L;
        while (CpuTime.of(self).since(before) < 0.01) {
            assertTrue(System.nanoTime() < end);
        }
    }

    @Test
    void rowsAreBothLevelsAndFanOuts() throws Exception {
        List<Stream.Shape> shapes = Paired.shapes(environment("--pairs", "3", "--payload", "1"), 256);
        assertEquals(
                List.of(
                        "QoS 0, 1→1, 256 topics",
                        "QoS 1, 1→1, 256 topics",
                        "QoS 0, 1→20, 256 topics",
                        "QoS 1, 1→20, 256 topics"),
                shapes.stream().map(Stream.Shape::name).toList());
        assertEquals(new Stream.Shape(0, 3, 1, 256, 64, 8), shapes.getFirst());
        assertEquals(1, shapes.getLast().publishers());
    }

    @Test
    void deliveriesAreSharedOutAndRoundedUp() {
        assertEquals(4, new Stream.Shape(0, 3, 1, 1, 64, 8).messagesOfEach(10));
        assertEquals(5, new Stream.Shape(1, 1, 20, 1, 64, 8).messagesOfEach(100));
        assertEquals(6, new Stream.Shape(1, 1, 20, 1, 64, 8).messagesOfEach(101));
    }

    @Test
    void theFileHasAsManyRulesAndTheLastAllowsTheMessages() {
        List<String> rules = new ArrayList<>(Authorization.rules(50).lines().toList());
        assertEquals("rules:", rules.removeFirst());
        assertEquals(50, rules.size());
        assertEquals(
                "  - {allow: publish, topics: ['bench/${clientid}/+'], qos: [0, 1], retain: false}", rules.getLast());
        assertTrue(rules.stream().filter(rule -> rule.contains("${clientid}")).count() > 25);
        assertTrue(rules.stream().noneMatch(rule -> rule.contains("deny") && rule.contains("'bench/")));
    }

    @Test
    void ratesAreBoundInBothDirectionsOfClientAndListener() {
        assertEquals(8, Set.copyOf(Rates.settings()).size());
        assertTrue(Rates.settings().contains("limits.rates.client.bytesOut=100000000"));
        assertTrue(Rates.settings().contains("listeners.0.rates.messagesIn=100000000"));
    }
}
