package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.GatedBroker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The shard hears of a connection's end when what was published on it can't be overtaken any more. */
class LastWordsTest {
    private static final int RETAINED_QOS_0 = 0x31;
    private static final int RETAINED_QOS_1 = 0x33;

    /** In one piece, so that they are read in one turn of the loop: a retained QoS 1 message, and the end. */
    private static final byte[] PUBLISH_AND_DISCONNECT = {0x33, 7, 0, 1, 'b', 0, 2, 0, 'y', (byte) 0xE0, 0};

    private static PacketClient client(GatedBroker broker) throws Exception {
        PacketClient client = PacketClient.at(broker.tcp(), true).connect("c", true, "");
        assertTrue(client.next().toString().startsWith("CONNACK 00"));
        return client;
    }

    private static void await(BooleanSupplier condition, GatedBroker broker) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> broker.asked().toString());
            Thread.sleep(5);
        }
    }

    private static void await(GatedBroker broker, String... asked) throws InterruptedException {
        await(() -> broker.asked().equals(List.of(asked)), broker);
    }

    @Test
    void whoHasPublishedNothingGoesAtOnce() throws Exception {
        try (GatedBroker broker = new GatedBroker()) {
            broker.keepAnswers();
            client(broker).ping().close();
            await(broker, "detach");
        }
    }

    @Test
    void theHomesOfQos1HaveAnsweredBefore() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                PacketClient client = client(broker)) {
            broker.keepAnswers();
            client.publish(RETAINED_QOS_1, "a", 1, "", "x").send(PUBLISH_AND_DISCONNECT);
            await(broker, "publish", "publish");
            assertTrue(broker.answer());
            assertTrue(broker.answer());
            await(broker, "publish", "publish", "answer", "answer", "detach without will");
            client.expectClosed();
        }
    }

    @Test
    void otherNodesHaveTakenQos0Before() throws Exception {
        try (GatedBroker broker = new GatedBroker()) {
            broker.keepAnswers();
            client(broker).publish(RETAINED_QOS_0, "a", 0, "", "x").ping().close();
            await(broker, "publish", "settle");
            assertTrue(broker.answer());
            await(broker, "publish", "settle", "answer", "detach");
        }
    }

    /** A shard that can't be reached keeps nobody out for longer than this. */
    @Test
    void itIsToldAfterSomeSecondsInAnyCase() throws Exception {
        try (GatedBroker broker = new GatedBroker()) {
            broker.keepAnswers();
            long from = System.nanoTime();
            client(broker).publish(RETAINED_QOS_0, "a", 0, "", "x").ping().close();
            await(broker, "publish", "settle", "cancel", "detach");
            assertTrue(System.nanoTime() - from > 9_000_000_000L, "it was not waited for");
            assertTrue(broker.answer(), "the answer that comes now");
            await(broker, "publish", "settle", "cancel", "detach", "answer");
        }
    }

    @Test
    void aNodeThatStopsTellsItBefore() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                PacketClient gone = client(broker)) {
            broker.keepAnswers();
            gone.send(PUBLISH_AND_DISCONNECT);
            await(broker, "publish");
            broker.end();
            assertEquals(List.of("publish", "detach without will"), broker.asked());
        }
    }
}
