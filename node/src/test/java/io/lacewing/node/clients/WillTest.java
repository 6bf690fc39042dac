package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** When a will is published, and when not (3.1.2.5, 3.1.3.2). */
class WillTest {
    private static final int CLEAN = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_1 = 0x08;
    private static final int WILL_RETAIN = 0x20;

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

    private static PacketClient withWill(String id, int flags, String properties, String willProperties)
            throws Exception {
        String will = PacketClient.will(willProperties, "will/" + id, "gone");
        return PacketClient.v5(broker)
                .connect(id, WILL | flags, 60, properties, will)
                .expect("CONNACK 00" + PacketClient.ANSWER);
    }

    private static PacketClient watcher(String id) throws Exception {
        return PacketClient.clean(broker, "watch-" + id).subscribe("will/" + id, 2);
    }

    @Test
    void anEndWithoutDisconnectPublishesIt() throws Exception {
        try (PacketClient watcher = watcher("abrupt")) {
            withWill("abrupt", CLEAN | WILL_QOS_1, "", "0101 03 0001'c' 26 0001'k' 0001'v'")
                    .close();
            watcher.take("PUBLISH will/abrupt 'gone' q1 {0101030001632600016b000176}");
        }
    }

    /** A topic may have up to 65,535 bytes, that of a will too (1.5.4). */
    @Test
    void theTopicMayBeLong() throws Exception {
        String topic = "t".repeat(40_000);
        try (PacketClient watcher = PacketClient.clean(broker, "watch-long").subscribe(topic, 0)) {
            PacketClient.v5(broker)
                    .connect("long", WILL | CLEAN, 60, "", PacketClient.will("", topic, "gone"))
                    .expect("CONNACK 00" + PacketClient.ANSWER)
                    .close();
            watcher.take("PUBLISH " + topic + " 'gone' q0");
        }
    }

    /** [MQTT-3.14.4-3] */
    @Test
    void aNormalDisconnectDoesNot() throws Exception {
        try (PacketClient watcher = watcher("normal")) {
            withWill("normal", CLEAN, "", "").disconnect();
            withWill("normal", CLEAN, "", "").send(0xE0, "00 00").expectClosed();
            // The next will of the same client is published: what came before it did not come.
            withWill("normal", CLEAN | WILL_QOS_1, "", "").close();
            watcher.take("PUBLISH will/normal 'gone' q1");
        }
    }

    /**
     * The next CONNECT, on another event loop, may be looked at before the DISCONNECT that was sent first.
     *
     * <p>[MQTT-3.1.2-10]
     */
    @Test
    void aDisconnectIsHeardThoughTheNextConnectOvertakesIt() throws Exception {
        try (PacketClient watcher = watcher("race")) {
            for (int round = 0; round < 300; round++) {
                try (PacketClient client = withWill("race", CLEAN, "", "")) {
                    client.send(0xE0, "");
                }
            }
            withWill("race", CLEAN | WILL_QOS_1, "", "").close();
            watcher.take("PUBLISH will/race 'gone' q1");
        }
    }

    /** As above for a session that goes on. */
    @Test
    void aDisconnectIsHeardThoughTheSessionGoesOnBeforeIt() throws Exception {
        try (PacketClient watcher = watcher("on")) {
            PacketClient.kept(broker, "on").disconnect();
            String will = PacketClient.will("", "will/on", "gone");
            for (int round = 0; round < 300; round++) {
                try (PacketClient client = PacketClient.v5(broker)
                        .connect("on", WILL, 60, PacketClient.KEPT, will)
                        .expect("CONNACK present 00" + PacketClient.ANSWER)) {
                    client.send(0xE0, "");
                }
            }
            PacketClient.v5(broker)
                    .connect("on", WILL | WILL_QOS_1, 60, PacketClient.KEPT, will)
                    .expect("CONNACK present 00" + PacketClient.ANSWER)
                    .close();
            watcher.take("PUBLISH will/on 'gone' q1");
        }
    }

    @Test
    void disconnectWithWillPublishesIt() throws Exception {
        try (PacketClient watcher = watcher("wanted")) {
            withWill("wanted", CLEAN, "", "").send(0xE0, "04").expectClosed();
            watcher.take("PUBLISH will/wanted 'gone' q0");
        }
    }

    @Test
    void aProtocolErrorPublishesIt() throws Exception {
        try (PacketClient watcher = watcher("error")) {
            withWill("error", CLEAN, "", "").send(0x36, "0001'a' 0001 00").expectDisconnect("81");
            watcher.take("PUBLISH will/error 'gone' q0");
        }
    }

    @Test
    void aRetainedWillIsRetained() throws Exception {
        try (PacketClient watcher = watcher("retained")) {
            withWill("retained", CLEAN | WILL_RETAIN | WILL_QOS_1, "", "").close();
            watcher.take("PUBLISH will/retained 'gone' q1");
            try (PacketClient late = PacketClient.clean(broker, "retained-late")) {
                late.subscribe("will/retained", 0).expect("PUBLISH will/retained 'gone' q0 retain");
            }
        }
    }

    /** [MQTT-3.1.2-8]: the end of the session ends the delay. */
    @Test
    void theDelayEndsWithTheSession() throws Exception {
        try (PacketClient watcher = watcher("session")) {
            withWill("session", CLEAN, "", "18 00000064").close();
            watcher.take("PUBLISH will/session 'gone' q0");
            withWill("session", CLEAN, "11 00000064", "18 00000064").close();
            PacketClient.clean(broker, "session").close();
            watcher.take("PUBLISH will/session 'gone' q0");
        }
    }

    @Test
    void aDelayedWillComesWhenItsTimeIsOver() throws Exception {
        try (PacketClient watcher = watcher("late")) {
            long began = System.nanoTime();
            withWill("late", CLEAN, "11 00000064", "18 00000001").close();
            watcher.take("PUBLISH will/late 'gone' q0");
            assertTrue(System.nanoTime() - began >= 1_000_000_000L);
        }
    }

    /** [MQTT-3.1.3-9] */
    @Test
    void aClientThatIsBackInTimeHasNoWillPublished() throws Exception {
        try (PacketClient watcher = watcher("back").subscribe("will/marker", 0)) {
            withWill("back", 0, PacketClient.KEPT, "18 00000001").close();
            String will = PacketClient.will("18 00000000", "will/back", "second");
            try (PacketClient again = PacketClient.v5(broker)
                    .connect("back", WILL, 60, PacketClient.KEPT, will)
                    .expect("CONNACK present 00" + PacketClient.ANSWER)) {
                // A will that is due later than the first one would have been.
                withWill("marker", 0, PacketClient.KEPT, "18 00000001").close();
                watcher.take("PUBLISH will/marker 'gone' q0");
                again.ping();
            }
            watcher.take("PUBLISH will/back 'second' q0");
        }
    }

    /** A take-over is an end without DISCONNECT from the client. */
    @Test
    void aTakeOverPublishesItWithoutDelay() throws Exception {
        try (PacketClient watcher = watcher("taken")) {
            try (PacketClient first = withWill("taken", CLEAN, "", "");
                    PacketClient second = PacketClient.clean(broker, "taken")) {
                first.expectDisconnect("8e");
                watcher.take("PUBLISH will/taken 'gone' q0");
                second.ping();
            }
        }
    }

    /** [MQTT-3.1.2-22, MQTT-3.1.2-21] */
    @Test
    void aSilentClientIsDeclaredGone() throws Exception {
        try (PacketClient watcher = watcher("silent")) {
            String will = PacketClient.will("", "will/silent", "gone");
            try (PacketClient silent = PacketClient.v5(broker)
                    .connect("silent", WILL | CLEAN, 1, "", will)
                    .expect("CONNACK 00" + PacketClient.ANSWER)) {
                silent.expectDisconnect("8d");
            }
            watcher.take("PUBLISH will/silent 'gone' q0");
        }
    }
}
