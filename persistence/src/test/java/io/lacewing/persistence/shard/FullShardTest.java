package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.only;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static io.lacewing.persistence.shard.ShardDriver.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.router.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sessions of a shard are together at their bound: who gives, and who is told. */
class FullShardTest {
    private static final OpResult.Refused REFUSED = new OpResult.Refused(ReasonCodes.QUOTA_EXCEEDED);

    private static ShardLimits limits(QueuePolicy policy, long maxBytes) {
        return new ShardLimits(new SessionLimits(1_000, 1 << 20, 10, 1 << 20, policy, false), 20, 3, maxBytes);
    }

    private static ShardDriver driver(QueuePolicy policy, long maxBytes) {
        return new ShardDriver(limits(policy, maxBytes));
    }

    private static void away(ShardDriver driver, String client, String filter) {
        driver.detach(client, driver.subscriber(client, sub(filter, 1)));
    }

    /** What journals of behaviour 2 hold comes to what it came to, to the last bit. */
    @Test
    void batchesOfBehaviour2AreRefusedAsTheyWere() {
        ShardDriver driver = new ShardDriver(limits(QueuePolicy.DROP_OLDEST, 3_000), 2);
        away(driver, "c", "a");
        long epoch = driver.subscriber("p", sub("b", 1));
        int taken = 0;
        while (only(driver.publish(message("a", 1, "x".repeat(300)))) instanceof OpResult.Published) {
            taken++;
        }
        assertEquals(4, taken);
        Applied refused = driver.publish(message("a", 1, "m"));
        assertEquals(REFUSED, only(refused));
        assertEquals(List.of(new Dropped(DropCause.SHARD_FULL, 1)), refused.dropped());
        assertEquals(REFUSED, driver.result(new ShardOp.ReceiveQos2("p", epoch, 1, message("a", 2, "m"))));
        assertEquals(REFUSED, driver.result(new ShardOp.Subscribe("p", epoch, List.of(sub("c", 1)))));
        assertEquals(REFUSED, driver.result(new ShardOp.Attach("new", driver.connection(), false, 60, 10, null)));
        assertEquals(
                REFUSED,
                driver.result(new ShardOp.EnqueueRetained("p", epoch, sub("b", 1), List.of(message("b", 1, "r")))));
        assertEquals(8937043257037970685L, driver.shard.hash());
    }

    private static Applied wakes(ShardDriver driver, String client) {
        return driver.apply(new ShardOp.Attach(client, driver.connection(), false, 60, 1_000, null));
    }

    private static long dropped(Applied applied) {
        for (Dropped dropped : applied.dropped()) {
            assertEquals(DropCause.SHARD_FULL, dropped.cause());
        }
        return applied.dropped().stream().mapToLong(Dropped::messages).sum();
    }

    /** Messages of 300 bytes or so until the shard had to drop one; how many there were. */
    private static int fill(ShardDriver driver, String topic) {
        for (int i = 1; i < 1_000; i++) {
            Applied applied = driver.publish(message(topic, 1, topic + i + " ".repeat(300)));
            if (dropped(applied) > 0) {
                return i;
            }
        }
        throw new AssertionError("it is never full");
    }

    @Test
    void whoSleepsOnALongQueuePays() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 20_000);
        away(driver, "long", "l");
        away(driver, "short", "s");
        driver.publish(message("s", 1, "first"));
        int filled = fill(driver, "l");
        long lost = 1;
        for (int i = 0; i < 9; i++) {
            Applied applied = driver.publish(message("s", 1, "s" + i));
            assertEquals(new OpResult.Published(1, 0), only(applied));
            lost += dropped(applied);
            assertTrue(driver.shard.bytes() < 20_500, "it grows to " + driver.shard.bytes());
        }
        assertTrue(lost > 2 && lost < 10, "lost " + lost);
        List<String> newest =
                texts(wakes(driver, "short")).stream().map(String::strip).toList();
        assertEquals(10, newest.size(), newest.toString());
        assertEquals("short:first", newest.getFirst());
        List<String> kept =
                texts(wakes(driver, "long")).stream().map(String::strip).toList();
        assertEquals(Math.min(10, filled - lost), kept.size(), "the window is 10");
        assertEquals("long:l" + (lost + 1), kept.getFirst(), "the oldest went");
    }

    /** What many share goes as the last of them loses it; all of them lose alike. */
    @Test
    void aMessageThatManyKeepIsDroppedForOneAfterTheOther() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 60_000);
        for (int i = 0; i < 20; i++) {
            away(driver, "c" + i, "a");
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(new OpResult.Published(20, 0), only(driver.publish(message("a", 1, i + " ".repeat(500)))));
        }
        assertTrue(driver.shard.bytes() < 62_000, "it holds " + driver.shard.bytes());
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (int i = 0; i < 20; i++) {
            long queued = driver.shard.stats().queued();
            driver.attach("c" + i, true, 0);
            int held = (int) (queued - driver.shard.stats().queued());
            least = Math.min(least, held);
            most = Math.max(most, held);
        }
        assertTrue(least > 5 && most <= least * 5 / 4 + 1, least + " to " + most);
    }

    @Test
    void whoReadsGoesOnGettingMessages() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 20_000);
        away(driver, "sleeper", "l");
        long epoch = driver.subscriber("reader", sub("r", 1));
        fill(driver, "l");
        for (int i = 1; i <= 30; i++) {
            Applied applied = driver.publish(message("r", 1, "r" + i));
            assertEquals(List.of("reader:r" + i), texts(applied));
            driver.puback(
                    "reader", epoch, ((Delivery.Publish) applied.deliveries().getFirst()).packetId());
        }
    }

    @Test
    void whatDoesNotWaitIsNotDropped() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 8_000);
        long epoch = driver.subscriber("slow", sub("a", 1));
        int sent = 0;
        while (!texts(driver.publish(message("a", 1, "x".repeat(1_000)))).isEmpty()) {
            sent++;
        }
        assertTrue(sent > 4 && sent < 10, "sent " + sent);
        Applied none = driver.publish(message("a", 1, "y".repeat(1_000)));
        assertEquals(new OpResult.Published(0, 0), only(none), "dropped, and not refused");
        assertEquals(1, dropped(none));
        assertEquals(REFUSED, driver.result(new ShardOp.ReceiveQos2("slow", epoch, 1, message("b", 2, "m"))));
        assertEquals(REFUSED, driver.result(new ShardOp.Subscribe("slow", epoch, List.of(sub("c", 1)))));
        Applied qos0 = driver.publish(message("a", 0, "z"));
        assertEquals(List.of("slow:z"), texts(qos0), "it takes no room");
        driver.puback("slow", epoch, 1);
        assertEquals(new OpResult.Published(1, 0), only(driver.publish(message("a", 1, "again"))));
    }

    @Test
    void clientsFindRoom() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 20_000);
        away(driver, "sleeper", "l");
        fill(driver, "l");
        long before = driver.shard.stats().queued();
        for (int i = 0; i < 5; i++) {
            long epoch = driver.attach("new" + i, false, 60);
            assertInstanceOf(
                    OpResult.Subscribed.class,
                    driver.result(new ShardOp.Subscribe("new" + i, epoch, List.of(sub("n/" + i, 1)))));
            assertEquals(
                    new OpResult.Ok(),
                    driver.result(new ShardOp.ReceiveQos2("new" + i, epoch, 1, message("b", 2, "m".repeat(500)))));
        }
        assertTrue(driver.shard.stats().queued() < before);
        assertTrue(driver.shard.bytes() < 21_000, "it holds " + driver.shard.bytes());
    }

    @Test
    void dropNewestKeepsWhatItHas() {
        ShardDriver driver = driver(QueuePolicy.DROP_NEWEST, 20_000);
        away(driver, "sleeper", "l");
        away(driver, "too", "l");
        fill(driver, "l");
        long queued = driver.shard.stats().queued();
        Applied applied = driver.publish(message("l", 1, "late"));
        assertEquals(new OpResult.Published(0, 0), only(applied));
        assertEquals(2, dropped(applied), "each session's counts");
        assertEquals(queued, driver.shard.stats().queued());
        assertEquals(REFUSED, driver.result(new ShardOp.Attach("new", driver.connection(), false, 60, 10, null)));
    }

    @Test
    void rejectSaysSo() {
        ShardDriver driver = driver(QueuePolicy.REJECT, 20_000);
        away(driver, "sleeper", "l");
        fill(driver, "l");
        Applied applied = driver.publish(message("l", 1, "late"));
        assertEquals(new OpResult.Published(0, 1), only(applied));
        assertEquals(1, dropped(applied));
        long epoch = driver.attach("sleeper", false, ShardDriver.NEVER_EXPIRES);
        for (int packetId = 1; packetId <= 5; packetId++) {
            driver.puback("sleeper", epoch, packetId);
        }
        assertEquals(new OpResult.Published(1, 0), only(driver.publish(message("l", 1, "room"))));
    }

    @Test
    void retainedMessagesFindRoomOrAreDropped() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 20_000);
        away(driver, "sleeper", "l");
        long epoch = driver.subscriber("new", sub("r", 1));
        fill(driver, "l");
        Applied applied = driver.apply(new ShardOp.EnqueueRetained(
                "new", epoch, sub("r", 1), List.of(message("r", 1, "1"), message("r", 1, "2"))));
        assertEquals(List.of("new:1", "new:2"), texts(applied));
        driver = driver(QueuePolicy.DROP_NEWEST, 20_000);
        away(driver, "sleeper", "l");
        epoch = driver.subscriber("new", sub("r", 1));
        fill(driver, "l");
        applied = driver.apply(new ShardOp.EnqueueRetained("new", epoch, sub("r", 1), List.of(message("r", 1, "1"))));
        assertEquals(new OpResult.Ok(), only(applied));
        assertEquals(1, dropped(applied));
    }

    /** A bound that is suddenly much smaller takes nothing at once: the shard shrinks as messages come, which are taken. */
    @Test
    void whatIsOverASmallerBoundGoesBitByBit() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 20L << 20);
        away(driver, "sleeper", "l");
        ShardOp[] many = new ShardOp[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = new ShardOp.Publish(message("l", 1, "x".repeat(1_000)), true, List.of());
        }
        driver.apply(many);
        Applied smaller =
                driver.applyAsOwner(new ShardOp.SetLimits(driver.shard.limits().withMaxBytes(100_000)));
        assertEquals(List.of(), smaller.dropped());
        assertTrue(driver.shard.bytes() > 200_000);
        int ops = 0;
        while (driver.shard.bytes() >= 102_000) {
            long held = driver.shard.bytes();
            Applied applied = driver.publish(message("l", 1, "y".repeat(1_000)));
            assertEquals(new OpResult.Published(1, 0), only(applied));
            assertEquals(2, dropped(applied), "twice what it takes");
            assertTrue(driver.shard.bytes() < held);
            ops++;
        }
        assertTrue(ops > 90, "after " + ops);
    }

    @Test
    void aShardThatIsCrowdedSaysSo() {
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 20_000);
        away(driver, "sleeper", "l");
        assertEquals(0, driver.shard.stats().crowded());
        fill(driver, "l");
        assertEquals(1, driver.shard.stats().crowded());
    }

    /**
     * The driver's replica is restored after every batch and finds anew for whom most waits: if that showed, or followed from
     * anything but the state, the two would part.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void replicasDropTheSame(long seed) {
        Random random = new Random(seed);
        ShardDriver driver = driver(QueuePolicy.DROP_OLDEST, 20_000);
        int clients = 12;
        long[] epochs = new long[clients];
        for (int i = 0; i < clients; i++) {
            epochs[i] = driver.subscriber("c" + i, sub("t/" + i, 1), sub("all", 1));
        }
        long dropped = 0;
        long most = 0;
        for (int step = 0; step < 400; step++) {
            int i = random.nextInt(clients);
            String text = "x".repeat(random.nextInt(600));
            Applied applied = switch (random.nextInt(12)) {
                case 0 -> {
                    Applied attached = driver.apply(
                            new ShardOp.Attach("c" + i, driver.connection(), random.nextInt(6) == 0, 600, 5, null));
                    if (only(attached) instanceof OpResult.Attached done) {
                        epochs[i] = done.epoch();
                    }
                    yield attached;
                }
                case 1 -> driver.apply(new ShardOp.Detach("c" + i, epochs[i], true, random.nextInt(8) == 0 ? 0 : -1));
                case 2 -> driver.publish(message("all", 1, text));
                case 3 -> {
                    Message m = message("t/" + i, 1, text);
                    long expiresAt = driver.now + random.nextInt(5_000);
                    yield driver.publish(
                            new Message(m.topic(), m.payload(), m.qos(), false, expiresAt, m.properties(), null, 0));
                }
                case 4 -> {
                    driver.now += random.nextInt(1_000);
                    yield driver.applyAsOwner(new ShardOp.Tick());
                }
                case 5 -> driver.puback("c" + i, epochs[i], 1 + random.nextInt(5));
                case 6 ->
                    driver.apply(new ShardOp.Subscribe("c" + i, epochs[i], List.of(sub("t/" + i, 1), sub("all", 1))));
                default -> driver.publish(message("t/" + random.nextInt(1 + i), 1, text));
            };
            if (step % 10 == 0) {
                driver.settle();
            }
            for (Dropped d : applied.dropped()) {
                dropped += d.cause() == DropCause.SHARD_FULL ? d.messages() : 0;
            }
            most = Math.max(most, driver.shard.bytes());
        }
        assertTrue(dropped > 30, "dropped " + dropped);
        assertTrue(most < 24_000, "held " + most);
    }

    /** Who sleeps must not make those slow who come: however many sleep, and whatever is dropped. */
    @Test
    void itCostsNoMoreWithManySessions() {
        Shard shard = new Shard(
                ShardDriver.SHARD, new ShardLimits(new SessionLimits(1_000, 1 << 20, 10, 1 << 20), 20, 3, 16L << 20));
        int sessions = 20_000;
        List<NumberedOp> ops = new ArrayList<>();
        ops.add(ShardDriver.owner(new ShardOp.TakeOver(ShardDriver.NODE)));
        long number = 0;
        for (int i = 0; i < sessions; i++) {
            ConnectionId connection = new ConnectionId(ShardDriver.NODE, i + 1);
            long attach = 1L + i;
            ops.add(numbered(++number, new ShardOp.Attach("c" + i, connection, false, 6_000, 10, null)));
            ops.add(numbered(++number, new ShardOp.Subscribe("c" + i, attach, List.of(sub("t/" + i, 1)))));
            ops.add(numbered(++number, new ShardOp.Detach("c" + i, attach, true, -1)));
        }
        shard.apply(batch(shard, 1, ops));
        long nanos = 0;
        long dropped = 0;
        int messages = 20_000;
        for (int from = 0; from < messages; from += 1_000) {
            ops = new ArrayList<>();
            for (int i = from; i < from + 1_000; i++) {
                Message message = message("t/" + i % sessions, 1, "x".repeat(500));
                ops.add(numbered(++number, new ShardOp.Publish(message, true, List.of())));
            }
            Batch batch = batch(shard, 1, ops);
            long began = System.nanoTime();
            dropped += dropped(shard.apply(batch));
            nanos += System.nanoTime() - began;
        }
        assertTrue(dropped > 10_000, "dropped " + dropped);
        // To look at all sessions for each message took 20 times as long as this allows.
        assertTrue(nanos < 200_000L * messages, nanos / messages + " ns for each message");
    }

    private static NumberedOp numbered(long number, ShardOp op) {
        return new NumberedOp(Origin.node(ShardDriver.NODE), number, number - 1, op);
    }

    private static Batch batch(Shard shard, long epoch, List<NumberedOp> ops) {
        return new Batch(ShardDriver.SHARD, epoch, shard.sequence() + 1, 1_000, ShardDriver.NODE, ops, List.of());
    }
}
