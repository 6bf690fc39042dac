package io.lacewing.node.auth.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What waits is named by whose it is and a number. */
class SharedQueueTest {
    private final SharedQueue<String> queue = new SharedQueue<>(12, one -> one.charAt(0));

    private int fill(String whose) {
        int added = 0;
        while (queue.add(whose + added)) {
            added++;
        }
        return added;
    }

    @Test
    void oneAloneGetsHalfAndTheNextHalfOfTheRest() {
        assertEquals(6, fill("a"));
        assertEquals(3, fill("b"));
        assertEquals(2, fill("c"));
        assertEquals(1, fill("d"));
        assertEquals(12, queue.size());
        assertFalse(queue.add("e0"));
    }

    @Test
    void whatIsTakenGivesItsShareBackInItsOrder() {
        fill("a");
        assertEquals("a0", queue.remove());
        assertTrue(queue.add("b0"));
        assertEquals("a1", queue.remove());
        assertTrue(queue.removeIf(one -> one.charAt(0) == 'a'));
        assertFalse(queue.removeIf(one -> one.charAt(0) == 'a'));
        assertEquals(1, queue.size());
        assertEquals(6, fill("a"), "as many as there is room left");
        assertEquals("b0", queue.remove());
        queue.removeIf(one -> true);
        assertTrue(queue.isEmpty());
        assertEquals(6, fill("c"));
    }
}
