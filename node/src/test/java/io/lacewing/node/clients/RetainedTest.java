package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retained messages (3.3.1.3) and what a subscription gets of them (3.8.3.1), for sessions of both kinds. */
class RetainedTest {
    private static final int RETAIN_AS_PUBLISHED = 0x08;
    private static final int IF_NEW = 0x10;
    private static final int NEVER = 0x20;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start();
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static PacketClient client(String id, boolean kept) throws Exception {
        return kept ? PacketClient.kept(broker, id) : PacketClient.clean(broker, id);
    }

    /** Sets a retained message; it is there when this returns. */
    private static void retain(PacketClient client, String topic, String payload) throws Exception {
        client.publish(0x33, topic, 77, "", payload).expect("PUBACK #77 10");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLastOneStaysUntilItIsCleared(boolean kept) throws Exception {
        String topic = "r/last/" + kept;
        try (PacketClient client = client("r-last-" + kept, kept)) {
            retain(client, topic, "1");
            retain(client, topic, "2");
            client.publish(topic, "3");
            client.subscribe(topic, 1).take("PUBLISH " + topic + " '2' q1 retain");
            client.publish(0x33, topic, 9, "", "").takeAll("PUBACK 00", "PUBLISH " + topic + " '' q1");
            client.subscribe(topic, 1);
            client.publish(topic, "4").expect("PUBLISH " + topic + " '4' q0");
        }
    }

    /** Live to one event loop, retained by way of the core: who was faster must not show [MQTT-3.3.1-5]. */
    @Test
    void whatWasSeenLiveIsThereForTheNextSubscription() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "r-seen");
                PacketClient publisher = PacketClient.clean(broker, "r-seen-p")) {
            for (int i = 0; i < 300; i++) {
                String topic = "r/seen/" + i;
                client.subscribe(topic, 0);
                publisher.publish(0x31, topic, 0, "", "x");
                client.expect("PUBLISH " + topic + " 'x' q0");
                client.subscribe(topic, 0).expect("PUBLISH " + topic + " 'x' q0 retain");
                int id = client.sendUnsubscribe(topic);
                client.expect("UNSUBACK #" + id + " 00");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void retainHandling(boolean kept) throws Exception {
        String topic = "r/rh/" + kept;
        try (PacketClient client = client("r-rh-" + kept, kept)) {
            retain(client, topic, "x");
            client.subscribe(topic, NEVER).subscribe(topic, IF_NEW).ping();
            client.subscribe(topic, 0).expect("PUBLISH " + topic + " 'x' q0 retain");
            client.sendUnsubscribe(topic);
            client.expect("UNSUBACK #4 00");
            client.subscribe(topic, IF_NEW).expect("PUBLISH " + topic + " 'x' q0 retain");
            client.publish(topic, "end").expect("PUBLISH " + topic + " 'end' q0");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWildcardBringsAllThatMatchWithTheIdentifier(boolean kept) throws Exception {
        String root = "r/wild/" + kept;
        try (PacketClient client = client("r-wild-" + kept, kept)) {
            for (String name : new String[] {"/a", "/b", "/c/d"}) {
                retain(client, root + name, "x");
            }
            client.subscribe(root + "/#", 1, "0b 07");
            client.takeAll(
                    "PUBLISH " + root + "/a 'x' q1 retain {0b07}",
                    "PUBLISH " + root + "/b 'x' q1 retain {0b07}",
                    "PUBLISH " + root + "/c/d 'x' q1 retain {0b07}");
            client.subscribe("$share/g/" + root + "/#", 1);
            client.publish(0x32, root + "/c", 1, "", "end");
            client.takeAll("PUBACK 00", "PUBLISH " + root + "/c 'end' q1 {0b07}", "PUBLISH " + root + "/c 'end' q1");
        }
    }

    /** More than fit the client's window: they come as it acknowledges. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyComeAsFastAsTheClientTakesThem(boolean kept) throws Exception {
        String root = "r/many/" + kept + "/";
        try (PacketClient client = PacketClient.v5(broker)
                .connect("r-many-" + kept, true, (kept ? PacketClient.KEPT : "") + "21 0003")
                .expect("CONNACK 00" + PacketClient.ANSWER)) {
            for (int i = 100; i < 400; i++) {
                retain(client, root + i, "x");
            }
            client.subscribe(root + "+", 1);
            String[] expected = new String[300];
            for (int i = 100; i < 400; i++) {
                expected[i - 100] = "PUBLISH " + root + i + " 'x' q1 retain";
            }
            client.takeAll(expected);
        }
    }

    @Test
    void propertiesAndExpiryAreKept() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "r-props")) {
            client.publish(0x33, "r/props", 5, "0101 02 00000064 03 0001'c' 26 0001'k' 0001'v'", "x")
                    .expect("PUBACK #5 10");
            client.subscribe("r/props", 0);
            String text = client.next().toString();
            // 100 seconds, or a little less by now.
            assertTrue(text.matches("PUBLISH r/props 'x' q0 retain \\{.*020000006[34].*}"), text);
            assertTrue(text.contains("03000163") && text.contains("2600016b000176"));
        }
    }

    /** The queue of the session is shorter than what it is owed: it gets more as it acknowledges. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyMatchesComeAsTheClientTakesThem(boolean kept) throws Exception {
        int count = 1_000;
        try (BrokerFixture small = BrokerFixture.start("limits.maxQueuedMessages=100", "limits.maxInflight=20");
                PacketClient publisher = PacketClient.clean(small, "rm-p");
                PacketClient client = kept ? PacketClient.kept(small, "rm-s") : PacketClient.clean(small, "rm-s")) {
            for (int i = 0; i < count; i++) {
                publisher.publish(0x33, "rm/" + i, 7, "", "x").expect("PUBACK #7 10");
            }
            client.subscribe("rm/+", 1);
            String[] all = new String[count];
            for (int i = 0; i < count; i++) {
                all[i] = "PUBLISH rm/" + i + " 'x' q1 retain";
            }
            client.takeAll(all).ping();
        }
    }

    @Test
    void whatCanNotBeRetainedIsRefusedIfTheClientCanBeTold() throws Exception {
        try (BrokerFixture small = BrokerFixture.start("limits.maxRetainedMessages=1");
                PacketClient client = PacketClient.clean(small, "rf");
                PacketClient old = PacketClient.clean3(small, "rf-3")) {
            client.publish(0x33, "rf/a", 1, "", "x").expect("PUBACK #1 10");
            client.publish(0x33, "rf/b", 2, "", "x").expect("PUBACK #2 97");
            client.publish(0x35, "rf/b", 3, "", "x").expect("PUBREC #3 97");
            client.publish(0x33, "rf/a", 4, "", "y").expect("PUBACK #4 10");
            old.publish(0x33, "rf/b", 5, "", "x").expect("PUBACK #5 00");
            client.subscribe("rf/+", 0).expect("PUBLISH rf/a 'y' q0 retain").ping();
        }
    }

    @Test
    void theBytesOfRetainedMessagesAreBoundedToo() throws Exception {
        String large = "x".repeat(600);
        try (BrokerFixture small = BrokerFixture.start("limits.maxRetainedBytes=1KiB");
                PacketClient client = PacketClient.clean(small, "rb");
                PacketClient old = PacketClient.clean3(small, "rb-3")) {
            client.publish(0x33, "rb/a", 1, "", large).expect("PUBACK #1 10");
            client.publish(0x33, "rb/b", 2, "", large).expect("PUBACK #2 97");
            client.publish(0x35, "rb/b", 3, "", large).expect("PUBREC #3 97");
            old.publish(0x33, "rb/b", 4, "", large).expect("PUBACK #4 00");
            client.publish(0x33, "rb/a", 5, "", "x".repeat(1_000)).expect("PUBACK #5 97");
            client.publish(0x33, "rb/b", 6, "", "y").expect("PUBACK #6 10");
            client.publish(0x33, "rb/a", 7, "", "z").expect("PUBACK #7 10");
            client.publish(0x33, "rb/c", 8, "", large).expect("PUBACK #8 10");
            client.subscribe("rb/+", 0)
                    .takeAll(
                            "PUBLISH rb/a 'z' q0 retain",
                            "PUBLISH rb/b 'y' q0 retain",
                            "PUBLISH rb/c '" + large + "' q0 retain")
                    .ping();
        }
    }

    @Test
    void aWillHoldsTheBoundOfTheirBytes() throws Exception {
        try (BrokerFixture small = BrokerFixture.start("limits.maxRetainedBytes=1KiB");
                PacketClient watcher = PacketClient.clean(small, "wy-w")) {
            watcher.subscribe("wy/+", RETAIN_AS_PUBLISHED);
            String large = "x".repeat(600);
            gone(small, "wy/a", large);
            watcher.expect("PUBLISH wy/a '" + large + "' q0 retain");
            gone(small, "wy/b", large);
            watcher.expect("PUBLISH wy/b '" + large + "' q0");
            gone(small, "wy/b", "s");
            watcher.expect("PUBLISH wy/b 's' q0 retain");
        }
    }

    /** A will's client can not be told: it is published, and not retained unless it takes no further place. */
    @Test
    void aWillHoldsTheBoundOfRetainedMessages() throws Exception {
        try (BrokerFixture small = BrokerFixture.start("limits.maxRetainedMessages=1");
                PacketClient watcher = PacketClient.clean(small, "wb-w")) {
            watcher.subscribe("wb/+", RETAIN_AS_PUBLISHED);
            gone(small, "wb/a", "1");
            watcher.expect("PUBLISH wb/a '1' q0 retain");
            gone(small, "wb/b", "2");
            watcher.expect("PUBLISH wb/b '2' q0");
            gone(small, "wb/a", "3");
            watcher.expect("PUBLISH wb/a '3' q0 retain");
            try (PacketClient late = PacketClient.clean(small, "wb-l")) {
                late.subscribe("wb/+", 0).expect("PUBLISH wb/a '3' q0 retain").ping();
            }
            gone(small, "wb/a", "");
            watcher.expect("PUBLISH wb/a '' q0 retain");
            gone(small, "wb/b", "4");
            watcher.expect("PUBLISH wb/b '4' q0 retain");
        }
    }

    /** A client goes whose will is to be retained. */
    private static void gone(BrokerFixture broker, String topic, String payload) throws Exception {
        PacketClient.v5(broker)
                .connect("wb", 0x26, 60, "", PacketClient.will("", topic, payload))
                .expect("CONNACK 00" + PacketClient.ANSWER)
                .close();
    }
}
