package io.lacewing.node.clients;

import io.lacewing.node.BrokerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker without the parts of MQTT 5 that a server may leave out (3.2.2.3). */
class CapabilitiesTest {
    private static final int CLEAN = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_1 = 0x08;
    private static final int WILL_QOS_2 = 0x10;
    private static final int WILL_RETAIN = 0x20;

    /** Maximum QoS 1, and 0 for everything else that may be available. */
    private static final String ANSWER =
            "CONNACK 00 {2103e8" + "2401" + "2500" + "2700100000220010" + "2800" + "2900" + "2a00}";

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start(
                "mqtt.maximumQos=1",
                "mqtt.retainAvailable=false",
                "mqtt.wildcardSubscriptions=false",
                "mqtt.subscriptionIdentifiers=false",
                "mqtt.sharedSubscriptions=false",
                "mqtt.reportNoMatchingSubscribers=false");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static PacketClient client(String id) throws Exception {
        return PacketClient.v5(broker).connect(id, true, "").expect(ANSWER);
    }

    private static PacketClient kept(String id) throws Exception {
        return PacketClient.v5(broker).connect(id, true, PacketClient.KEPT).expect(ANSWER);
    }

    /** [MQTT-3.2.2-9] */
    @ParameterizedTest
    @CsvSource({"0, 2400", "1, 2401", "2, ''"})
    void theConnackTellsTheMaximumQosUnlessItIsTwo(int maximum, String property) throws Exception {
        try (BrokerFixture other = BrokerFixture.start("mqtt.maximumQos=" + maximum);
                PacketClient client = PacketClient.v5(other).connect("told", true, "")) {
            client.expect("CONNACK 00 {2103e8" + property + "2700100000220010}");
            int id = client.sendSubscribe("told", 2, "");
            client.expect("SUBACK #" + id + " 0" + maximum);
        }
    }

    /** [MQTT-3.2.2-11]: what comes above is a protocol error, and goes nowhere. */
    @Test
    void aPublishAboveTheMaximumQosEndsTheConnection() throws Exception {
        try (PacketClient watcher = client("above-w").subscribe("above", 1)) {
            client("above").publish(0x34, "above", 1, "", "x").expectDisconnect("9b");
            kept("above-k").publish(0x34, "above", 1, "", "x").expectDisconnect("9b");
            PacketClient.clean3(broker, "above-3")
                    .publish(0x34, "above", 1, "", "x")
                    .expectClosed();
            watcher.publish("above", "end").expect("PUBLISH above 'end' q0");
        }
    }

    /** [MQTT-3.2.2-10] */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSubscriptionIsGrantedTheMaximumQos(boolean kept) throws Exception {
        String topic = "granted/" + kept;
        try (PacketClient client = kept ? kept(topic) : client(topic);
                PacketClient old = PacketClient.clean3(broker, topic + "-3")) {
            int id = client.sendSubscribe(topic, 2, "");
            client.expect("SUBACK #" + id + " 01");
            id = old.sendSubscribe(topic, 2, "");
            old.expect("SUBACK #" + id + " 01");
            client.publish(0x32, topic, 1, "", "x").takeAll("PUBACK 00", "PUBLISH " + topic + " 'x' q1");
            old.take("PUBLISH " + topic + " 'x' q1");
        }
    }

    /** [MQTT-3.2.2-12, MQTT-3.2.2-13]; return code 5 is the nearest that MQTT 3 has. */
    @ParameterizedTest
    @CsvSource({WILL_QOS_2 + ", 9b", WILL_RETAIN + ", 9a", (WILL_RETAIN | WILL_QOS_1) + ", 9a"})
    void aWillThatCanNotBePublishedIsRefused(int flags, String code) throws Exception {
        PacketClient.v5(broker)
                .connect("will", CLEAN | WILL | flags, 60, "", PacketClient.will("", "will", "x"))
                .expect("CONNACK " + code)
                .expectClosed();
        String will = PacketClient.will("", "will", "x").substring(2); // without properties
        PacketClient.v3(broker)
                .connect("will-3", CLEAN | WILL | flags, 60, "", will)
                .expect("CONNACK 05")
                .expectClosed();
    }

    @Test
    void aWillOfWhatThereIsIsPublished() throws Exception {
        try (PacketClient watcher = client("fine-w").subscribe("fine", 1)) {
            PacketClient.v5(broker)
                    .connect("fine", CLEAN | WILL | WILL_QOS_1, 60, "", PacketClient.will("", "fine", "x"))
                    .expect(ANSWER)
                    .close();
            watcher.take("PUBLISH fine 'x' q1");
        }
    }

    /** [MQTT-3.2.2-14]: at every QoS, and with an empty payload as well. */
    @Test
    void aPublishToBeRetainedEndsTheConnection() throws Exception {
        try (PacketClient watcher = client("retain-w").subscribe("retain", 1)) {
            client("retain-0").publish(0x31, "retain", 0, "", "x").expectDisconnect("9a");
            client("retain-1").publish(0x33, "retain", 1, "", "x").expectDisconnect("9a");
            client("retain-e").publish(0x33, "retain", 1, "", "").expectDisconnect("9a");
            PacketClient.clean3(broker, "retain-3")
                    .publish(0x33, "retain", 1, "", "x")
                    .expectClosed();
            watcher.publish("retain", "end").expect("PUBLISH retain 'end' q0");
        }
    }

    /** 3.2.2.3.11 to 3.2.2.3.13; nothing of the SUBSCRIBE is done, nor of what follows it. */
    @ParameterizedTest
    @CsvSource({
        "'0001 00 0003''a/+'' 00', a2",
        "'0001 00 0001''b'' 01 0001''#'' 00', a2",
        "'0001 00 000a''$share/g/a'' 00', 9e",
        "'0001 02 0b01 0001''a'' 00', a1",
    })
    void aSubscribeForWhatThereIsNotEndsTheConnection(String body, String code) throws Exception {
        client("sub").send(0x82, body).expectDisconnect(code);
        kept("sub-kept").send(0x82, body).expectDisconnect(code);
    }

    /** They were told nothing, and have a code for it; shared subscriptions are theirs too where there are any. */
    @Test
    void mqtt3ClientsAreRefusedTheSubscription() throws Exception {
        try (PacketClient client = PacketClient.clean3(broker, "sub-3")) {
            client.send(0x82, "0001 0003'a/+' 00 0001'b' 01 000a'$share/g/a' 00 000c'$share/g/a/#' 02");
            client.expect("SUBACK #1 80 01 80 80").publish("a", "x").publish("b", "y");
            client.expect("PUBLISH b 'y' q0").ping();
        }
    }

    /** 4.7.2 of 3.1.1 leaves filters that begin with $ to the server: they mean for all what MQTT 5 says. */
    @Test
    void mqtt3ClientsShareSubscriptionsWhereThereAreAny() throws Exception {
        try (BrokerFixture whole = BrokerFixture.start();
                PacketClient old = PacketClient.clean3(whole, "share-3");
                PacketClient client = PacketClient.clean(whole, "share-5")) {
            old.subscribe("$share/g/s", 1).subscribe("$share/h/+", 0);
            client.publish1("s", "x");
            old.takeAll("PUBLISH s 'x' q1", "PUBLISH s 'x' q0");
            int id = old.sendUnsubscribe("$share/h/+");
            old.expect("UNSUBACK #" + id);
            client.publish1("s", "y");
            old.take("PUBLISH s 'y' q1");
            id = old.sendSubscribe("$share//s", 0, "");
            old.expect("SUBACK #" + id + " 80");
        }
    }

    @Test
    void nobodyIsToldThatNobodyListens() throws Exception {
        try (PacketClient client = client("deaf")) {
            client.publish(0x32, "deaf", 1, "", "x").expect("PUBACK #1 00");
        }
        try (BrokerFixture quiet = BrokerFixture.start("mqtt.reportNoMatchingSubscribers=false");
                PacketClient client = PacketClient.clean(quiet, "deaf")) {
            client.publish(0x34, "deaf", 2, "", "x").expect("PUBREC #2 00");
            client.ack(0x62, 2).expect("PUBCOMP #2 00");
        }
    }
}
