package io.lacewing.persistence.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QueuePolicyTest {
    private static final long NOW = 1_000_000;
    private static final TopicName TOPIC = TopicName.of("a");

    private final DropLedger ledger = new DropLedger(limits(4, QueuePolicy.DROP_OLDEST));
    private final Session session = new Session(ledger);

    private static SessionLimits limits(int maxQueued, QueuePolicy policy) {
        return new SessionLimits(maxQueued, 2_000, 2, 10_000, policy, true);
    }

    private static Message message(int number, long expiresAt) {
        byte[] payload = {(byte) number};
        return new Message(TOPIC, payload, Qos.AT_LEAST_ONCE, false, expiresAt, new byte[0], null, 0);
    }

    private Fate offer(int number) {
        return offer(number, 1, Message.NEVER);
    }

    private Fate offer(int number, int qos, long expiresAt) {
        Message message = message(number, expiresAt);
        Fate fate = session.fate(message, Qos.of(qos), NOW);
        Outgoing now = session.offer(message, Qos.of(qos), false, List.of(), null, NOW);
        assertEquals(fate == Fate.SENT, now != null, "what was foretold came about");
        return fate;
    }

    private List<Integer> drain() {
        session.attach(100);
        List<Integer> sent = new ArrayList<>();
        for (Outgoing next = session.next(NOW); next != null; next = session.next(NOW)) {
            Message message = next.message();
            assertNotNull(message);
            sent.add((int) message.payload()[0]);
            if (next.qos() != Qos.AT_MOST_ONCE) {
                session.puback(next.packetId());
            }
        }
        assertEquals(0, ledger.heldBytes());
        assertEquals(0, ledger.queued() + ledger.inflight());
        return sent;
    }

    @Test
    void theOldestMakesRoom() {
        for (int i = 1; i <= 6; i++) {
            assertEquals(Fate.QUEUED, offer(i));
        }
        assertEquals(2, ledger.count(DropCause.QUEUE_FULL));
        assertEquals(List.of(3, 4, 5, 6), drain());
    }

    @Test
    void theNewestGoes() {
        ledger.limit(limits(4, QueuePolicy.DROP_NEWEST));
        for (int i = 1; i <= 6; i++) {
            assertEquals(i <= 4 ? Fate.QUEUED : Fate.DROPPED, offer(i));
        }
        assertEquals(2, ledger.count(DropCause.QUEUE_FULL_NEWEST));
        assertEquals(List.of(1, 2, 3, 4), drain());
    }

    @Test
    void theNewestIsRejected() {
        ledger.limit(limits(4, QueuePolicy.REJECT));
        for (int i = 1; i <= 6; i++) {
            assertEquals(i <= 4 ? Fate.QUEUED : Fate.REJECTED, offer(i));
        }
        assertEquals(Fate.DROPPED, offer(7, 1, NOW), "an expired message has no publisher to be told");
        assertEquals(2, ledger.count(DropCause.REJECTED));
        assertEquals(1, ledger.count(DropCause.EXPIRED));
        assertEquals(List.of(1, 2, 3, 4), drain());
        assertEquals(Fate.SENT, offer(8));
    }

    @ParameterizedTest
    @EnumSource(QueuePolicy.class)
    void aSmallerBoundDropsNothingBeforeTheNextMessage(QueuePolicy policy) {
        for (int i = 1; i <= 4; i++) {
            offer(i);
        }
        ledger.limit(limits(2, policy));
        session.limitsChanged();
        assertEquals(4, session.queued());
        offer(5);
        assertEquals(policy == QueuePolicy.DROP_OLDEST ? List.of(4, 5) : List.of(1, 2, 3, 4), drain());
    }

    @Test
    void itIsNearlyFullAbove80PercentUntilItIsBelow50() {
        ledger.limit(limits(10, QueuePolicy.DROP_OLDEST));
        for (int i = 1; i <= 8; i++) {
            offer(i);
            assertFalse(session.isNearlyFull());
        }
        offer(9);
        assertTrue(session.isNearlyFull());
        assertEquals(1, ledger.nearlyFull());
        assertEquals(0, ledger.count(DropCause.QUEUE_FULL), "and nothing was dropped yet");
        session.attach(2);
        session.next(NOW);
        assertEquals(0, ledger.nearlyFull(), "8 of 10 wait");
        assertTrue(session.isNearlyFull());
        session.next(NOW);
        for (int packetId = 1; packetId <= 3; packetId++) {
            session.puback(packetId);
            session.next(NOW);
        }
        assertEquals(4, session.queued());
        assertFalse(session.isNearlyFull());
    }

    @Test
    void aMessageThatFindsNoRoomIsAWarningToo() {
        Message big =
                new Message(TOPIC, new byte[1_200], Qos.AT_LEAST_ONCE, false, Message.NEVER, new byte[0], null, 0);
        session.offer(big, Qos.AT_LEAST_ONCE, false, List.of(), null, NOW);
        assertFalse(session.isNearlyFull());
        session.offer(big, Qos.AT_LEAST_ONCE, false, List.of(), null, NOW);
        assertEquals(1, ledger.count(DropCause.QUEUE_FULL));
        assertTrue(session.isNearlyFull());
        assertEquals(0, ledger.nearlyFull(), "it is not, but was");
    }

    @Test
    void expiredMessagesLeaveByThemselves() {
        assertEquals(Long.MAX_VALUE, session.sweepAt());
        offer(1, 1, NOW + 5_000);
        offer(2, 1, NOW + 60_000);
        offer(3);
        long first = session.sweepAt();
        assertTrue(first > NOW + 5_000 && first <= NOW + 6_024, "at " + (first - NOW));
        session.expire(first - 1);
        assertEquals(3, session.queued());
        session.expire(first);
        assertEquals(2, session.queued());
        assertEquals(1, ledger.count(DropCause.EXPIRED));
        long second = session.sweepAt();
        assertTrue(second > NOW + 60_000 && second <= NOW + 61_024, "at " + (second - NOW));
        session.expire(second);
        assertEquals(Long.MAX_VALUE, session.sweepAt());
        assertEquals(List.of(3), drain());
    }

    @Test
    void qos0WaitsInTheOrderOfItsPlace() {
        offer(1, 0, Message.NEVER);
        offer(2);
        offer(3, 0, Message.NEVER);
        assertTrue(session.holdsQos0());
        session.attach(1);
        assertSent(1, 0);
        assertSent(2, 1);
        assertEquals(Fate.QUEUED, offer(4, 0, Message.NEVER), "behind the other one");
        assertSent(3, 0);
        assertSent(4, 0);
        assertNull(session.next(NOW));
        assertFalse(session.holdsQos0());
        assertEquals(Fate.SENT, offer(5, 0, Message.NEVER));
        assertEquals(1, session.inflight(), "the one at QoS 1");
    }

    private void assertSent(int number, int qos) {
        Outgoing next = session.next(NOW);
        assertNotNull(next);
        Message message = next.message();
        assertNotNull(message);
        assertEquals(number, message.payload()[0]);
        assertEquals(qos, next.qos().value());
        assertEquals(qos == 0, next.packetId() == 0);
        assertEquals(qos == 0, next.delivery() == 0);
    }
}
