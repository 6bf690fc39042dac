package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.NEVER_EXPIRES;
import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.published;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static io.lacewing.persistence.shard.ShardDriver.texts;
import static io.lacewing.persistence.shard.ShardDriver.will;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private final ShardDriver driver = new ShardDriver();

    @Test
    void aCleanStartWithoutExpiryIsTransientAndVanishesWithItsConnection() {
        OpResult.Attached attached = driver.attached("c", true, 0, null, 10);
        assertFalse(attached.sessionPresent());
        assertFalse(attached.persistent());
        assertEquals(1, driver.shard.clients());
        driver.detach("c", attached.epoch());
        assertEquals(0, driver.shard.clients());
    }

    @Test
    @DisplayName("[MQTT-3.1.2-5] without clean start the session goes on, [MQTT-3.2.2-3] and session present says so")
    void aSessionIsResumed() {
        long epoch = driver.subscriber("c", sub("a", 1));
        driver.detach("c", epoch);
        driver.publish(message("a", 1, "kept"));
        Applied applied = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        OpResult.Attached attached = (OpResult.Attached) ShardDriver.only(applied);
        assertTrue(attached.sessionPresent());
        assertTrue(attached.persistent());
        assertEquals(List.of("c:kept"), texts(applied));
        assertEquals(1, applied.deliveries().getFirst().number());
    }

    @Test
    @DisplayName("[MQTT-3.1.2-4] clean start discards the session and its routes")
    void cleanStartDiscards() {
        long epoch = driver.subscriber("c", sub("a", 1));
        driver.detach("c", epoch);
        Applied applied = driver.apply(new ShardOp.Attach("c", driver.connection(), true, 60, 10, null));
        assertFalse(((OpResult.Attached) ShardDriver.only(applied)).sessionPresent());
        assertEquals(0, ShardDriver.routes(applied).getFirst().online());
        assertEquals(0, ShardDriver.routes(applied).getFirst().offline());
        assertEquals(List.of(), texts(driver.publish(message("a", 1, "x"))));
    }

    @Test
    @DisplayName("[MQTT-3.1.4-3] the older connection is owed a close, and CONNACK awaits it")
    void takenOver() {
        ConnectionId first = driver.connection();
        driver.apply(new ShardOp.Attach("c", first, false, 60, 10, null));
        Applied applied = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        Owed.Close close = assertInstanceOf(Owed.Close.class, applied.owed().getFirst());
        assertEquals(first, close.connection());
        assertEquals(List.of(close.id()), ShardDriver.only(applied).awaits());
    }

    @Test
    @DisplayName("[MQTT-3.1.4-3] CONNACK awaits the close of every older connection, not only of the last")
    void takenOverTwice() {
        long first = driver.attach("c", false, 60);
        Applied second = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        long epoch = ((OpResult.Attached) ShardDriver.only(second)).epoch();
        driver.apply(new ShardOp.Detach("c", epoch, true, 0));
        Applied third = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        assertEquals(ShardDriver.only(second).awaits(), ShardDriver.only(third).awaits());
        Applied fourth = driver.apply(new ShardOp.Attach("c", driver.connection(), true, 0, 10, null));
        assertEquals(2, ShardDriver.only(fourth).awaits().size());
        Applied closed = driver.apply(new ShardOp.Detach("c", first, false, -1));
        assertEquals(ShardDriver.only(second).awaits(), closed.settled());
    }

    @Test
    void onlyTheEndOfTheOlderConnectionSettlesItsClose() {
        long first = driver.attach("c", false, 60);
        Applied taken = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        List<Long> awaits = ShardDriver.only(taken).awaits();
        Applied done = driver.applyAsOwner(new ShardOp.Done(awaits));
        assertEquals(List.of(), done.settled());
        assertEquals(1, driver.shard.outbox().size());
        Applied ended = driver.apply(new ShardOp.Detach("c", first, false, -1));
        assertInstanceOf(OpResult.Ok.class, ShardDriver.only(ended));
        assertEquals(awaits, ended.settled());
        assertEquals(List.of(), driver.shard.outbox());
        assertInstanceOf(OpResult.Stale.class, driver.result(new ShardOp.Detach("c", first, false, -1)));
    }

    @Test
    void theDeathOfItsNodeSettlesACloseToo() {
        driver.attached("c", true, 0, will("w", 0), 10);
        Applied taken = driver.apply(new ShardOp.Attach("c", new ConnectionId(5, 1), true, 0, 10, will("later", 0)));
        assertEquals(List.of(), published(taken));
        Applied applied = driver.applyAsOwner(new ShardOp.LiveNodes(List.of(5L)));
        assertEquals(List.of("w"), published(applied));
        assertEquals(ShardDriver.only(taken).awaits(), applied.settled());
        assertEquals(1, driver.shard.clients());
    }

    @Test
    void anOpOfATakenOverConnectionIsStale() {
        long first = driver.attach("c", false, 60);
        long second = driver.attach("c", false, 60);
        assertTrue(second > first);
        driver.detach("c", first);
        assertInstanceOf(OpResult.Stale.class, driver.result(new ShardOp.Detach("c", first, true, 0)));
        assertInstanceOf(OpResult.Stale.class, driver.result(new ShardOp.Subscribe("c", first, List.of(sub("a", 1)))));
        assertInstanceOf(OpResult.Ok.class, driver.result(new ShardOp.Detach("c", second, false, -1)));
    }

    @Test
    void anAttachEpochNeverReturnsEvenForANewSession() {
        long first = driver.attach("c", true, 0);
        driver.detach("c", first);
        assertNotEquals(first, driver.attach("c", true, 0));
    }

    @Test
    @DisplayName("a session with expiry 0 ends with its connection, so a taker-over finds none (3.1.2.11.2)")
    void takeOverOfASessionThatEndsWithItsConnection() {
        long epoch = driver.attach("c", false, 60);
        driver.detach("c", epoch);
        OpResult.Attached resumed = driver.attached("c", false, 0, null, 10);
        assertTrue(resumed.sessionPresent());
        assertTrue(resumed.persistent(), "what was resumed lives in the shard until its connection ends");
        assertFalse(driver.attached("c", false, 60, null, 10).sessionPresent());
    }

    @Test
    void aTransientPresenceIsReplacedByAPersistentSessionAndBack() {
        driver.attach("c", true, 0);
        OpResult.Attached persistent = driver.attached("c", false, 60, null, 10);
        assertFalse(persistent.sessionPresent());
        assertTrue(persistent.persistent());
        OpResult.Attached back = driver.attached("c", true, 0, null, 10);
        assertFalse(back.sessionPresent());
        assertFalse(back.persistent());
    }

    @Test
    void aSessionExpires() {
        long epoch = driver.attach("c", false, 60);
        driver.detach("c", epoch);
        assertEquals(driver.now + 60_000, driver.shard.nextDeadline());
        driver.now += 59_999;
        driver.applyAsOwner(new ShardOp.Tick());
        assertEquals(1, driver.shard.clients());
        driver.now += 1;
        driver.applyAsOwner(new ShardOp.Tick());
        assertEquals(0, driver.shard.clients());
        assertEquals(Long.MAX_VALUE, driver.shard.nextDeadline());
    }

    @Test
    void anExpiredSessionIsNotResumedThoughNoTickCame() {
        driver.detach("c", driver.attach("c", false, 60));
        driver.now += 60_000;
        assertFalse(driver.attached("c", false, 60, null, 10).sessionPresent());
    }

    @Test
    @DisplayName("[MQTT-3.14.2-2] DISCONNECT may change the expiry; 0xFFFFFFFF never expires")
    void expiryFromDisconnect() {
        driver.apply(new ShardOp.Detach("c", driver.attach("c", false, 60), true, 5));
        assertEquals(driver.now + 5_000, driver.shard.nextDeadline());
        driver.apply(new ShardOp.Detach("c", driver.attach("c", false, 60), true, NEVER_EXPIRES));
        assertEquals(Long.MAX_VALUE, driver.shard.nextDeadline());
        driver.apply(new ShardOp.Detach("c", driver.attach("c", false, 60), true, 0));
        assertEquals(0, driver.shard.clients());
    }

    @Test
    void shardTimeNeverGoesBack() {
        driver.detach("c", driver.attach("c", false, 60));
        long deadline = driver.shard.nextDeadline();
        driver.now -= 500_000;
        driver.detach("d", driver.attach("d", false, 60));
        assertEquals(deadline, driver.shard.nextDeadline());
        assertEquals(1_000_000, driver.shard.time());
    }

    @Test
    @DisplayName("[MQTT-3.1.2-8] the will is published when the connection ends without DISCONNECT")
    void willOfATransientSession() {
        OpResult.Attached attached = driver.attached("c", true, 0, will("w", 30), 10);
        Applied applied = driver.apply(new ShardOp.Detach("c", attached.epoch(), false, -1));
        assertEquals(
                List.of("w"), published(applied), "its session ends with its connection, so the delay does not count");
    }

    @Test
    @DisplayName("[MQTT-3.1.2-10] a DISCONNECT deletes the will")
    void willDiscarded() {
        OpResult.Attached attached = driver.attached("c", false, 60, will("w", 0), 10);
        assertEquals(List.of(), published(driver.apply(new ShardOp.Detach("c", attached.epoch(), true, -1))));
    }

    @Test
    @DisplayName("[MQTT-3.1.3-9] a delayed will is dropped if the client comes back in time")
    void willDelay() {
        OpResult.Attached attached = driver.attached("c", false, 60, will("w", 30), 10);
        assertEquals(List.of(), published(driver.apply(new ShardOp.Detach("c", attached.epoch(), false, -1))));
        assertEquals(driver.now + 30_000, driver.shard.nextDeadline());
        driver.now += 29_999;
        long epoch = driver.attach("c", false, 60);
        driver.now += 100_000;
        assertEquals(List.of(), published(driver.applyAsOwner(new ShardOp.Tick())));
        driver.detach("c", epoch);
    }

    @Test
    void aDelayedWillIsPublishedOnceAndItsExpiryBeginsThen() {
        Will will = new Will(message("will", 1, "w"), 30, 7);
        OpResult.Attached attached = driver.attached("c", false, 60, will, 10);
        driver.apply(new ShardOp.Detach("c", attached.epoch(), false, -1));
        driver.now += 30_000;
        Applied applied = driver.applyAsOwner(new ShardOp.Tick());
        assertEquals(List.of("w"), published(applied));
        Message published = ((Owed.Publish) applied.owed().getFirst()).message();
        assertEquals(driver.now + 7_000, published.expiresAt());
        driver.now += 30_000;
        assertEquals(List.of(), published(driver.applyAsOwner(new ShardOp.Tick())));
        assertEquals(0, driver.shard.clients());
    }

    @Test
    @DisplayName("the will is published when the session ends, if that is before its delay (3.1.3.2.2)")
    void willDelayLongerThanTheSession() {
        OpResult.Attached attached = driver.attached("c", false, 20, will("w", 30), 10);
        driver.apply(new ShardOp.Detach("c", attached.epoch(), false, -1));
        driver.now += 20_000;
        assertEquals(List.of("w"), published(driver.applyAsOwner(new ShardOp.Tick())));
        assertEquals(0, driver.shard.clients());
    }

    @Test
    @DisplayName("the will of a connection that is taken over (3.1.4)")
    void willOnTakeover() {
        assertEquals(List.of("w"), willOfOlder("now", 60, 0, false, false));
        assertEquals(List.of(), willOfOlder("later", 60, 30, false, false));
        assertEquals(List.of("w"), willOfOlder("clean", 60, 30, true, false));
        assertEquals(List.of("w"), willOfOlder("transient", 0, 30, false, false));
    }

    @Test
    @DisplayName("[MQTT-3.1.2-10] a DISCONNECT that the next CONNECT has overtaken deletes the will all the same")
    void willDiscardedLate() {
        assertEquals(List.of(), willOfOlder("now", 60, 0, false, true));
        assertEquals(List.of(), willOfOlder("clean", 60, 30, true, true));
        assertEquals(List.of(), willOfOlder("transient", 0, 30, false, true));
    }

    /** Takes a connection over and then ends it; gives what is published at its end, and nothing may be before. */
    private List<String> willOfOlder(String client, long expiry, long delay, boolean cleanStart, boolean discard) {
        long older = driver.attached(client, expiry == 0, expiry, will("w", delay), 10)
                .epoch();
        assertEquals(List.of(), takeOver(client, cleanStart));
        return published(driver.apply(new ShardOp.Detach(client, older, discard, -1)));
    }

    @Test
    void aWillThatIsKeptForTheOlderConnectionsEndIsNotTheNewOnes() {
        long first = driver.attached("c", true, 0, will("w1", 0), 10).epoch();
        long second = driver.attached("c", true, 0, will("w2", 0), 10).epoch();
        assertEquals(List.of("w2"), published(driver.apply(new ShardOp.Detach("c", second, false, -1))));
        assertEquals(List.of("w1"), published(driver.apply(new ShardOp.Detach("c", first, false, -1))));
        assertEquals(
                List.of(),
                driver.shard.outbox().stream()
                        .filter(Owed.Close.class::isInstance)
                        .toList());
    }

    private List<String> takeOver(String client, boolean cleanStart) {
        return published(driver.apply(new ShardOp.Attach(client, driver.connection(), cleanStart, 60, 10, null)));
    }

    @Test
    @DisplayName("a waiting will is published if a clean start ends its session (3.1.3.2.2)")
    void waitingWillAndCleanStart() {
        OpResult.Attached attached = driver.attached("c", false, 60, will("w", 30), 10);
        driver.detach("c", attached.epoch());
        assertEquals(List.of("w"), takeOver("c", true));
    }

    @Test
    void aDeadNodesConnectionsAreDetachedWithTheirWills() {
        driver.attached("transient", true, 0, will("w1", 0), 10);
        driver.attached("persistent", false, 60, will("w2", 30), 10);
        Applied applied = driver.applyAsOwner(new ShardOp.LiveNodes(List.of(ShardDriver.NODE)));
        assertEquals(List.of(), applied.owed());
        applied = driver.applyAsOwner(new ShardOp.LiveNodes(List.of(5L, 6L)));
        assertEquals(List.of("w1"), published(applied));
        assertEquals(1, driver.shard.clients());
        assertEquals(driver.now + 30_000, applied.nextDeadline());
        assertEquals(0, driver.shard.lastNumber(Origin.node(ShardDriver.NODE)));
    }

    @Test
    void aFullShardTakesNoNewSession() {
        ShardDriver full = new ShardDriver(new ShardLimits(ShardDriver.LIMITS.session(), 10, 3, 0));
        assertEquals(
                new OpResult.Refused(0x97),
                full.result(new ShardOp.Attach("c", full.connection(), false, 60, 10, null)));
        assertInstanceOf(
                OpResult.Attached.class,
                full.result(new ShardOp.Attach("c", full.connection(), true, 0, 10, null)),
                "a transient session lives elsewhere");
    }
}
