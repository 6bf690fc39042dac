package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.GatedBroker;
import io.lacewing.node.mqtt.RawClient;
import io.lacewing.node.overload.Budget;
import io.lacewing.node.overload.Level;
import io.lacewing.node.overload.Overload;
import io.lacewing.node.overload.Overload.Action;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What clients see of a node that has too much to do or to hold. */
class OverloadedNodeTest {
    private static PacketClient client(GatedBroker broker, String id) throws Exception {
        PacketClient client = PacketClient.at(broker.tcp(), true).connect(id, true, "");
        assertTrue(client.next().toString().startsWith("CONNACK 00"));
        return client;
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "not in time");
            Thread.onSpinWait();
        }
    }

    @Test
    void newClientsAreRefusedAndOthersServed() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                PacketClient before = client(broker, "before").subscribe("t", 0)) {
            Overload overload = broker.overload();
            for (Level level : new Level[] {Level.REFUSE, Level.DROP, Level.DISCONNECT}) {
                overload.set(level, level == Level.DISCONNECT ? 100 : 0, 0);
                try (PacketClient v5 = PacketClient.at(broker.tcp(), true).connect("v5", true, "");
                        PacketClient v3 = PacketClient.at(broker.tcp(), false).connect("v3", true, "")) {
                    assertTrue(v5.next().toString().startsWith("CONNACK 89"), level.name());
                    assertEquals("CONNACK 03", v3.next().toString(), level.name());
                }
                before.publish(0x30, "t", 0, "", "x").expect("PUBLISH t 'x' q0");
            }
            assertEquals(6, overload.count(Action.REFUSED));
            overload.set(Level.NORMAL, 0, 1);
            client(broker, "after").close();
        }
    }

    /** A flood of clients that come again and again costs no handshakes. */
    @Test
    void mostOfAFloodIsResetBeforeItsConnect() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                PacketClient before = client(broker, "before").subscribe("t", 0)) {
            Overload overload = broker.overload();
            overload.set(Level.REFUSE, 0, 0);
            boolean reset = false;
            for (int i = 0; i < 10_000 && !reset; i++) {
                try (PacketClient next = PacketClient.at(broker.tcp(), true).connect("c" + i, true, "")) {
                    reset = !next.next().toString().startsWith("CONNACK");
                } catch (IOException refused) {
                    reset = true;
                }
            }
            assertTrue(reset, "each of a flood is heard");
            before.publish(0x30, "t", 0, "", "x").expect("PUBLISH t 'x' q0");
        }
    }

    /** A packet that is begun and not ended takes memory, and gives it back when its client goes. */
    @Test
    void unfinishedPacketsCount() throws Exception {
        try (GatedBroker broker = new GatedBroker()) {
            Budget buffers = broker.overload().buffers();
            try (RawClient client = new RawClient(broker.tcp())) {
                client.send(begun(0x10, 256, 200));
                await(() -> buffers.used() >= 200 << 10);
            }
            await(() -> buffers.used() == 0);
        }
    }

    @Test
    void unfinishedWebSocketFramesCount() throws Exception {
        try (GatedBroker broker = new GatedBroker()) {
            Budget buffers = broker.overload().buffers();
            try (RawClient client = new RawClient(broker.openWebSocket())) {
                upgrade(client);
                // A masked binary frame of 256 KiB, of which most comes.
                client.send(ByteBuffer.allocate(200 << 10)
                        .put((byte) 0x82)
                        .put((byte) 0xFF)
                        .putLong(256 << 10)
                        .array());
                await(() -> buffers.used() >= 190 << 10);
            }
            await(() -> buffers.used() == 0);
        }
    }

    private static void upgrade(RawClient client) throws Exception {
        String request = String.join(
                "\r\n",
                "GET /mqtt HTTP/1.1",
                "Host: x",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Protocol: mqtt",
                "",
                "");
        client.send(request.getBytes(StandardCharsets.US_ASCII));
        assertEquals("HTTP/1.1 101", new String(client.read(12), StandardCharsets.US_ASCII));
    }

    /** Netty answers them: they are gone though no packet has come with them. */
    @Test
    void pingsOfWebSocketTakeNoMemory() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                RawClient client = new RawClient(broker.openWebSocket())) {
            upgrade(client);
            String headers = new String(client.read(1), StandardCharsets.US_ASCII);
            while (!headers.endsWith("\r\n\r\n")) {
                headers += new String(client.read(1), StandardCharsets.US_ASCII);
            }
            // The CONNECT in a masked frame, and its answer.
            client.send("82 90 00000000" + RawClient.CONNECT_V5);
            client.read(client.read(2)[1]);
            byte[] ping = ByteBuffer.allocate(6 + 120)
                    .put((byte) 0x89)
                    .put((byte) (0x80 | 120))
                    .array();
            Budget buffers = broker.overload().buffers();
            for (int i = 0; i < 2_000; i++) {
                client.send(ping);
                assertEquals(0x8A, client.read(2 + 120)[0] & 0xFF);
            }
            await(() -> buffers.used() < 16 << 10);
            client.send("82 82 00000000 c0 00").expect("82 02 d0 00");
        }
    }

    /** Who takes most goes; who takes little stays. */
    @Test
    void thoseWithMostAreDisconnected() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                RawClient small = new RawClient(broker.tcp());
                RawClient large = new RawClient(broker.tcp());
                RawClient larger = new RawClient(broker.tcp())) {
            for (RawClient each : new RawClient[] {small, large, larger}) {
                each.send(RawClient.CONNECT_V5.replace("'c'", each == small ? "'a'" : each == large ? "'b'" : "'c'"));
                int length = each.read(2)[1];
                each.read(length);
            }
            Budget buffers = broker.overload().buffers();
            small.send(begun(0x30, 256, 10));
            large.send(begun(0x30, 256, 250));
            await(() -> buffers.used() >= 250 << 10);
            larger.send(begun(0x30, 512, 500));
            await(() -> buffers.used() >= 750 << 10);
            broker.overload().set(Level.DISCONNECT, 100, 0);
            larger.expect("e0 20 97 1e 1f 001b'the node is short of memory'");
            // The other one goes only if its loop looks before there is room again.
            await(() -> buffers.used() <= 300 << 10);
            assertTrue(broker.overload().count(Action.BUFFERS) <= 2);
            // What was begun is ended, and the connection goes on.
            small.send(new byte[(256 << 10) - (10 << 10) + 4]).send("c0 00").expect("d0 00");
        }
    }

    /** Who has filled the budget by subscriptions goes, not those for whom a little waits. */
    @Test
    void theSessionWithMostSubscriptionsIsDisconnected() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                PacketClient small = client(broker, "small").subscribe("t", 1);
                PacketClient many = client(broker, "many")) {
            Budget sessions = broker.overload().sessions();
            String longFilter = "x".repeat(60_000);
            for (int i = 0; !sessions.isFull(); i++) {
                many.subscribe(longFilter + i, 1);
            }
            String waits = "x".repeat(8_000);
            small.publish(0x32, "t", 1, "", waits);
            Received first = small.next();
            Received second = small.next();
            assertTrue((first + " " + second).contains("PUBLISH t"), first + " and " + second);
            broker.overload().set(Level.DISCONNECT, 1, 0);
            assertTrue(many.next().toString().startsWith("DISCONNECT 97"));
            await(() -> sessions.used() < 64 << 10);
            assertEquals(1, broker.overload().count(Action.SESSION));
            small.ping();
        }
    }

    @Test
    void subscriptionsCountAndAreRefusedWhenThereIsNoMemory() throws Exception {
        try (GatedBroker broker = new GatedBroker();
                PacketClient client = client(broker, "many")) {
            Budget sessions = broker.overload().sessions();
            String longFilter = "x".repeat(60_000);
            int granted = 0;
            while (granted < 100) {
                int id = client.sendSubscribe(longFilter + granted, 1, "");
                String answer = client.next().toString();
                if (!answer.equals("SUBACK #" + id + " 01")) {
                    assertEquals("SUBACK #" + id + " 97", answer);
                    break;
                }
                granted++;
            }
            assertTrue(granted > 5 && granted < 20, granted + " granted");
            assertTrue(sessions.isFull());
        }
    }

    /** The first {@code part} KiB of a packet that says that {@code whole} KiB follow its header; a PUBLISH is to the topic t. */
    private static byte[] begun(int first, int whole, int part) {
        int length = whole << 10;
        byte[] head = {
            (byte) first, (byte) (length | 0x80), (byte) (length >> 7 | 0x80), (byte) (length >> 14), 0, 1, 't', 0
        };
        return Arrays.copyOf(head, part << 10);
    }
}
