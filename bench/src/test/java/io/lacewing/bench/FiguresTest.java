package io.lacewing.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What stands in the tables. */
class FiguresTest {
    @Test
    void ratiosAreOfTheSameRound() {
        double[] ratios = Spread.ratios(new double[] {50, 300, 20}, new double[] {100, 400, 80});
        assertArrayEquals(new double[] {0.5, 0.75, 0.25}, ratios);
        assertEquals("0.50 (0.25-0.75)", Spread.text(ratios, 2));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertEquals(3.5, Spread.median(new double[] {4, 1, 3, 100}));
    }

    @Test
    void quantilesAreExactToAnEighth() {
        Latencies latencies = new Latencies();
        for (int millis = 1; millis <= 1_000; millis++) {
            latencies.add(millis * 1_000_000L);
        }
        assertEquals(500, latencies.quantile(0.5), 500 / 8.0);
        assertEquals(990, latencies.quantile(0.99), 990 / 8.0);
    }

    @Test
    void columnsAreAsWideAsTheyMustBe() {
        Table table = new Table().row("", "messages/s").row("memory", "7").row("disk", "12");
        assertEquals("        messages/s\nmemory           7\ndisk            12\n", table.toString());
    }
}
