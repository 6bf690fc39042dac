package io.lacewing.cluster.core;

import static io.lacewing.cluster.core.TestCluster.clientOf;
import static io.lacewing.cluster.core.TestCluster.connect;
import static io.lacewing.cluster.core.TestCluster.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.lacewing.cluster.core.TestCluster.Client;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Qos;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The client id of a connection to node 3 connects to node 2; its shard is node 1's. What the client said on the older
 * connection is heard before the new one has its CONNACK.
 */
class TakeoverTest {
    private static final String ID = clientOf(0);

    private final TestCluster cluster = new TestCluster(3);
    private final TestNode oldNode = cluster.node(3);
    private final TestNode newNode = cluster.node(2);

    @SuppressWarnings("NullAway.Init")
    private Client older;

    private long request;

    @BeforeEach
    void takeOver() {
        cluster.localSubscription(newNode, "will", 1);
        Will will = new Will(message("will", "gone", Qos.AT_LEAST_ONCE), 0, -1);
        OpResult attached = cluster.request(oldNode, ID, connect(oldNode, ID, 1, 0, will));
        older = new Client(oldNode, ID, 1, assertInstanceOf(OpResult.Attached.class, attached));
        cluster.pass(200);
        oldNode.closesAtOnce = false;
        request = cluster.ask(newNode, ID, connect(newNode, ID, 2, 0, null));
        cluster.run();
        assertEquals(List.of(1L), oldNode.closed);
        assertNull(newNode.reply(request));
        assertEquals(List.of(), newNode.localPayloads());
    }

    private void isAttached() {
        assertInstanceOf(OpResult.Attached.class, cluster.result(newNode, request));
    }

    @Test
    void aDisconnectThatComesLateDiscardsTheWill() {
        cluster.detach(older, true);
        isAttached();
        cluster.pass(1_000);
        assertEquals(List.of(), newNode.localPayloads());
    }

    @Test
    void anEndWithoutDisconnectPublishesTheWill() {
        cluster.detach(older, false);
        isAttached();
        assertEquals(List.of("gone"), newNode.localPayloads());
    }

    @Test
    void theDeathOfTheOlderConnectionsNodeIsItsEnd() {
        cluster.kill(3);
        cluster.pass(1_000);
        isAttached();
        assertEquals(List.of("gone"), newNode.localPayloads());
    }

    @Test
    void theShardsNextOwnerAsksForTheCloseAgainAndKeepsTheWill() {
        cluster.kill(1);
        cluster.pass(1_000);
        assertEquals(List.of(1L, 1L), oldNode.closed);
        assertNull(newNode.reply(request));
        assertEquals(List.of(), newNode.localPayloads());
        cluster.detach(older, false);
        cluster.pass(1_000);
        isAttached();
        assertEquals(List.of("gone"), newNode.localPayloads());
    }

    @Test
    void aThirdConnectionWaitsForBoth() {
        long third = cluster.ask(newNode, ID, connect(newNode, ID, 3, 0, null));
        cluster.run();
        assertNull(newNode.reply(third));
        cluster.detach(older, true);
        assertInstanceOf(OpResult.Attached.class, cluster.result(newNode, third));
        assertEquals(List.of(2L), newNode.closed);
    }
}
