package io.lacewing.lab.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BoundsTest {
    @Test
    void theFirstLineThatSaysSoIsFound() {
        assertEquals("", Bounds.said(""));
        assertEquals("", Bounds.said("10:00 INFO serves\n10:01 INFO full speed\n"));
        String log = "10:00 INFO serves\n10:01 WARN shards nearly full: 3\n10:02 WARN The queue of c is nearly full\n";
        assertEquals("10:01 WARN shards nearly full: 3", Bounds.said(log));
    }
}
