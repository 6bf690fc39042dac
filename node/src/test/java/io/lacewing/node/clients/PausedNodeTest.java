package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.GatedBroker;
import io.lacewing.node.mqtt.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What clients see of a node that does not know whether it is still one of its cluster. */
class PausedNodeTest {
    private static final String LONG_GRACE = "cluster.pauseGrace=60s";

    private static PacketClient client(GatedBroker broker, String id) throws Exception {
        PacketClient client = PacketClient.at(broker.tcp(), true).connect(id, true, "");
        assertTrue(client.next().toString().startsWith("CONNACK 00"));
        return client;
    }

    /** Its core has not looked at the clock yet: event loops must not acknowledge by what they knew before. */
    @Test
    void aThawedNodeAcknowledgesNothingUntilItMay() throws Exception {
        try (GatedBroker broker = new GatedBroker(LONG_GRACE);
                PacketClient subscriber = client(broker, "subscriber").subscribe("t", 0);
                PacketClient one = client(broker, "one");
                PacketClient two = client(broker, "two");
                PacketClient subscribing = client(broker, "three");
                PacketClient leaving = client(broker, "four").subscribe("u", 1)) {
            two.publish(0x34, "v", 9, "", "before").expect("PUBREC #9 10");
            broker.lease(false);
            // Each is delivered where it can be, so that it is known to have been handled.
            one.publish(0x32, "t", 1, "", "a");
            two.publish(0x34, "t", 2, "", "b");
            subscriber.takeAll("PUBLISH t 'a' q0", "PUBLISH t 'b' q0");
            int subscribe = subscribing.sendSubscribe("w", 1, "");
            int unsubscribe = leaving.sendUnsubscribe("u");
            Thread.sleep(150);
            for (PacketClient silent : new PacketClient[] {one, two, subscribing, leaving}) {
                assertFalse(silent.hasMore(), "something was acknowledged");
            }
            broker.lease(true);
            one.expect("PUBACK #1 00");
            two.expect("PUBREC #2 00").ack(0x62, 9).expect("PUBCOMP #9 00");
            subscribing.expect("SUBACK #" + subscribe + " 01");
            leaving.expect("UNSUBACK #" + unsubscribe + " 00");
        }
    }

    @Test
    void acknowledgementsKeepTheirOrder() throws Exception {
        try (GatedBroker broker = new GatedBroker(LONG_GRACE);
                PacketClient client = client(broker, "c")) {
            broker.lease(false);
            client.publish(0x32, "t", 1, "", "a").publish(0x32, "t", 2, "", "b").publish(0x34, "t", 3, "", "c");
            Thread.sleep(100);
            assertFalse(client.hasMore());
            broker.lease(true);
            client.expect("PUBACK #1 10", "PUBACK #2 10", "PUBREC #3 10").ping();
        }
    }

    @Test
    void aShortPauseCostsNoConnection() throws Exception {
        try (GatedBroker broker = new GatedBroker(LONG_GRACE);
                PacketClient subscriber = client(broker, "subscriber").subscribe("t", 0);
                PacketClient client = client(broker, "c").ping()) {
            broker.pause("no majority");
            awaitRefusal(broker);
            client.publish(0x30, "t", 0, "", "x").send(0xC0, "");
            Thread.sleep(100);
            assertFalse(client.hasMore(), "a packet was handled during the pause");
            assertFalse(subscriber.hasMore(), "a packet was handled during the pause");
            broker.goOn();
            client.expect("PINGRESP");
            subscriber.expect("PUBLISH t 'x' q0").ping();
            client(broker, "late").ping().close();
        }
    }

    @Test
    void aLongPauseSendsClientsAway() throws Exception {
        try (GatedBroker broker = new GatedBroker("cluster.pauseGrace=100ms");
                PacketClient client = client(broker, "c");
                PacketClient old = PacketClient.at(broker.tcp(), false).connect("old", true, "")) {
            old.expect("CONNACK 00");
            broker.pause("no majority");
            String told = Bytes.hex(client.next().bytes());
            assertTrue(told.startsWith("e0"), told);
            assertTrue(told.contains("8b"), told);
            assertTrue(told.endsWith(Bytes.hex("no majority".getBytes(StandardCharsets.UTF_8))), told);
            client.expectClosed();
            old.expectClosed();
        }
    }

    @Test
    void aLongPauseSendsClientsToTheServersThatAreKnown() throws Exception {
        try (GatedBroker broker = new GatedBroker("cluster.pauseGrace=0", "mqtt.serverReference=b.example:1883");
                PacketClient client = client(broker, "c")) {
            broker.pause("no majority");
            String told = client.next().toString();
            assertTrue(told.startsWith("DISCONNECT 9c"), told);
            client.expectClosed();
        }
    }

    @Test
    void nobodyIsLetInDuringAPause() throws Exception {
        try (GatedBroker broker = new GatedBroker(LONG_GRACE);
                PacketClient client = PacketClient.at(broker.tcp(), true);
                PacketClient old = PacketClient.at(broker.tcp(), false)) {
            broker.pause("no majority");
            String told = client.connect("c", true, "").next().toString();
            assertTrue(told.startsWith("CONNACK 88"), told);
            client.expectClosed();
            old.connect("old", true, "").expect("CONNACK 03").expectClosed();
        }
    }

    /** The pause has reached every event loop when one that is asked refuses: they are told in one turn of the caller. */
    private static void awaitRefusal(GatedBroker broker) throws Exception {
        for (int loop = 0; loop < 4; loop++) {
            try (PacketClient probe = PacketClient.at(broker.tcp(), true).connect("probe", true, "")) {
                String told = probe.next().toString();
                assertTrue(told.startsWith("CONNACK 88"), told);
            }
        }
    }
}
