package io.lacewing.node.mqtt.entrance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import io.lacewing.node.net.IpAddress;
import io.lacewing.node.net.Network;
import org.junit.jupiter.api.Test;

/** Who is let in, and that everything is counted back when it ends; on a clock of the test's own. */
class ListenerEntranceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = System.nanoTime();

    private final List<String> refusals = new ArrayList<>();

    private static final class Guest extends Visit {
        private boolean dropped;

        Guest(ListenerEntrance entrance) {
            super(entrance);
        }

        @Override
        protected void drop() {
            dropped = true;
        }
    }

    private static InetAddress ip(String address) {
        return Objects.requireNonNull(IpAddress.parse(address));
    }

    private NodeEntrance node(int maxPending, int maxPerAddress, Door door) {
        return new NodeEntrance(
                new NodeEntrance.Limits(maxPending, maxPerAddress, 0, Duration.ofSeconds(10)),
                door,
                (listener, refusal, address) -> refusals.add(listener + " " + refusal + " " + address));
    }

    private static ListenerEntrance listener(NodeEntrance node, ListenerEntrance.Rules rules) {
        return new ListenerEntrance("l", rules, node);
    }

    @Test
    void networksAndTheDoor() {
        NodeEntrance node = node(10, 0, address -> !address.equals(ip("10.0.0.9")));
        ListenerEntrance entrance =
                listener(node, new ListenerEntrance.Rules(Network.of("10.0.0.0/8")::contains, 0, 0, null));
        assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), START, false));
        assertFalse(entrance.arrive(new Guest(entrance), ip("192.0.2.1"), START, false));
        assertFalse(entrance.arrive(new Guest(entrance), ip("10.0.0.9"), START, false));
        assertEquals(List.of("l NETWORK 192.0.2.1", "l BANNED 10.0.0.9"), refusals);
        assertEquals(1, entrance.refused(Refusal.NETWORK));
        assertEquals(1, entrance.refused(Refusal.BANNED));
        assertEquals(1, entrance.connections());
        assertEquals(1, node.pendingConnections());
    }

    @Test
    void theListenersBoundCountsEachOnceUntilItEnds() {
        ListenerEntrance entrance = listener(node(10, 0, Door.OPEN), new ListenerEntrance.Rules(Door.OPEN, 2, 0, null));
        Guest first = new Guest(entrance);
        assertTrue(entrance.arrive(first, ip("10.0.0.1"), START, false));
        assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), START, false));
        first.connected(); // It counts all the same.
        Guest third = new Guest(entrance);
        assertFalse(entrance.arrive(third, ip("10.0.0.1"), START, false));
        third.left();
        assertFalse(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), START, false));
        first.left();
        first.left();
        assertEquals(1, entrance.connections());
        assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), START, false));
        assertFalse(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), START, false));
        assertEquals(3, entrance.refused(Refusal.LISTENER_LIMIT));
    }

    @Test
    void theRateIsChargedOnlyForWhomTheListenerWouldTake() {
        ListenerEntrance entrance = listener(
                node(10, 0, Door.OPEN), new ListenerEntrance.Rules(Network.of("10.0.0.0/8")::contains, 0, 1, null));
        assertFalse(entrance.arrive(new Guest(entrance), ip("192.0.2.1"), START, false));
        long now = System.nanoTime();
        assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), now, false));
        assertFalse(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), now, false));
        assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), now + SECOND, false));
        assertEquals(1, entrance.refused(Refusal.LISTENER_RATE));
        assertEquals(2, entrance.connections());
    }

    @Test
    void addressesAreCountedOverAllListeners() {
        NodeEntrance node = node(10, 2, Door.OPEN);
        ListenerEntrance one = listener(node, ListenerEntrance.Rules.NONE);
        ListenerEntrance other = listener(node, ListenerEntrance.Rules.NONE);
        Guest first = new Guest(one);
        assertTrue(one.arrive(first, ip("10.0.0.1"), START, false));
        assertTrue(other.arrive(new Guest(other), ip("10.0.0.1"), START, false));
        assertFalse(one.arrive(new Guest(one), ip("10.0.0.1"), START, false));
        assertTrue(one.arrive(new Guest(one), ip("10.0.0.2"), START, false));
        // The first half of an IPv6 address counts.
        assertTrue(one.arrive(new Guest(one), ip("2001:db8::1"), START, false));
        assertTrue(one.arrive(new Guest(one), ip("2001:db8::2"), START, false));
        assertFalse(one.arrive(new Guest(one), ip("2001:db8::3"), START, false));
        assertTrue(one.arrive(new Guest(one), ip("2001:db8:0:1::1"), START, false));
        assertEquals(4, node.addresses().size());
        first.left();
        first.left();
        assertTrue(one.arrive(new Guest(one), ip("10.0.0.1"), START, false));
        assertFalse(one.arrive(new Guest(one), ip("10.0.0.1"), START, false));
    }

    @Test
    void addressesAreForgottenWithTheirLastConnection() {
        NodeEntrance node = node(10, 2, Door.OPEN);
        ListenerEntrance entrance = listener(node, ListenerEntrance.Rules.NONE);
        Guest first = new Guest(entrance);
        Guest second = new Guest(entrance);
        assertTrue(entrance.arrive(first, ip("10.0.0.1"), START, false));
        assertTrue(entrance.arrive(second, ip("10.0.0.1"), START, false));
        first.left();
        assertEquals(1, node.addresses().size());
        second.left();
        assertEquals(0, node.addresses().size());
        assertEquals(0, node.pendingConnections());
        assertEquals(0, entrance.connections());
    }

    /** A client is judged and counted by its own address, not by that of the proxy, which must be trusted. */
    @Test
    void proxies() {
        NodeEntrance node = node(10, 1, Door.OPEN);
        ListenerEntrance entrance = listener(
                node,
                new ListenerEntrance.Rules(
                        Network.of("192.0.2.0/24")::contains, 0, 0, Network.of("10.0.0.5")::contains));
        assertTrue(entrance.isForProxies());
        Guest[] guests = {new Guest(entrance), new Guest(entrance), new Guest(entrance), new Guest(entrance)};
        for (Guest guest : guests) {
            assertTrue(entrance.arrive(guest, ip("10.0.0.5"), START, false));
        }
        assertFalse(entrance.arrive(new Guest(entrance), ip("192.0.2.1"), START, false));
        assertTrue(entrance.identified(guests[0], ip("192.0.2.1")));
        assertFalse(entrance.identified(guests[1], ip("192.0.2.1")));
        assertTrue(entrance.identified(guests[2], ip("192.0.2.2")));
        assertFalse(entrance.identified(guests[3], ip("198.51.100.1")));
        assertEquals(
                List.of("l UNTRUSTED_PROXY 192.0.2.1", "l ADDRESS_LIMIT 192.0.2.1", "l NETWORK 198.51.100.1"),
                refusals);
        // Who has ended while the header was looked at is not counted for ever.
        guests[0].left();
        assertTrue(entrance.identified(guests[0], ip("192.0.2.1")));
        assertEquals(1, node.addresses().size());
    }

    /** The places of those who send no CONNECT, on a clock of the test's. */
    @Test
    void whoIsSilentForLongestGivesWay() {
        Pending pending = new Pending(2, 5 * SECOND);
        ListenerEntrance entrance = listener(node(2, 0, Door.OPEN), ListenerEntrance.Rules.NONE);
        Visit[] guests = new Visit[6];
        for (int i = 0; i < guests.length; i++) {
            guests[i] = new Guest(entrance);
        }
        long start = START;
        assertEquals(null, pending.add(guests[0], start));
        assertEquals(null, pending.add(guests[1], start + 1));
        // Nobody has had his second yet.
        assertEquals(guests[2], pending.add(guests[2], start + SECOND / 2));
        assertEquals(guests[0], pending.add(guests[2], start + SECOND));
        // The next has begun to speak, and the one behind it has its second still.
        pending.heard(guests[1], start + SECOND);
        assertEquals(guests[3], pending.add(guests[3], start + 3 * SECOND / 2 - 1));
        assertEquals(guests[2], pending.add(guests[3], start + 2 * SECOND));
        pending.heard(guests[3], start + 2 * SECOND);
        assertEquals(guests[4], pending.add(guests[4], start + 6 * SECOND - 1));
        // However much it says: after half of its time it is its turn.
        pending.heard(guests[1], start + 4 * SECOND);
        assertEquals(guests[1], pending.add(guests[4], start + 6 * SECOND));
        assertEquals(2, pending.size());
        // With its CONNECT it makes room.
        pending.remove(guests[3]);
        assertEquals(null, pending.add(guests[5], start + 6 * SECOND));
        pending.remove(guests[4]);
        pending.remove(guests[5]);
        pending.remove(guests[5]);
        assertEquals(0, pending.size());
    }

    @Test
    void whoGivesWayIsClosedAndCountedAtItsOwnListener() {
        NodeEntrance node = node(1, 0, Door.OPEN);
        ListenerEntrance one = listener(node, ListenerEntrance.Rules.NONE);
        ListenerEntrance other = listener(node, ListenerEntrance.Rules.NONE);
        Guest silent = new Guest(one);
        assertTrue(one.arrive(silent, ip("10.0.0.1"), START, false));
        Guest early = new Guest(other);
        assertFalse(other.arrive(early, ip("10.0.0.2"), START, false));
        assertFalse(early.dropped, "who is refused is closed by who asked");
        assertTrue(other.arrive(new Guest(other), ip("10.0.0.2"), START + SECOND, false));
        assertTrue(silent.dropped);
        assertEquals(1, one.refused(Refusal.PENDING));
        assertEquals(1, other.refused(Refusal.PENDING));
        silent.left();
        assertEquals(0, one.connections());
        assertEquals(1, node.pendingConnections());
    }

    /** So that TLS and CONNECT of those who can't be served don't keep the node overloaded. */
    @Test
    void whileTheNodeIsOverloadedFewAreTakenToBeToldSo() {
        ListenerEntrance entrance = new ListenerEntrance("tcp", ListenerEntrance.Rules.NONE, NodeEntrance.open());
        long now = System.nanoTime() + SECOND;
        for (int i = 0; i < NodeEntrance.OVERLOADED_RATE; i++) {
            assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), now, true), "connection " + i);
        }
        assertFalse(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), now, true));
        assertEquals(1, entrance.refused(Refusal.OVERLOAD));
        assertEquals(NodeEntrance.OVERLOADED_RATE, entrance.connections());
        assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), now, false));
        assertTrue(entrance.arrive(new Guest(entrance), ip("10.0.0.1"), now + SECOND, true));
    }
}
