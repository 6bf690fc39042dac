package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The small value types: levels of delivery, retain handling, subscriptions, messages. */
class ValuesTest {

    @Test
    void qosIsItsWireValue() {
        for (int value = 0; value <= 2; value++) {
            assertEquals(value, Qos.of(value).value());
        }
        assertThrows(IllegalArgumentException.class, () -> Qos.of(3));
        assertThrows(IllegalArgumentException.class, () -> Qos.of(-1));
    }

    @Test
    void theLowerQosWins() {
        for (Qos a : Qos.values()) {
            for (Qos b : Qos.values()) {
                assertEquals(Math.min(a.value(), b.value()), a.min(b).value());
            }
        }
    }

    @Test
    void retainHandlingIsItsWireValue() {
        assertEquals(RetainHandling.SEND, RetainHandling.of(0));
        assertEquals(RetainHandling.SEND_IF_NEW, RetainHandling.of(1));
        assertEquals(RetainHandling.DO_NOT_SEND, RetainHandling.of(2));
        assertEquals(2, RetainHandling.DO_NOT_SEND.value());
        assertThrows(IllegalArgumentException.class, () -> RetainHandling.of(3));
        assertThrows(IllegalArgumentException.class, () -> RetainHandling.of(-1));
    }

    @Test
    void subscriptionsAreChecked() {
        TopicFilter filter = TopicFilter.of("a");
        TopicFilter shared = TopicFilter.of("$share/g/a");
        assertEquals(268_435_455, subscription(filter, true, 268_435_455).identifier());
        assertTrue(subscription(filter, true, 0).noLocal());
        assertThrows(IllegalArgumentException.class, () -> subscription(filter, false, 268_435_456));
        assertThrows(IllegalArgumentException.class, () -> subscription(filter, false, -1));
        assertThrows(IllegalArgumentException.class, () -> subscription(shared, true, 1));
        assertEquals(0, Subscription.plain(shared, Qos.AT_LEAST_ONCE).identifier());
    }

    private static Subscription subscription(TopicFilter filter, boolean noLocal, int identifier) {
        return new Subscription(filter, Qos.AT_LEAST_ONCE, noLocal, false, RetainHandling.SEND, identifier);
    }

    @Test
    void messagesExpireAtTheirTime() {
        Message forever = Message.of(TopicName.of("a"), new byte[3], Qos.AT_MOST_ONCE, true);
        assertFalse(forever.isExpired(Long.MAX_VALUE - 1));
        Message brief = new Message(
                forever.topic(), forever.payload(), forever.qos(), true, 1_000, forever.properties(), "c", 0);
        assertFalse(brief.isExpired(999));
        assertTrue(brief.isExpired(1_000));
        assertEquals(7, brief.withRetainedVersion(7).retainedVersion());
        assertEquals(1_000, brief.withRetainedVersion(7).expiresAt());
    }

    @Test
    void theSizeOfAMessageGrowsWithItsBytes() {
        Message small = Message.of(TopicName.of("a"), new byte[0], Qos.AT_MOST_ONCE, false);
        Message large = Message.of(TopicName.of("a/€"), new byte[100], Qos.AT_MOST_ONCE, false);
        assertEquals(104, large.size() - small.size());
    }
}
