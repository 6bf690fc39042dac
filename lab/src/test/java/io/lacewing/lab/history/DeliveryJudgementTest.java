package io.lacewing.lab.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.lab.history.Finding.Kind;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeliveryJudgementTest {
    private final Run run = new Run();
    private final ClientLog publisher = run.persistent("publisher");

    @Test
    void whatIsAcknowledgedAndDeliveredOnceIsClean() {
        ClientLog subscriber = run.subscriber("subscriber", "t/#", 2);
        for (int qos = 0; qos <= 2; qos++) {
            run.deliver(publisher, run.acknowledged(publisher, "t/" + qos, qos), subscriber);
        }
        assertEquals(Set.of(), run.kinds());
        assertTrue(run.verdict().report().endsWith("CLEAN\n"));
    }

    @Test
    void anAcknowledgedMessageThatNeverComesIsLost() {
        run.subscriber("subscriber", "t/#", 1);
        run.acknowledged(publisher, "t/1", 1);
        run.acknowledged(publisher, "t/2", 2);
        assertEquals(2, run.verdict().count(Kind.LOST));
        assertTrue(
                run.verdict().report().contains("publisher 1 at QoS 2 on t/2"),
                run.verdict().report());
    }

    @Test
    void onlyWhatWasPromisedCanBeLost() {
        run.acknowledged(publisher, "t/early", 1);
        run.subscriber("other topic", "u/+", 1);
        run.subscriber("one level", "t/+", 1);
        run.subscriber("at most once", "t/#", 0);
        run.send(publisher, "t/1/2", 2);
        run.acknowledged(publisher, "t/1/2", 0);
        int refused = run.send(publisher, "t/1", 1);
        publisher.sends().refused(refused);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void aPublishThatBeganBeforeTheSubackIsNotPromised() {
        ClientLog subscriber = run.persistent("subscriber");
        int subscription = subscriber.session().subscribing("t");
        int number = run.send(publisher, "t", 1);
        subscriber.session().subscribed(subscription, 1);
        publisher.sends().acknowledged(number);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void whoEndsASubscriptionOrASessionLosesNothing() {
        ClientLog unsubscribed = run.subscriber("unsubscribed", "t", 1);
        ClientLog ended = run.subscriber("ended", "t", 1);
        run.acknowledged(publisher, "t", 1);
        unsubscribed.session().unsubscribing("t");
        ended.session().closed("wanted");
        run.connect(ended, true, 3_600, false);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void aTransientSessionIsPromisedNothing() {
        ClientLog subscriber = run.brief("subscriber");
        run.subscribe(subscriber, "t", 1);
        run.acknowledged(publisher, "t", 1);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void aSessionOutOfReachIsSaidToBeSoAndNotJudgedForLosses() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        run.acknowledged(publisher, "t", 1);
        subscriber.session().closed("broken");
        assertEquals(Set.of(Kind.UNREACHABLE), run.kinds());
        assertTrue(run.verdict().allowing(Kind.UNREACHABLE).clean());
    }

    @Test
    void aMessageThatCameAfterAReconnectIsNotLost() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        int number = run.acknowledged(publisher, "t", 1);
        run.reconnect(subscriber, true);
        run.deliver(publisher, number, subscriber, 2, false);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void twiceAtQos2IsAFaultWhicheverConnectionsAndFlags() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 2);
        int number = run.acknowledged(publisher, "t", 2);
        run.deliver(publisher, number, subscriber);
        run.reconnect(subscriber, true);
        run.deliver(publisher, number, subscriber, 2, true);
        assertEquals(Set.of(Kind.TWICE), run.kinds());
    }

    @Test
    void twiceIsAllowedBelowQos2AndForTransientClients() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        ClientLog fleeting = run.brief("transient");
        run.subscribe(fleeting, "t", 2);
        int number = run.acknowledged(publisher, "t", 2);
        run.deliver(publisher, number, subscriber);
        run.deliver(publisher, number, subscriber, 1, true);
        run.deliver(publisher, number, fleeting);
        run.deliver(publisher, number, fleeting, 1, true);
        assertEquals(Set.of(), run.kinds());
        assertTrue(run.verdict().report().contains("came again where that is allowed 2"));
    }

    @Test
    void anEarlierMessageThatComesFirstAfterALaterOneIsOutOfOrder() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        int first = run.acknowledged(publisher, "t", 1);
        int second = run.acknowledged(publisher, "t", 1);
        run.deliver(publisher, second, subscriber);
        run.deliver(publisher, first, subscriber, 1, true);
        assertEquals(Set.of(Kind.ORDER), run.kinds());
    }

    @Test
    void orderIsOfOnePublisherTopicAndQos() {
        ClientLog other = run.persistent("other");
        ClientLog subscriber = run.subscriber("subscriber", "+", 2);
        int a = run.acknowledged(publisher, "a", 1);
        int b = run.acknowledged(publisher, "b", 1);
        int higher = run.acknowledged(publisher, "a", 2);
        int others = run.acknowledged(other, "a", 1);
        run.deliver(other, others, subscriber);
        run.deliver(publisher, higher, subscriber);
        run.deliver(publisher, b, subscriber);
        run.deliver(publisher, a, subscriber);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void olderMessagesMayComeAgainWithDupOrAfterAReconnect() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        int first = run.acknowledged(publisher, "t", 1);
        int second = run.acknowledged(publisher, "t", 1);
        run.deliver(publisher, first, subscriber);
        run.deliver(publisher, second, subscriber);
        run.deliver(publisher, first, subscriber, 1, true);
        run.reconnect(subscriber, true);
        run.deliver(publisher, first, subscriber, 2, false);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void anOlderMessageThatComesAgainWithoutReasonIsOutOfOrder() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        int first = run.acknowledged(publisher, "t", 1);
        int second = run.acknowledged(publisher, "t", 1);
        run.deliver(publisher, first, subscriber);
        run.deliver(publisher, second, subscriber);
        run.deliver(publisher, first, subscriber);
        assertEquals(Set.of(Kind.ORDER), run.kinds());
    }

    @Test
    void theResentFirstHalfOfWhatASubscriberCameIntoIsNotOutOfOrder() {
        int early = run.send(publisher, "t", 1);
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        int late = run.acknowledged(publisher, "t", 1);
        run.deliver(publisher, late, subscriber);
        run.reconnect(publisher, true);
        run.deliver(publisher, early, subscriber);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void whatWasNotAcknowledgedMayComeOrNot() {
        ClientLog subscriber = run.subscriber("subscriber", "t", 2);
        run.send(publisher, "t", 2);
        run.deliver(publisher, run.send(publisher, "t", 2), subscriber);
        assertEquals(Set.of(), run.kinds());
    }
}
