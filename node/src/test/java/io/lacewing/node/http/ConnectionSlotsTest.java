package io.lacewing.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionSlotsTest {
    private static final List<String> OTHERS = List.of("1", "2", "3", "4");

    private final ConnectionSlots<String> slots = new ConnectionSlots<>(4, 2);

    @Test
    void aNewConnectionTakesTheSlotOfTheLongestSilent() {
        assertNull(slots.enter("a", "192.0.2.1"));
        assertNull(slots.enter("b", "192.0.2.2"));
        assertNull(slots.enter("c", "192.0.2.3"));
        assertNull(slots.enter("d", "192.0.2.4"));
        slots.begun("a");
        slots.answered("a");
        slots.begun("b");
        assertEquals("c", slots.enter("e", "192.0.2.5"));
        assertEquals("d", slots.enter("f", "192.0.2.6"));
        assertEquals("a", slots.enter("g", "192.0.2.7"));
        assertEquals(4, slots.size());
    }

    @Test
    void whereAllHaveRequestsUnderWayTheNewOneGoes() {
        for (String each : OTHERS) {
            assertNull(slots.enter(each, "192.0.2." + each));
            slots.begun(each);
        }
        assertEquals("new", slots.enter("new", "192.0.2.9"));
        assertEquals(4, slots.size());
        slots.leave("new");
        slots.leave("1");
        assertNull(slots.enter("new", "192.0.2.9"));
    }

    @Test
    void aNetworkOfIpv6IsAsOneAddressAndTakesItsOwnSlots() {
        assertNull(slots.enter("other", "2001:db8:0:2:0:0:0:1"));
        assertNull(slots.enter("a", "2001:db8:0:1:0:0:0:1"));
        assertNull(slots.enter("b", "2001:db8:0:1:0:0:0:2"));
        assertEquals("a", slots.enter("c", "2001:db8:0:1:ffff:0:0:3"));
        slots.begun("b");
        slots.begun("c");
        assertEquals("d", slots.enter("d", "2001:db8:0:1:0:0:0:4"));
        assertEquals(3, slots.size());
    }

    @Test
    void othersTakeNothingFromThisMachine() {
        assertNull(slots.enter("here", "127.0.0.1"));
        for (String each : OTHERS) {
            assertNull(slots.enter(each, "192.0.2." + each));
        }
        assertEquals("1", slots.enter("5", "192.0.2.5"));
        assertNull(slots.enter("also here", "0:0:0:0:0:0:0:1"));
        assertEquals("here", slots.enter("here again", "127.0.0.2"));
    }
}
