package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.only;
import static io.lacewing.persistence.shard.ShardDriver.routes;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static io.lacewing.persistence.shard.ShardDriver.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.router.Message;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Bounds of queues, what happens at them, and who is told. */
class QueuesTest {
    private static ShardLimits limits(int maxQueued, QueuePolicy policy, boolean queueQos0) {
        return new ShardLimits(new SessionLimits(maxQueued, 10_000, 10, 5_000, policy, queueQos0), 20, 3, 1_000_000);
    }

    private static ShardDriver driver(int maxQueued, QueuePolicy policy, boolean queueQos0) {
        return new ShardDriver(limits(maxQueued, policy, queueQos0));
    }

    private static void away(ShardDriver driver, String client, int qos) {
        driver.detach(client, driver.subscriber(client, sub("a", qos)));
    }

    private static Message expiring(long at) {
        Message m = message("a", 1, "late");
        return new Message(m.topic(), m.payload(), m.qos(), false, at, m.properties(), null, 0);
    }

    @Test
    void whoTookAMessageAndWhoRejectedItIsTold() {
        ShardDriver driver = driver(1, QueuePolicy.REJECT, false);
        away(driver, "full", 1);
        assertEquals(new OpResult.Published(1, 0), only(driver.publish(message("a", 1, "1"))));
        Applied rejected = driver.publish(message("a", 1, "2"));
        assertEquals(new OpResult.Published(0, 1), only(rejected));
        assertEquals(List.of(new Dropped(DropCause.REJECTED, 1)), rejected.dropped());
        away(driver, "roomy", 1);
        assertEquals(new OpResult.Published(1, 1), only(driver.publish(message("a", 1, "3"))));
    }

    @Test
    void aMessageThatNobodyKeepsIsTakenByNobody() {
        ShardDriver driver = driver(1, QueuePolicy.DROP_NEWEST, false);
        away(driver, "c", 1);
        driver.publish(message("a", 1, "1"));
        Applied dropped = driver.publish(message("a", 1, "2"));
        assertEquals(new OpResult.Published(0, 0), only(dropped));
        assertEquals(List.of(new Dropped(DropCause.QUEUE_FULL_NEWEST, 1)), dropped.dropped());
        Applied offline = driver.publish(message("a", 0, "3"));
        assertEquals(new OpResult.Published(0, 0), only(offline));
        assertEquals(List.of(new Dropped(DropCause.OFFLINE, 1)), offline.dropped());
    }

    @Test
    void qos0WaitsForAClientThatIsAway() {
        ShardDriver driver = driver(3, QueuePolicy.DROP_OLDEST, true);
        away(driver, "c", 1);
        for (int i = 1; i <= 4; i++) {
            driver.publish(message("a", i % 2, "" + i));
        }
        Applied back = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 1, null));
        assertEquals(List.of("c:2", "c:3", "c:4"), texts(back));
        assertEquals(
                List.of(0L, 1L, 0L),
                back.deliveries().stream().map(Delivery::number).toList(),
                "at QoS 0 it has no number and no window");
        assertEquals(new ShardStats(1, 1, 0, 1, 0, 0, driver.shard.bytes()), back.stats());
    }

    @Test
    void qos0StaysInOrderBehindWhatWaits() {
        ShardDriver driver = driver(5, QueuePolicy.DROP_OLDEST, true);
        away(driver, "c", 1);
        driver.publish(message("a", 1, "1"));
        driver.publish(message("a", 1, "2"));
        driver.publish(message("a", 0, "3"));
        Applied back = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 1, null));
        assertEquals(List.of("c:1"), texts(back));
        assertEquals(List.of(), texts(driver.publish(message("a", 0, "4"))));
        long epoch = ((OpResult.Attached) only(back)).epoch();
        assertEquals(List.of("c:2", "c:3", "c:4"), texts(driver.puback("c", epoch, 1)));
    }

    @Test
    void theOwnerHearsOfAQueueBeforeItDrops() {
        ShardDriver driver = driver(5, QueuePolicy.DROP_OLDEST, false);
        away(driver, "c", 1);
        for (int i = 0; i < 4; i++) {
            assertEquals(List.of(), driver.publish(message("a", 1, "m")).nearlyFull());
        }
        Applied fifth = driver.publish(message("a", 1, "m"));
        assertEquals(List.of(), fifth.dropped());
        NearlyFull warning = fifth.nearlyFull().getFirst();
        assertEquals("c", warning.clientId());
        assertEquals(5, warning.queued());
        assertTrue(warning.bytes() > 0);
        assertEquals(1, fifth.stats().nearlyFull());
        driver.replica = Shard.restore(driver.shard.snapshot());
        assertEquals(List.of(), driver.publish(message("a", 1, "m")).nearlyFull(), "once");
        long epoch = driver.attach("c", false, ShardDriver.NEVER_EXPIRES);
        for (int packetId = 1; packetId <= 5; packetId++) {
            driver.puback("c", epoch, packetId);
        }
        driver.detach("c", epoch);
        int warnings = 0;
        for (int i = 0; i < 5; i++) {
            warnings += driver.publish(message("a", 1, "m")).nearlyFull().size();
        }
        assertEquals(1, warnings, "once more, as it was empty");
    }

    @Test
    void limitsFollowTheOwner() {
        ShardDriver driver = driver(5, QueuePolicy.DROP_OLDEST, false);
        away(driver, "c", 1);
        for (int i = 0; i < 4; i++) {
            driver.publish(message("a", 1, "m" + i));
        }
        Applied smaller = driver.applyAsOwner(new ShardOp.SetLimits(limits(2, QueuePolicy.REJECT, false)));
        assertEquals(List.of(), smaller.dropped());
        assertEquals(4, smaller.stats().queued());
        assertEquals("c", smaller.nearlyFull().getFirst().clientId());
        assertEquals(new OpResult.Published(0, 1), only(driver.publish(message("a", 1, "x"))));
        driver.applyAsOwner(new ShardOp.SetLimits(limits(2, QueuePolicy.DROP_OLDEST, false)));
        Applied next = driver.publish(message("a", 1, "y"));
        assertEquals(List.of(new Dropped(DropCause.QUEUE_FULL, 3)), next.dropped());
        driver.applyAsOwner(
                new ShardOp.SetLimits(limits(5, QueuePolicy.REJECT, false).withMaxBytes(1)));
        Applied full = driver.publish(message("a", 1, "z"));
        assertEquals(new OpResult.Published(0, 1), only(full));
        Applied back = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        assertEquals(List.of("c:m3", "c:y"), texts(back));
    }

    @Test
    void expiredMessagesLeaveThoughNobodyComes() {
        ShardDriver driver = driver(5, QueuePolicy.REJECT, false);
        away(driver, "c", 1);
        long before = driver.shard.bytes();
        for (int i = 0; i < 5; i++) {
            driver.publish(expiring(driver.now + 10_000 + i));
        }
        Applied full = driver.publish(message("a", 1, "no room"));
        assertEquals(new OpResult.Published(0, 1), only(full));
        long deadline = driver.shard.nextDeadline();
        assertTrue(deadline > driver.now + 10_004 && deadline < driver.now + 12_000, "in " + (deadline - driver.now));
        driver.now = deadline;
        Applied swept = driver.applyAsOwner(new ShardOp.Tick());
        assertEquals(List.of(new Dropped(DropCause.EXPIRED, 5)), swept.dropped());
        assertEquals(before, driver.shard.bytes());
        assertEquals(Long.MAX_VALUE, swept.nextDeadline());
        assertEquals(new OpResult.Published(1, 0), only(driver.publish(message("a", 1, "room"))));
    }

    @Test
    void everyRouteIsOwedAgain() {
        ShardDriver driver = driver(5, QueuePolicy.DROP_OLDEST, false);
        driver.subscriber("a", sub("x", 1), sub("$share/g/x", 1));
        driver.detach("b", driver.subscriber("b", sub("x", 1), sub("$share/g/x", 1), sub("y/#", 0)));
        driver.settle();
        assertEquals(List.of(), driver.shard.outbox());
        for (int times = 0; times < 2; times++) {
            Applied again = driver.applyAsOwner(new ShardOp.Reannounce());
            assertEquals(
                    new TreeSet<>(List.of("x 1/0", "$share/g/x 1/1", "y/# 0/1")),
                    new TreeSet<>(routes(again).stream()
                            .map(route -> route.filter().value() + " " + route.online() + "/" + route.offline())
                            .toList()));
            assertEquals(3, driver.shard.outbox().size(), "a second time replaces the first");
        }
        driver.settle();
        assertEquals(List.of(), driver.shard.outbox());
    }
}
