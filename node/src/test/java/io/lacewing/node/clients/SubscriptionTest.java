package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.node.BrokerFixture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages a subscription brings, and how (3.8, 4.7, 4.8). */
class SubscriptionTest {
    private static final int NO_LOCAL = 0x04;
    private static final int AS_PUBLISHED = 0x08;
    private static final int NO_RETAINED = 0x20;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start("limits.maxSubscriptionsPerClient=3", "limits.maxTopicLevels=5");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    @Test
    void wildcardsMatchLevels() throws Exception {
        try (PacketClient one = PacketClient.clean(broker, "w1");
                PacketClient all = PacketClient.clean(broker, "w2")) {
            one.subscribe("w/+/c", 0);
            all.subscribe("w/#", 0);
            all.publish("w", "0").publish("w/b/c", "1").publish("w//c", "2").publish("w/b", "3");
            all.publish("w/b/c/d", "4").publish("x/b/c", "5").publish("w/b/c", "6");
            one.expect("PUBLISH w/b/c '1' q0", "PUBLISH w//c '2' q0", "PUBLISH w/b/c '6' q0");
            all.expect("PUBLISH w '0' q0", "PUBLISH w/b/c '1' q0", "PUBLISH w//c '2' q0", "PUBLISH w/b '3' q0");
            all.expect("PUBLISH w/b/c/d '4' q0", "PUBLISH w/b/c '6' q0");
        }
    }

    /** [MQTT-4.7.2-1] */
    @Test
    void wildcardsDoNotMatchDollarTopics() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "dollar")) {
            client.subscribe("#", NO_RETAINED).subscribe("+/dollar", 0).subscribe("$mine/#", 0);
            client.publish("$mine/dollar", "1").publish("a/dollar", "2");
            client.expect("PUBLISH $mine/dollar '1' q0", "PUBLISH a/dollar '2' q0");
        }
    }

    /** One copy [MQTT-3.3.4-2], with all identifiers [MQTT-3.3.4-3]. */
    @Test
    void overlappingSubscriptionsGiveOneCopyAtTheHighestLevel() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "overlap");
                PacketClient publisher = PacketClient.clean(broker, "overlap-p")) {
            client.subscribe("o/#", 0, "0b 01").subscribe("o/+", 2, "0b 02").subscribe("o/a", 1, "0b 8001");
            publisher.publish2("o/a", "x").publish1("o/a", "y");
            String first = client.next().withoutId();
            assertEquals("PUBLISH o/a 'x' q2", first.substring(0, first.indexOf(" {")));
            List<String> identifiers = new ArrayList<>(List.of(
                    first.substring(first.indexOf('{') + 1, first.length() - 1).split("0b")));
            Collections.sort(identifiers);
            assertEquals(List.of("", "01", "02", "8001"), identifiers);
            assertEquals("PUBLISH o/a 'y' q1", client.next().withoutId().substring(0, 18));
        }
    }

    @Test
    void theLevelIsTheLowerOfPublishAndSubscription() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "qos")) {
            for (int granted = 0; granted < 3; granted++) {
                client.subscribe("q/" + granted, granted);
                client.publish("q/" + granted, "0").take("PUBLISH q/" + granted + " '0' q0");
                client.publish(0x32, "q/" + granted, 9, "", "1");
                client.takeAll("PUBACK 00", "PUBLISH q/" + granted + " '1' q" + Math.min(1, granted));
            }
        }
    }

    /** [MQTT-3.8.3-3] */
    @Test
    void noLocalKeepsOnesOwnMessagesAway() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "nl");
                PacketClient other = PacketClient.clean(broker, "nl-2")) {
            client.subscribe("nl/+", NO_LOCAL);
            client.publish1("nl/a", "own");
            other.publish("nl/a", "other");
            client.expect("PUBLISH nl/a 'other' q0");
            // Another subscription that wants them brings them.
            client.subscribe("nl/a", 0);
            client.publish("nl/a", "own again").expect("PUBLISH nl/a 'own again' q0");
        }
    }

    /** [MQTT-3.8.3-4] */
    @Test
    void noLocalOnASharedSubscriptionIsAnError() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "nls")) {
            client.sendSubscribe("$share/g/nl", NO_LOCAL, "");
            client.expectDisconnect("82");
        }
    }

    /** [MQTT-3.3.1-12, MQTT-3.3.1-13] */
    @Test
    void retainAsPublished() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "rap")) {
            client.subscribe("rap/yes", AS_PUBLISHED).subscribe("rap/no", 0);
            client.publish(0x31, "rap/yes", 0, "", "1").publish(0x30, "rap/yes", 0, "", "2");
            client.publish(0x31, "rap/no", 0, "", "3");
            client.expect("PUBLISH rap/yes '1' q0 retain", "PUBLISH rap/yes '2' q0", "PUBLISH rap/no '3' q0");
        }
    }

    @Test
    void anUnsubscribedFilterBringsNothing() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "un")) {
            client.subscribe("un/a", 1).subscribe("un/b", 0);
            client.publish("un/a", "1").expect("PUBLISH un/a '1' q0");
            int id = client.sendUnsubscribe("un/a");
            client.expect("UNSUBACK #" + id + " 00");
            id = client.sendUnsubscribe("un/a");
            client.expect("UNSUBACK #" + id + " 11");
            client.publish("un/a", "2").publish("un/b", "3").expect("PUBLISH un/b '3' q0");
        }
    }

    /** [MQTT-3.8.4-3] */
    @Test
    void anEqualFilterReplacesTheSubscription() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "rep")) {
            client.subscribe("rep", 0, "0b 05").subscribe("rep2", 0).subscribe("rep3", 0);
            // At the bound of three, replacing is no further one.
            client.subscribe("rep", 1, "0b 06");
            client.publish(0x32, "rep", 1, "", "x").takeAll("PUBACK 00", "PUBLISH rep 'x' q1 {0b06}");
            int id = client.sendSubscribe("rep4", 0, "");
            client.expect("SUBACK #" + id + " 97");
            client.ping();
        }
    }

    @Test
    void filtersThatAreNotAllowedAreRefusedOneByOne() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "bad")) {
            client.send(0x82, "0001 00 0003'a/#' 00 000b'1/2/3/4/5/6' 00 0001'b' 02");
            client.expect("SUBACK #1 00 8f 02");
        }
        try (PacketClient client = PacketClient.clean3(broker, "bad3")) {
            client.send(0x82, "0001 000b'1/2/3/4/5/6' 01 0001'b' 02").expect("SUBACK #1 80 02");
        }
    }

    /** 0x8F is for filters that are formed correctly; these break rules of 4.7 and 4.8.2 [MQTT-4.13.1-1]. */
    @ParameterizedTest
    @ValueSource(strings = {"0000", "0003'#/a'", "0002'a+'", "0009'$share//a'", "000a'$share/+/a'", "0009'$share/g/'"})
    void filtersThatAreNotFormedCorrectlyEndTheConnection(String filter) throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "broken")) {
            client.send(0x82, "0001 00 0001'a' 00" + filter + "00").expectDisconnect("82");
        }
        try (PacketClient client = PacketClient.clean(broker, "broken")) {
            client.send(0xa2, "0001 00" + filter).expectDisconnect("82");
        }
        // [MQTT-4.8.0-1 of 3.1.1], which knows no share groups
        try (PacketClient client = PacketClient.clean3(broker, "broken3")) {
            client.send(0x82, "0001 0001'a' 00" + filter + "00");
            if (filter.contains("$share")) {
                client.expect("SUBACK #1 00 80").send(0xa2, "0002" + filter).expect("UNSUBACK #2");
            } else {
                client.expectClosed();
            }
        }
    }

    /** A topic that no PUBLISH may have is none for a will either; return code 5 is the nearest that MQTT 3 has. */
    @Test
    void tooManyLevelsAreRefused() throws Exception {
        String deep = "1/2/3/4/5/6";
        PacketClient.clean(broker, "deep").publish(deep, "x").expectDisconnect("90");
        PacketClient.v5(broker)
                .connect("deep-will", 0x06, 60, "", PacketClient.will("", deep, "x"))
                .expect("CONNACK 90")
                .expectClosed();
        PacketClient.v3(broker)
                .connect(
                        "deep-will-3",
                        0x06,
                        60,
                        "",
                        PacketClient.will("", deep, "x").substring(2))
                .expect("CONNACK 05")
                .expectClosed();
        try (PacketClient client = PacketClient.clean3(broker, "deep-3")) {
            int id = client.sendSubscribe(deep, 0, "");
            client.expect("SUBACK #" + id + " 80");
        }
    }

    @Test
    void aPublishThatNobodyHearsSaysSo() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "deaf")) {
            client.publish(0x32, "deaf", 1, "", "x").expect("PUBACK #1 10");
            client.publish(0x34, "deaf", 2, "", "x").expect("PUBREC #2 10");
            client.ack(0x62, 2).expect("PUBCOMP #2 00");
            client.subscribe("deaf", 0).publish(0x32, "deaf", 3, "", "x");
            client.takeAll("PUBACK 00", "PUBLISH deaf 'x' q0");
        }
    }

    /** 4.8.2: every message goes to one member, and a group is apart from other subscriptions. */
    @Test
    void aShareGroupGetsEachMessageOnce() throws Exception {
        try (PacketClient a = PacketClient.clean(broker, "sh-a");
                PacketClient b = PacketClient.clean(broker, "sh-b");
                PacketClient plain = PacketClient.clean(broker, "sh-c")) {
            a.subscribe("$share/g/sh/+", 1).subscribe("end/a", 0);
            b.subscribe("$share/g/sh/+", 1).subscribe("end/b", 0);
            plain.subscribe("sh/+", 1);
            for (int i = 0; i < 20; i++) {
                plain.publish(0x32, "sh/x", 100 + i, "", "" + i);
            }
            for (int i = 0; i < 20; i++) {
                List<String> two =
                        List.of(plain.next().withoutId(), plain.next().withoutId());
                assertEquals(2, two.size());
            }
            plain.publish1("end/a", "!").publish1("end/b", "!");
            List<String> all = untilEnd(a);
            all.addAll(untilEnd(b));
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                expected.add("PUBLISH sh/x '" + i + "' q1");
            }
            Collections.sort(all);
            Collections.sort(expected);
            assertEquals(expected, all);
        }
    }

    private static List<String> untilEnd(PacketClient client) throws Exception {
        List<String> found = new ArrayList<>();
        Received next = client.next();
        while (!next.toString().startsWith("PUBLISH end")) {
            found.add(next.withoutId());
            next = client.next();
        }
        return found;
    }

    /** What a member left unacknowledged at QoS 1 goes to another member; a message sent at QoS 2 does not [MQTT-4.8.2-5]. */
    @Test
    void aMemberThatLeavesPassesOnWhatItHadNotAcknowledged() throws Exception {
        try (PacketClient b = PacketClient.clean(broker, "leave-b");
                PacketClient publisher = PacketClient.clean(broker, "leave-p")) {
            try (PacketClient a = PacketClient.clean(broker, "leave-a")) {
                a.subscribe("$share/g/leave", 2);
                publisher.publish1("leave", "1").publish2("leave", "2").publish1("leave", "3");
                a.expect("PUBLISH leave '1' q1 #1", "PUBLISH leave '2' q2 #2", "PUBLISH leave '3' q1 #3");
                b.subscribe("$share/g/leave", 2);
                a.ack(0x40, 3);
                a.ping();
            }
            b.take("PUBLISH leave '1' q1");
            publisher.publish1("leave", "4");
            b.take("PUBLISH leave '4' q1");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyFilterOfAnUnsubscribeHasItsCode(boolean kept) throws Exception {
        String id = "s-codes-" + kept;
        try (PacketClient client = kept ? PacketClient.kept(broker, id) : PacketClient.clean(broker, id)) {
            client.subscribe("s/a", 0);
            client.send(0xA2, "0009 00 0003's/+' 0003's/a' 0003's/a'").expect("UNSUBACK #9 11 00 11");
        }
    }
}
