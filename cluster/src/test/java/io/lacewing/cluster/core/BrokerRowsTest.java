package io.lacewing.cluster.core;

import static io.lacewing.cluster.core.TestCluster.retained;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the broker keeps for itself beside the retained messages. */
class BrokerRowsTest {
    private static final TopicName TOPIC = TopicName.of("$lacewing/bans/client-id/x");

    private final TestCluster cluster = new TestCluster(3);
    private final TestNode first = cluster.node(1);

    private static Message row(String payload) {
        return retained(TOPIC.value(), payload);
    }

    private void keep(TestNode node, long request, Message row) {
        cluster.later(node, new Input.Operate(request, new Input.Order.Keep(row)));
        cluster.run();
        cluster.pass(100);
    }

    private List<RetainedIndex> own() {
        return List.of(cluster.node(1).own, cluster.node(2).own, cluster.node(3).own);
    }

    @Test
    void aRowIsOnEachNodeAndNoRetainedMessage() {
        keep(first, 7, row("one"));
        assertEquals(List.of(7L), first.ordered);
        for (long node = 1; node <= 3; node++) {
            Message kept = cluster.node(node).own.get(TOPIC);
            assertNotNull(kept);
            assertEquals("one", TestCluster.text(kept));
            assertEquals(0, cluster.node(node).retained.size());
            assertEquals(List.of(), cluster.node(node).local, "nobody is sent it");
        }
    }

    @Test
    void theLastCountsAndAnEmptyOneRemoves() {
        keep(first, 1, row("one"));
        keep(cluster.node(2), 2, row("two"));
        own().forEach(index -> assertEquals(
                "two",
                TestCluster.text(index.matching(TopicFilter.of("$lacewing/#")).next())));
        keep(cluster.node(3), 3, row(""));
        own().forEach(index -> assertEquals(0, index.size()));
    }

    @Test
    void aRowEndsWithItsExpiry() {
        Message mortal =
                new Message(TOPIC, new byte[] {1}, Qos.AT_LEAST_ONCE, true, cluster.now + 5_000, new byte[0], null, 0);
        keep(first, 1, mortal);
        own().forEach(index -> assertEquals(1, index.size()));
        cluster.pass(6_000);
        own().forEach(index -> assertEquals(0, index.size()));
    }

    /** Even if everything before the core let it through: a client's message is no row. */
    @ParameterizedTest
    @ValueSource(strings = {"$lacewing", "$lacewing/bans/client-id/x"})
    void whatIsPublishedIsNeverKept(String topic) {
        cluster.publish(first, retained(topic, "forged"));
        cluster.pass(100);
        own().forEach(index -> assertEquals(0, index.size()));
        assertEquals(0, first.retained.size());
    }

    @Test
    void nothingElseIsTheBrokers() {
        assertTrue(OwnTopics.has(TopicName.of("$lacewing")));
        for (String other : List.of("$lacewings/x", "$lacewin", "lacewing/x", "/$lacewing", "$SYS/x", "$")) {
            assertFalse(OwnTopics.has(TopicName.of(other)), other);
        }
        Message clients = retained("a", "x");
        assertThrows(IllegalArgumentException.class, () -> new Input.Order.Keep(clients));
        cluster.publish(first, clients);
        assertNull(first.own.get(TopicName.of("a")));
        assertEquals(1, first.retained.size());
    }
}
