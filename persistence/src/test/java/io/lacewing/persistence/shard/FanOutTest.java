package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.only;
import static io.lacewing.persistence.shard.ShardDriver.routes;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static io.lacewing.persistence.shard.ShardDriver.text;
import static io.lacewing.persistence.shard.ShardDriver.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.codec.SharedParts;
import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FanOutTest {
    private static final String GROUP = "$share/g/a";
    private final ShardDriver driver = new ShardDriver();

    private static Subscription with(String filter, int qos, boolean noLocal, boolean rap, int identifier) {
        return new Subscription(
                TopicFilter.of(filter), Qos.of(qos), noLocal, rap, RetainHandling.DO_NOT_SEND, identifier);
    }

    private static Message from(String publisher, String topic, boolean retain) {
        Message m = message(topic, 2, "m");
        return new Message(m.topic(), m.payload(), m.qos(), retain, Message.NEVER, m.properties(), publisher, 0);
    }

    @Test
    @DisplayName("[MQTT-3.3.4-2, MQTT-3.3.4-4] overlapping filters: one copy, the highest QoS, all identifiers")
    void overlapping() {
        driver.subscriber(
                "c", with("a/#", 0, false, false, 9), with("a/b", 2, false, false, 4), with("+/b", 1, false, true, 0));
        Applied applied = driver.publish(from("p", "a/b", true));
        Delivery.Publish publish = (Delivery.Publish) applied.deliveries().getFirst();
        assertEquals(1, applied.deliveries().size());
        assertEquals(Qos.EXACTLY_ONCE, publish.qos());
        assertEquals(List.of(4, 9), publish.identifiers());
        assertTrue(publish.retain(), "one of them asks for the flag as published");
        assertEquals(new OpResult.Published(1), only(applied));
    }

    @Test
    @DisplayName("[MQTT-3.3.1-12] without Retain As Published the flag is 0")
    void retainAsPublished() {
        driver.subscriber("c", with("a", 1, false, false, 0));
        Applied applied = driver.publish(from("p", "a", true));
        assertFalse(((Delivery.Publish) applied.deliveries().getFirst()).retain());
    }

    @Test
    @DisplayName("[MQTT-3.8.3-3] No Local does not get the session's own messages, but another filter of it does")
    void noLocal() {
        driver.subscriber("c", with("a", 2, true, true, 1));
        driver.subscriber("d", with("a", 2, true, true, 1), with("#", 0, false, false, 2));
        assertEquals(List.of("d:m"), texts(driver.publish(from("c", "a", true))));
        Delivery.Publish own = (Delivery.Publish)
                driver.publish(from("d", "a", true)).deliveries().get(1);
        assertEquals("d", own.clientId());
        assertEquals(Qos.AT_MOST_ONCE, own.qos());
        assertEquals(List.of(2), own.identifiers());
        assertFalse(own.retain());
    }

    @Test
    void sessionsGetAMessageInTheOrderInWhichTheyWereMade() {
        for (int i = 9; i > 0; i--) {
            driver.subscriber("c" + i, i % 2 == 0 ? sub("a", 1) : sub("+", 1));
        }
        assertEquals(
                List.of("c9:m", "c8:m", "c7:m", "c6:m", "c5:m", "c4:m", "c3:m", "c2:m", "c1:m"),
                texts(driver.publish(message("a", 1, "m"))));
    }

    @Test
    void aMessageIsHeldOnceHoweverManySessionsHoldIt() {
        for (int i = 0; i < 10; i++) {
            driver.detach("c" + i, driver.subscriber("c" + i, sub("a", 1)));
        }
        driver.settle();
        long before = driver.shard.bytes();
        int snapshot = driver.shard.snapshot().length;
        driver.publish(message("a", 1, "x".repeat(8_000)));
        assertTrue(driver.shard.bytes() - before < 10_000, "bytes: " + (driver.shard.bytes() - before));
        assertTrue(driver.shard.snapshot().length - snapshot < 9_000);
    }

    @Test
    void allBytesAreGivenBack() {
        long empty = driver.shard.bytes();
        long epoch = driver.subscriber("c", sub("a", 2), sub(GROUP, 1));
        for (int i = 0; i < 20; i++) {
            driver.publish(message("a", i % 3, "m" + i));
            driver.publishTo(GROUP, message("a", 1, "s" + i));
        }
        driver.ack("c", epoch, 1, Kind.PUBACK, 0);
        driver.ack("c", epoch, 2, Kind.PUBACK, 0);
        driver.detach("c", epoch);
        long older = driver.attached("c", true, 0, ShardDriver.will("w", 0), 10).epoch();
        driver.detach("c", driver.attach("c", true, 0));
        driver.detach("c", older);
        driver.settle();
        assertEquals(empty, driver.shard.bytes());
    }

    @Test
    @DisplayName("QoS 0: sent at once without packet id, dropped and counted if the client is away")
    void qos0() {
        long epoch = driver.subscriber("c", sub("a", 1));
        Delivery.Publish publish = (Delivery.Publish)
                driver.publish(message("a", 0, "m")).deliveries().getFirst();
        assertEquals(0, publish.number());
        assertEquals(0, publish.packetId());
        driver.detach("c", epoch);
        assertEquals(
                List.of(new Dropped(DropCause.OFFLINE, 1)),
                driver.publish(message("a", 0, "m")).dropped());
        assertEquals(List.of(), texts(driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null))));
    }

    @Test
    @DisplayName("[MQTT-3.3.2-5] an expired message is not sent, [MQTT-4.3.3-7] but one that was sent is sent again")
    void expiry() {
        long epoch = driver.subscriber("c", sub("a", 1));
        driver.publish(new SharedParts().copy(message("a", 1, "sent"), driver.now + 10));
        driver.detach("c", epoch);
        driver.publish(new SharedParts().copy(message("a", 1, "waiting"), driver.now + 10));
        driver.publish(message("a", 1, "kept"));
        driver.now += 10;
        Applied applied = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        assertEquals(List.of("c:sent/dup", "c:kept"), texts(applied));
        assertEquals(List.of(new Dropped(DropCause.EXPIRED, 1)), applied.dropped());
    }

    @Test
    void aFullQueueDropsItsOldestAndCounts() {
        long epoch = driver.subscriber("c", sub("a", 1));
        driver.detach("c", epoch);
        long dropped = 0;
        for (int i = 1; i <= 7; i++) {
            for (Dropped d : driver.publish(message("a", 1, "" + i)).dropped()) {
                assertEquals(DropCause.QUEUE_FULL, d.cause());
                dropped += d.messages();
            }
        }
        assertEquals(2, dropped);
        Applied applied = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        assertEquals(List.of("c:3", "c:4", "c:5", "c:6", "c:7"), texts(applied));
    }

    @Test
    @DisplayName("a shared subscription's message goes to one member, online ones first and in turn (4.8.2)")
    void shareGroupInTurn() {
        long a = driver.subscriber("a", sub(GROUP, 1));
        driver.subscriber("b", sub(GROUP, 1));
        driver.subscriber("c", sub(GROUP, 1));
        assertEquals(List.of("a:1", "b:2", "c:3", "a:4"), fourTimes(1));
        driver.detach("a", a);
        List<String> online = fourTimes(5);
        assertFalse(online.contains("a:5") || online.contains("a:6"), online.toString());
        assertEquals(4, online.size());
    }

    private List<String> fourTimes(int from) {
        return java.util.stream.IntStream.range(from, from + 4)
                .mapToObj(i -> texts(driver.publishTo(GROUP, message("a", 1, "" + i))))
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void offlineMembersGetWhatNobodyOnlineCanTake() {
        driver.detach("a", driver.subscriber("a", sub(GROUP, 1)));
        assertEquals(new OpResult.Published(1), only(driver.publishTo(GROUP, message("a", 1, "m"))));
        assertEquals(
                List.of("a:m"), texts(driver.apply(new ShardOp.Attach("a", driver.connection(), false, 60, 10, null))));
    }

    @Test
    void aGroupsRouteFollowsItsCounts() {
        long a = driver.attach("a", false, 60);
        Applied applied = driver.apply(new ShardOp.Subscribe("a", a, List.of(sub(GROUP, 1))));
        assertEquals(List.of("1/0"), counts(applied));
        long b = driver.attach("b", false, 60);
        assertEquals(List.of("2/0"), counts(driver.apply(new ShardOp.Subscribe("b", b, List.of(sub(GROUP, 1))))));
        assertEquals(List.of(), counts(driver.apply(new ShardOp.Subscribe("b", b, List.of(sub(GROUP, 2))))));
        assertEquals(List.of("1/1"), counts(driver.apply(new ShardOp.Detach("a", a, false, -1))));
        assertEquals(1, driver.shard.outbox().size(), "newer counts replace older ones");
        assertEquals(
                List.of("2/0"), counts(driver.apply(new ShardOp.Attach("a", driver.connection(), false, 60, 9, null))));
        assertEquals(
                List.of("1/0"), counts(driver.apply(new ShardOp.Unsubscribe("b", b, List.of(TopicFilter.of(GROUP))))));
        assertEquals(
                List.of("0/0"), counts(driver.apply(new ShardOp.Attach("a", driver.connection(), true, 0, 9, null))));
    }

    private static List<String> counts(Applied applied) {
        return routes(applied).stream().map(r -> r.online() + "/" + r.offline()).toList();
    }

    @Test
    @DisplayName(
            "[MQTT-4.8.2-5] at a session's end its group gets what was not sent and QoS 1 that was not acknowledged")
    void passedOn() {
        long epoch = driver.attached("c", false, 60, null, 3).epoch();
        driver.apply(new ShardOp.Subscribe("c", epoch, List.of(sub(GROUP, 2), sub("a", 1))));
        driver.publishTo(GROUP, message("a", 1, "sent1"));
        driver.publishTo(GROUP, message("a", 2, "sent2"));
        driver.publish(message("a", 1, "plain"));
        driver.publishTo(GROUP, message("a", 1, "waiting1"));
        driver.publishTo(GROUP, message("a", 2, "waiting2"));
        driver.publish(message("a", 1, "plain waiting"));
        Applied applied = driver.apply(new ShardOp.Detach("c", epoch, false, 0));
        assertEquals(List.of("sent1", "waiting1", "waiting2"), passedOn(applied));
        assertEquals(List.of(new Dropped(DropCause.SESSION_ENDED, 3)), applied.dropped());
        assertTrue(applied.owed().getFirst() instanceof Owed.Route, "the route goes first");
    }

    @Test
    @DisplayName("what an owner picked for a share group stands: the next one can not pick again")
    void picksStand() {
        Applied applied = driver.publishTo(GROUP, message("a", 1, "m"));
        long passOn = applied.owed().getFirst().id();
        Owed.Give first = give(driver.applyAsOwner(pick(passOn, 3)));
        assertEquals(new ShardDestination(3), first.to());
        assertEquals("m", text(first.message()));
        assertEquals(List.of(), driver.applyAsOwner(pick(passOn, 4)).owed());
        assertEquals(
                List.of(first.id()),
                driver.shard.outbox().stream().map(Owed::id).toList());
    }

    @Test
    void aPickedMessageIsStillOwedToSubscriptionsThatAreNotShared() {
        long epoch = driver.attach("c", false, 60);
        long publish = driver.apply(new ShardOp.ReceiveQos2("c", epoch, 1, message("a", 2, "m")))
                .owed()
                .getFirst()
                .id();
        Owed.Give give = give(driver.applyAsOwner(pick(publish, 3)));
        Owed.Publish left = (Owed.Publish) driver.shard.outbox().getFirst();
        assertTrue(left.picked() && left.id() == publish && give.id() > publish);
        assertEquals(List.of(), driver.applyAsOwner(pick(publish, 4)).owed());
    }

    private static ShardOp pick(long outboxId, int shard) {
        return new ShardOp.Pick(
                outboxId, List.of(new ShardOp.Pick.Choice(TopicFilter.of(GROUP), new ShardDestination(shard))));
    }

    private static Owed.Give give(Applied applied) {
        assertEquals(1, applied.owed().size());
        return (Owed.Give) applied.owed().getFirst();
    }

    private static List<String> passedOn(Applied applied) {
        return applied.owed().stream()
                .filter(Owed.PassOn.class::isInstance)
                .map(o -> text(((Owed.PassOn) o).message()))
                .toList();
    }

    @Test
    @DisplayName("[MQTT-4.8.2-6] after an error acknowledgement the message goes to nobody else")
    void errorAcknowledgement() {
        long epoch = driver.subscriber("c", sub(GROUP, 2));
        driver.publishTo(GROUP, message("a", 1, "1"));
        driver.publishTo(GROUP, message("a", 2, "2"));
        assertEquals(new OpResult.Ok(), driver.ack("c", epoch, 1, Kind.PUBACK, 0x80));
        assertEquals(new OpResult.Ok(), driver.ack("c", epoch, 2, Kind.PUBREC, 0x97));
        assertEquals(List.of(), passedOn(driver.apply(new ShardOp.Detach("c", epoch, false, 0))));
    }

    @Test
    void aGroupThatLeftTheShardPassesItsMessageOn() {
        Applied applied = driver.publishTo(GROUP, message("a", 1, "m"));
        assertEquals(List.of("m"), passedOn(applied));
        assertEquals(new OpResult.Published(0), only(applied));
    }

    @Test
    void aPlainAndASharedSubscriptionGiveTwoCopies() {
        driver.subscriber("c", sub(GROUP, 1), sub("a", 1));
        Applied applied = driver.apply(new ShardOp.Publish(message("a", 1, "m"), true, List.of(TopicFilter.of(GROUP))));
        assertEquals(List.of("c:m", "c:m"), texts(applied));
        assertEquals(new OpResult.Published(2), only(applied));
    }

    @Test
    @DisplayName("[MQTT-4.3.3-4] QoS 2 to the client, step by step")
    void qos2() {
        long epoch = driver.subscriber("c", sub("a", 2));
        driver.publish(message("a", 2, "m"));
        assertEquals(new OpResult.Refused(0x82), driver.ack("c", epoch, 1, Kind.PUBACK, 0));
        assertEquals(new OpResult.Refused(0x82), driver.ack("c", epoch, 1, Kind.PUBCOMP, 0));
        assertEquals(new OpResult.Ok(), driver.ack("c", epoch, 1, Kind.PUBREC, 0));
        assertEquals(new OpResult.Ok(), driver.ack("c", epoch, 1, Kind.PUBREC, 0));
        assertEquals(new OpResult.Ok(), driver.ack("c", epoch, 1, Kind.PUBCOMP, 0));
        assertEquals(new OpResult.Refused(0x92), driver.ack("c", epoch, 1, Kind.PUBCOMP, 0));
    }
}
