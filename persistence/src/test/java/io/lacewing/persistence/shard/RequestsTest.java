package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static io.lacewing.persistence.shard.ShardDriver.only;
import static io.lacewing.persistence.shard.ShardDriver.published;
import static io.lacewing.persistence.shard.ShardDriver.routes;
import static io.lacewing.persistence.shard.ShardDriver.sub;
import static io.lacewing.persistence.shard.ShardDriver.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private final ShardDriver driver = new ShardDriver();

    private OpResult.Subscribed subscribe(String client, long epoch, Subscription... subscriptions) {
        return (OpResult.Subscribed) driver.result(new ShardOp.Subscribe(client, epoch, List.of(subscriptions)));
    }

    @Test
    void aNewFilterOwesARouteAndTheAnswerAwaitsIt() {
        long epoch = driver.attach("c", false, 60);
        Applied applied = driver.apply(new ShardOp.Subscribe("c", epoch, List.of(sub("a", 1), sub("b/#", 2))));
        List<Owed.Route> routes = routes(applied);
        assertEquals(
                List.of("a", "b/#"),
                routes.stream().map(r -> r.filter().value()).toList());
        assertEquals(1, routes.getFirst().online());
        OpResult.Subscribed subscribed = (OpResult.Subscribed) only(applied);
        assertEquals(List.of(false, false), subscribed.existed());
        assertEquals(routes.stream().map(Owed.Route::id).toList(), subscribed.awaits());
    }

    @Test
    @DisplayName("a second subscriber awaits the route that is still being announced; a third, later, nothing")
    void aKnownFilter() {
        long first = subscribe("c", driver.attach("c", false, 60), sub("a", 1))
                .awaits()
                .getFirst();
        assertEquals(
                List.of(first),
                subscribe("d", driver.attach("d", false, 60), sub("a", 1)).awaits());
        driver.settle();
        assertEquals(
                List.of(),
                subscribe("e", driver.attach("e", false, 60), sub("a", 1)).awaits());
    }

    @Test
    @DisplayName("[MQTT-3.8.4-3] a subscription to the same filter replaces the old one")
    void replaced() {
        long epoch = driver.subscriber("c", sub("a", 1));
        assertEquals(List.of(true), subscribe("c", epoch, sub("a", 2)).existed());
        Applied applied = driver.publish(message("a", 2, "x"));
        Delivery.Publish publish = (Delivery.Publish) applied.deliveries().getFirst();
        assertEquals(Qos.EXACTLY_ONCE, publish.qos());
        assertEquals(1, applied.deliveries().size());
    }

    /** A client that comes back subscribes to all it has once more: that is nothing more, also at the bound. */
    @Test
    void theBoundCountsFiltersOnce() {
        long epoch = driver.attach("c", false, 60);
        Subscription[] all = new Subscription[ShardDriver.LIMITS.maxSubscriptions()];
        for (int i = 0; i < all.length; i++) {
            all[i] = sub("a/" + i, 1);
        }
        subscribe("c", epoch, all);
        assertEquals(
                Collections.nCopies(all.length, true),
                subscribe("c", epoch, all).existed());
        assertInstanceOf(
                OpResult.Refused.class,
                driver.result(new ShardOp.Subscribe("c", epoch, List.of(all[0], sub("one more", 1)))));
    }

    @Test
    void subscriptionsAreListed() {
        long epoch = driver.subscriber("c", sub("a", 1), sub("$share/g/b", 2));
        OpResult all = driver.result(new ShardOp.ListSubscriptions("c", epoch));
        assertEquals(new OpResult.Listed(List.of(sub("a", 1), sub("$share/g/b", 2))), all);
        driver.apply(new ShardOp.Unsubscribe("c", epoch, List.of(TopicFilter.of("a"))));
        OpResult rest = driver.result(new ShardOp.ListSubscriptions("c", epoch));
        assertEquals(new OpResult.Listed(List.of(sub("$share/g/b", 2))), rest);
        assertEquals(new OpResult.Stale(), driver.result(new ShardOp.ListSubscriptions("c", epoch - 1)));
    }

    @Test
    void theRouteGoesWithItsLastSubscriber() {
        long c = driver.subscriber("c", sub("a", 1));
        long d = driver.subscriber("d", sub("a", 1));
        driver.settle();
        assertEquals(List.of(), routes(driver.apply(new ShardOp.Unsubscribe("c", c, List.of(TopicFilter.of("a"))))));
        Applied last =
                driver.apply(new ShardOp.Unsubscribe("d", d, List.of(TopicFilter.of("a"), TopicFilter.of("nothing"))));
        assertEquals(new OpResult.Unsubscribed(List.of(true, false)), only(last));
        assertEquals(
                0, routes(last).getFirst().online() + routes(last).getFirst().offline());
    }

    @Test
    @DisplayName("a newer route replaces an older one; a repeated answer awaits the newer one instead")
    void awaitsOfAReplacedRoute() {
        long c = driver.attach("c", false, 60);
        ShardOp.Subscribe subscribe = new ShardOp.Subscribe("c", c, List.of(sub("a", 1)));
        Origin origin = Origin.shard(3);
        Batch.NumberedOp op = new Batch.NumberedOp(origin, 1, 0, subscribe);
        long first = only(driver.apply(driver.shard.epoch(), List.of(op), List.of()))
                .awaits()
                .getFirst();
        driver.apply(new ShardOp.Unsubscribe("c", c, List.of(TopicFilter.of("a"))));
        long newest = subscribe("c", c, sub("a", 1)).awaits().getFirst();
        assertTrue(newest > first + 1);
        assertEquals(1, driver.shard.outbox().size());
        assertEquals(
                List.of(newest),
                only(driver.apply(driver.shard.epoch(), List.of(op), List.of())).awaits());
        driver.applyAsOwner(new ShardOp.Done(List.of(first)));
        assertEquals(1, driver.shard.outbox().size(), "the done of a replaced entry does not remove the newer one");
        driver.applyAsOwner(new ShardOp.Done(List.of(newest)));
        assertEquals(
                List.of(),
                only(driver.apply(driver.shard.epoch(), List.of(op), List.of())).awaits());
    }

    @Test
    void aTakeOverListsTheWholeOutbox() {
        driver.subscriber("c", sub("a", 1), sub("b", 1));
        driver.applyAsOwner(new ShardOp.Tick());
        Applied applied = driver.takeOver();
        assertEquals(2, applied.owed().size());
        assertEquals(driver.shard.outbox(), applied.owed());
    }

    @Test
    void aTransientPresenceHasNoSubscriptionsHere() {
        long epoch = driver.attach("c", true, 0);
        assertEquals(
                new OpResult.Refused(0x82), driver.result(new ShardOp.Subscribe("c", epoch, List.of(sub("a", 1)))));
    }

    @Test
    void subscriptionsAreBounded() {
        long epoch = driver.attach("c", false, 60);
        for (int i = 0; i < 20; i++) {
            subscribe("c", epoch, sub("a/" + i, 1));
        }
        assertEquals(
                new OpResult.Refused(0x97), driver.result(new ShardOp.Subscribe("c", epoch, List.of(sub("x", 1)))));
    }

    @Test
    @DisplayName("[MQTT-4.3.3-10] a QoS 2 PUBLISH is owed to the cluster once, until PUBREL frees its id")
    void receiveQos2() {
        long epoch = driver.attach("c", false, 60);
        ShardOp.ReceiveQos2 receive = new ShardOp.ReceiveQos2("c", epoch, 5, message("a", 2, "m"));
        assertEquals(List.of("m"), published(driver.apply(receive)));
        assertEquals(List.of(), published(driver.apply(receive)));
        driver.detach("c", epoch);
        long again = driver.attach("c", false, 60);
        ShardOp.ReceiveQos2 resent = new ShardOp.ReceiveQos2("c", again, 5, message("a", 2, "m"));
        assertEquals(List.of(), published(driver.apply(resent)), "also from the next connection");
        assertEquals(new OpResult.Ok(), driver.result(new ShardOp.ReleaseQos2("c", again, 5)));
        assertEquals(
                new OpResult.Refused(0x92),
                driver.result(new ShardOp.ReleaseQos2("c", again, 5)),
                "no such packet id any more");
        assertEquals(List.of("m"), published(driver.apply(resent)), "[MQTT-4.3.3-12] a new message");
    }

    @Test
    void anImpossiblePacketIdIsRefused() {
        long epoch = driver.attach("c", false, 60);
        assertEquals(
                new OpResult.Refused(0x82),
                driver.result(new ShardOp.ReceiveQos2("c", epoch, 70_000, message("a", 2, "m"))));
        assertEquals(new OpResult.Refused(0x92), driver.ack("c", epoch, 9, Kind.PUBACK, 0));
    }

    private static Message retained(String topic, String text, long version) {
        Message message = message(topic, 1, text);
        return new Message(
                message.topic(),
                message.payload(),
                message.qos(),
                true,
                Message.NEVER,
                message.properties(),
                null,
                version);
    }

    @Test
    @DisplayName("[MQTT-3.3.1-8] retained messages for a new subscription carry the flag")
    void retainedMessages() {
        long epoch = driver.subscriber("c", sub("a/+", 1));
        Applied applied =
                driver.apply(new ShardOp.EnqueueRetained("c", epoch, sub("a/+", 1), List.of(retained("a/1", "r", 3))));
        Delivery.Publish publish = (Delivery.Publish) applied.deliveries().getFirst();
        assertTrue(publish.retain());
        assertEquals(Qos.AT_LEAST_ONCE, publish.qos());
    }

    @Test
    @DisplayName("a retained message does not come after a newer live one of its topic")
    void retainedOvertaken() {
        long epoch = driver.subscriber("c", sub("a/+", 1));
        driver.publish(retained("a/1", "live", 5));
        Applied applied = driver.apply(new ShardOp.EnqueueRetained(
                "c", epoch, sub("a/+", 1), List.of(retained("a/1", "old", 4), retained("a/2", "other", 4))));
        assertEquals(List.of("c:other"), texts(applied));
    }

    @Test
    @DisplayName("what was delivered live before the subscription does not count against its retained message")
    void retainedForALaterSubscription() {
        long epoch = driver.subscriber("c", sub("a/+", 1));
        driver.apply(new ShardOp.EnqueueRetained("c", epoch, sub("a/+", 1), List.of()));
        driver.publish(retained("a/1", "live", 5));
        subscribe("c", epoch, sub("#", 1));
        Applied applied =
                driver.apply(new ShardOp.EnqueueRetained("c", epoch, sub("#", 1), List.of(retained("a/1", "r", 5))));
        assertEquals(List.of("c:r"), texts(applied));
    }

    @Test
    void retainedNotesAreBounded() {
        long epoch = driver.subscriber("c", sub("a/+", 0));
        for (int i = 0; i < 5; i++) {
            driver.publish(retained("a/" + i, "live", 5));
        }
        List<Message> messages = List.of(retained("a/0", "0", 5), retained("a/2", "2", 5), retained("a/3", "3", 5));
        Applied applied = driver.apply(new ShardOp.EnqueueRetained("c", epoch, sub("a/+", 0), messages));
        assertEquals(List.of("c:3"), texts(applied));
    }

    @Test
    void noRetainedMessagesForASubscriptionThatIsGone() {
        long epoch = driver.subscriber("c", sub("a", 1));
        driver.apply(new ShardOp.Unsubscribe("c", epoch, List.of(TopicFilter.of("a"))));
        assertEquals(
                List.of(),
                texts(driver.apply(
                        new ShardOp.EnqueueRetained("c", epoch, sub("a", 1), List.of(retained("a", "r", 1))))));
    }

    @Test
    @DisplayName("[MQTT-3.8.3-3] no retained message of its own with No Local")
    void retainedNoLocal() {
        Subscription noLocal =
                new Subscription(TopicFilter.of("a"), Qos.AT_LEAST_ONCE, true, false, RetainHandling.SEND, 0);
        long epoch = driver.subscriber("c", noLocal);
        Message mine = retained("a", "mine", 1);
        mine = new Message(mine.topic(), mine.payload(), mine.qos(), true, Message.NEVER, mine.properties(), "c", 1);
        assertEquals(List.of(), texts(driver.apply(new ShardOp.EnqueueRetained("c", epoch, noLocal, List.of(mine)))));
    }

    @Test
    void deliveriesAreRepeatedWithTheirNumbers() {
        long epoch = driver.subscriber("c", sub("a", 2));
        Applied one = driver.publish(message("a", 1, "1"));
        Applied two = driver.publish(message("a", 2, "2"));
        driver.publish(message("a", 0, "not repeated"));
        Applied again = driver.apply(new ShardOp.Redeliver("c", epoch, 2));
        assertEquals(two.deliveries(), again.deliveries());
        again = driver.apply(new ShardOp.Redeliver("c", epoch, 1));
        assertEquals(one.deliveries().getFirst(), again.deliveries().getFirst());
        assertEquals(2, again.deliveries().size());
        assertInstanceOf(OpResult.Stale.class, driver.result(new ShardOp.Redeliver("c", epoch + 1, 1)));
    }

    @Test
    @DisplayName("[MQTT-4.4.0-1] after coming back: PUBLISH with DUP, PUBREL, same packet ids, in order")
    void resentAfterComingBack() {
        long epoch = driver.subscriber("c", sub("a", 2));
        for (int i = 1; i <= 4; i++) {
            driver.publish(message("a", i == 4 ? 1 : 2, "" + i));
        }
        driver.ack("c", epoch, 2, Kind.PUBREC, 0);
        driver.ack("c", epoch, 1, Kind.PUBREC, 0);
        driver.detach("c", epoch);
        driver.publish(message("a", 1, "5"));
        Applied applied = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 10, null));
        assertEquals(List.of("c:PUBREL 2", "c:PUBREL 1", "c:3/dup", "c:4/dup", "c:5"), texts(applied));
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L),
                applied.deliveries().stream().map(Delivery::number).toList());
        assertEquals(3, ((Delivery.Publish) applied.deliveries().get(2)).packetId());
    }

    @Test
    @DisplayName("[MQTT-4.9.0-2] a smaller window of the next connection holds for what is sent again")
    void smallerWindow() {
        long epoch = driver.subscriber("c", sub("a", 1));
        for (int i = 1; i <= 3; i++) {
            driver.publish(message("a", 1, "" + i));
        }
        driver.detach("c", epoch);
        driver.publish(message("a", 1, "4"));
        Applied applied = driver.apply(new ShardOp.Attach("c", driver.connection(), false, 60, 2, null));
        long second = ((OpResult.Attached) only(applied)).epoch();
        assertEquals(List.of("c:1/dup", "c:2/dup"), texts(applied));
        assertEquals(List.of("c:3/dup"), texts(driver.puback("c", second, 1)));
        assertEquals(List.of("c:4"), texts(driver.puback("c", second, 2)));
        assertEquals(List.of(), texts(driver.publish(message("a", 1, "5"))));
    }
}
