package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.node.BrokerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bounds on what a client may name: topics, filters, its id, user properties; at each bound, and one above. */
class LengthsTest {
    private static final String PROPERTY = "26 0001'k' 0001'v'";

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start(
                "limits.maxTopicLength=10",
                "limits.maxClientIdLength=23",
                "limits.maxUserProperties=2",
                "limits.maxFiltersPerSubscribe=2");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static void refused(PacketClient client, String connack) throws Exception {
        try (client) {
            assertEquals(connack, client.next().toString());
            client.expectClosed();
        }
    }

    /** The length is that of UTF-8: an é has two bytes. */
    @Test
    void topicsThatAreTooLongEndTheConnection() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "t")) {
            client.subscribe("#", 0).publish("tttt/ttttt", "").expect("PUBLISH tttt/ttttt '' q0");
            client.publish("tttt/tttt\u00e9", "").expectDisconnect("90");
        }
        try (PacketClient client = PacketClient.clean3(broker, "t")) {
            client.publish(0x32, "tttt/tttttt", 1, "", "").expectClosed();
        }
    }

    @Test
    void filtersThatAreTooLongAreRefused() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "f")) {
            client.subscribe("ffff/fffff", 1);
            int id = client.sendSubscribe("ffff/ffffff", 1, "");
            client.expect("SUBACK #" + id + " 8f").ping();
        }
        try (PacketClient client = PacketClient.clean3(broker, "f")) {
            int id = client.sendSubscribe("ffff/ffffff", 1, "");
            client.expect("SUBACK #" + id + " 80").ping();
        }
    }

    @Test
    void willsToTopicsThatAreTooLongAreRefused() throws Exception {
        try (PacketClient client = PacketClient.v5(broker)
                .connect("w", 0x06, 60, "", PacketClient.will("", "wwww/wwwww", ""))
                .expect("CONNACK 00" + PacketClient.ANSWER)) {
            client.ping();
        }
        refused(
                PacketClient.v5(broker).connect("w", 0x06, 60, "", PacketClient.will("", "wwww/wwwwww", "")),
                "CONNACK 90");
    }

    @Test
    void clientIdsThatAreTooLongAreRefused() throws Exception {
        String longest = "i".repeat(21) + "\u00e9";
        PacketClient.clean(broker, longest).ping().close();
        PacketClient.clean3(broker, longest).ping().close();
        refused(PacketClient.v5(broker).connect(longest + "i", true, ""), "CONNACK 85");
        refused(PacketClient.v3(broker).connect(longest + "i", true, ""), "CONNACK 02");
    }

    @Test
    void tooManyUserPropertiesEndTheConnection() throws Exception {
        // Those of the will count by themselves.
        try (PacketClient client = PacketClient.v5(broker)
                .connect("u", 0x06, 60, PROPERTY.repeat(2), PacketClient.will(PROPERTY.repeat(2), "w", ""))
                .expect("CONNACK 00" + PacketClient.ANSWER)) {
            client.publish(0x32, "u", 1, PROPERTY.repeat(2), "");
            assertEquals("PUBACK #1", client.next().toString().substring(0, 9));
            client.publish(0x32, "u", 2, PROPERTY.repeat(3), "").expectDisconnect("97");
        }
        try (PacketClient client = PacketClient.clean(broker, "u")) {
            client.sendSubscribe("u", 0, PROPERTY.repeat(3));
            client.expectDisconnect("97");
        }
        refused(PacketClient.v5(broker).connect("u", true, PROPERTY.repeat(3)), "CONNACK 97");
        refused(
                PacketClient.v5(broker).connect("u", 0x06, 60, "", PacketClient.will(PROPERTY.repeat(3), "w", "")),
                "CONNACK 97");
    }

    @Test
    void filtersBehindAsManyAsMayBeAreRefused() throws Exception {
        String three = "0001'a' 00 0001'b' 01 0001'c' 00";
        try (PacketClient client = PacketClient.clean(broker, "s")) {
            client.send(0x82, "0001 00" + three).expect("SUBACK #1 00 01 97");
            client.publish("c", "x").publish("b", "y").expect("PUBLISH b 'y' q0");
        }
        try (PacketClient client = PacketClient.clean3(broker, "s")) {
            client.send(0x82, "0001" + three).expect("SUBACK #1 00 01 80");
        }
    }
}
