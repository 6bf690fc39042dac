package io.lacewing.persistence.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final long NOW = 1_000;
    private static final TopicName TOPIC = TopicName.of("a");

    private final DropLedger ledger = new DropLedger(new SessionLimits(4, 2_000, 100, 10_000));
    private final Session session = new Session(ledger);

    private static Message message(int size, long expiresAt) {
        return new Message(TOPIC, new byte[size], Qos.EXACTLY_ONCE, false, expiresAt, new byte[0], null, 0);
    }

    private @Nullable Outgoing offer(int qos) {
        return offer(session, message(1, Message.NEVER), qos);
    }

    private static @Nullable Outgoing offer(Session session, Message message, int qos) {
        return session.offer(message, Qos.of(qos), false, List.of(), null, NOW);
    }

    private int send(int qos) {
        Outgoing sent = offer(qos);
        assertNotNull(sent);
        return sent.packetId();
    }

    @Test
    @DisplayName("[MQTT-2.2.1-4] packet ids go round and those in use are left out")
    void packetIds() {
        session.attach(50);
        assertEquals(1, send(1));
        int stuck = send(1);
        assertEquals(2, stuck);
        session.puback(1);
        for (int i = 3; i <= 65_535; i++) {
            assertTrue(session.puback(send(1)) == AckOutcome.DONE);
        }
        List<Integer> next = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            next.add(send(1));
        }
        assertFalse(next.contains(stuck), next.toString());
        assertFalse(next.contains(0));
        assertEquals(8, next.stream().distinct().count());
    }

    @Test
    @DisplayName("a held connection is sent nothing, and then all in order")
    void held() {
        session.attach(2);
        assertNotNull(offer(1));
        session.hold();
        assertTrue(session.isHeld());
        assertNull(offer(1));
        assertNull(offer(1));
        assertEquals(2, session.queued());
        assertEquals(AckOutcome.DONE, session.puback(1));
        assertNull(session.next(NOW), "it is held though the window is open");
        session.goOn();
        Outgoing second = session.next(NOW);
        Outgoing third = session.next(NOW);
        assertNotNull(second);
        assertNotNull(third);
        assertEquals(List.of(2, 3), List.of(second.packetId(), third.packetId()));
        session.hold();
        session.attach(2);
        assertFalse(session.isHeld(), "the next connection is another");
        assertNotNull(session.next(NOW));
    }

    @Test
    @DisplayName("[MQTT-4.9.0-2] no more than the window, then the queue in order")
    void window() {
        session.attach(2);
        assertNotNull(offer(1));
        assertNotNull(offer(2));
        assertNull(offer(1));
        assertNull(offer(1));
        assertEquals(2, session.queued());
        assertNull(session.next(NOW));
        session.puback(1);
        Outgoing third = session.next(NOW);
        assertNotNull(third);
        assertEquals(3, third.packetId());
        assertNull(session.next(NOW));
        assertEquals(AckOutcome.SEND_PUBREL, session.pubrec(2, 0));
        assertNull(session.next(NOW), "a QoS 2 message takes its place until PUBCOMP (4.9)");
        session.pubcomp(2);
        assertNotNull(session.next(NOW));
        assertNull(offer(1), "what comes later does not pass");
    }

    @Test
    void aRefusedQos2MessageFreesItsPlace() {
        session.attach(1);
        send(2);
        assertNull(offer(1));
        assertEquals(AckOutcome.DONE, session.pubrec(1, 0x87));
        assertNotNull(session.next(NOW));
    }

    @Test
    void bytesInFlightAreBoundedButOneMessageAlwaysGoes() {
        Session small = new Session(new DropLedger(new SessionLimits(10, 10_000, 10, 300)));
        small.attach(10);
        assertNotNull(offer(small, message(1_000, Message.NEVER), 1));
        assertNull(offer(small, message(1, Message.NEVER), 1));
        small.puback(1);
        assertNotNull(small.next(NOW));
        assertNotNull(offer(small, message(1, Message.NEVER), 1));
        assertNull(offer(small, message(200, Message.NEVER), 1));
    }

    @Test
    void theQueueIsBoundedInMessagesAndBytes() {
        for (int i = 0; i < 6; i++) {
            assertNull(offer(1));
        }
        assertEquals(4, session.queued());
        assertEquals(2, ledger.count(DropCause.QUEUE_FULL));
        assertNull(offer(session, message(1_900, Message.NEVER), 1));
        assertEquals(1, session.queued(), "a big message takes the place of all");
        assertEquals(6, ledger.count(DropCause.QUEUE_FULL));
        assertNull(offer(session, message(3_000, Message.NEVER), 1));
        assertEquals(1, session.queued(), "one that is too big by itself leaves the others");
        assertEquals(7, ledger.count(DropCause.QUEUE_FULL));
        assertTrue(session.queuedBytes() <= 2_000);
        assertEquals(session.queuedBytes(), ledger.heldBytes());
    }

    @Test
    void expiredMessagesAreSkippedAndCounted() {
        assertNull(offer(session, message(1, NOW + 1), 1));
        assertNull(offer(session, message(1, NOW), 1));
        assertEquals(1, ledger.count(DropCause.EXPIRED));
        assertNull(offer(1));
        session.attach(5);
        Outgoing next = session.next(NOW + 1);
        assertNotNull(next);
        assertEquals(1, next.packetId());
        assertEquals(2, ledger.count(DropCause.EXPIRED));
        assertNull(session.next(NOW + 1));
    }

    @Test
    @DisplayName("[MQTT-4.3.3-6] the message itself is let go at PUBREC")
    void pubrecReleasesTheMessage() {
        session.attach(5);
        send(2);
        assertTrue(ledger.heldBytes() > 0);
        session.pubrec(1, 0);
        assertEquals(0, ledger.heldBytes());
        session.attach(5);
        Outgoing again = session.next(NOW);
        assertNotNull(again);
        assertTrue(again.isPubrel());
        assertFalse(again.dup());
        assertEquals(AckOutcome.SEND_PUBREL, session.pubrec(1, 0));
        assertEquals(AckOutcome.PROTOCOL_ERROR, session.pubrec(1, 0x80));
    }

    @Test
    void wrongAcknowledgementsChangeNothing() {
        session.attach(5);
        send(1);
        send(2);
        assertEquals(AckOutcome.NOT_FOUND, session.puback(77));
        assertEquals(AckOutcome.NOT_FOUND, session.pubrec(77, 0));
        assertEquals(AckOutcome.NOT_FOUND, session.pubcomp(77));
        assertEquals(AckOutcome.PROTOCOL_ERROR, session.pubrec(1, 0));
        assertEquals(AckOutcome.PROTOCOL_ERROR, session.pubcomp(1));
        assertEquals(AckOutcome.PROTOCOL_ERROR, session.puback(2));
        assertEquals(AckOutcome.PROTOCOL_ERROR, session.pubcomp(2));
        assertEquals(2, session.inflight());
    }

    @Test
    @DisplayName("[MQTT-4.4.0-2] what was acknowledged before it was sent again is not sent again")
    void acknowledgedBeforeItIsSentAgain() {
        session.attach(5);
        send(1);
        send(1);
        send(2);
        session.attach(1);
        Outgoing first = session.next(NOW);
        assertNotNull(first);
        assertEquals(1, first.packetId());
        assertTrue(first.dup());
        session.puback(2);
        assertNull(session.next(NOW));
        session.pubrec(3, 0);
        Outgoing pubrel = session.next(NOW);
        assertNotNull(pubrel);
        assertTrue(pubrel.isPubrel());
        session.puback(1);
        session.pubcomp(3);
        assertNull(session.next(NOW));
        assertEquals(0, session.inflight());
        assertNotNull(offer(1), "and the window is open again");
    }

    @Test
    void nothingIsSentWithoutConnection() {
        assertNull(offer(1));
        assertNull(session.next(NOW));
        session.attach(1);
        assertNotNull(session.next(NOW));
        session.detach();
        assertFalse(session.isAttached());
        assertNull(session.next(NOW));
    }

    @Test
    @DisplayName("[MQTT-4.3.3-10, MQTT-4.3.3-12] packet ids from the client")
    void received() {
        for (int id : new int[] {9, 3, 65_535, 1, 7}) {
            assertTrue(session.receive(id));
        }
        assertFalse(session.receive(7));
        assertTrue(session.isReceived(65_535));
        assertTrue(session.release(3));
        assertFalse(session.release(3));
        assertFalse(session.isReceived(3));
        assertTrue(session.receive(3));
        assertEquals(5, session.received());
    }

    @Test
    void endGivesBackEverything() {
        session.attach(2);
        TopicFilter group = TopicFilter.of("$share/g/a");
        for (int i = 0; i < 5; i++) {
            session.offer(message(1, Message.NEVER), Qos.of(1 + i % 2), false, List.of(), i < 4 ? group : null, NOW);
        }
        assertEquals(3, session.end(NOW).size(), "one at QoS 1 unacknowledged and two unsent");
        assertEquals(2, ledger.count(DropCause.SESSION_ENDED));
        assertEquals(0, ledger.heldBytes());
        assertEquals(0, session.inflight() + session.queued());
    }

    @Test
    void aReceiveMaximumOf0IsNone() {
        assertThrows(IllegalArgumentException.class, () -> session.attach(0));
    }
}
