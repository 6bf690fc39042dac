package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes on sending can read why it was sent away (4.13), and does so within bounds. */
@ExtendWith(NoLeaks.class)
class LingeringCloseTest {
    private static final String CONNACK_V5 = "20 0b 00 00 08 2700100000 220020";

    /** 200 KB of PUBLISH packets. */
    private static final byte[] MANY = Bytes.of("30 09 0001'a' '012345'".repeat(18_200));

    private static EchoServer start(boolean nativeTransport, ListenerOptions options) {
        return nativeTransport ? EchoServer.startNative(options, Echo::new) : EchoServer.start(options);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connack(boolean nativeTransport) throws Exception {
        try (EchoServer server = start(nativeTransport, EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(Bytes.join(Bytes.of("10 0e 0004'MQTT' 05 03 003c 00 0001'c'"), MANY));
            client.send(MANY);
            byte[] connack = client.readPacket();
            assertTrue(Bytes.hex(connack).matches("20..0081.*"), Bytes.hex(connack));
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void disconnect(boolean nativeTransport) throws Exception {
        try (EchoServer server = start(nativeTransport, EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(Bytes.join(Bytes.of(RawClient.CONNECT_V5 + "c0 00 36 05 0001'a' 0001"), MANY));
            // The broker does not wait for the client to read.
            server.expectEvent("error MALFORMED_PACKET");
            server.expectEvent("closed");
            client.send(MANY);
            client.expect(CONNACK_V5 + "d0 00");
            byte[] disconnect = client.readPacket();
            assertTrue(Bytes.hex(disconnect).matches("e0..81.*"), Bytes.hex(disconnect));
            client.expectEnd();
        }
    }

    /** There is no word for it in MQTT 3, but there were others before. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bareCloseOfV311(boolean nativeTransport) throws Exception {
        try (EchoServer server = start(nativeTransport, EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(Bytes.join(Bytes.of(RawClient.CONNECT_V311 + "c0 00 36 05 0001'a' 0001"), MANY));
            client.send(MANY);
            client.expect("20 02 00 00 d0 00").expectEnd();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void webSocket(boolean nativeTransport) throws Exception {
        ListenerOptions options = EchoServer.tcp().type(ListenerOptions.Type.WEBSOCKET);
        try (EchoServer server = start(nativeTransport, options);
                RawClient client = server.client()) {
            WebSocketTest.handshake(client, "/mqtt");
            byte[] frames = WebSocketTest.frame(0x82, "30 09 0001'a' '012345'".repeat(10));
            byte[] many = frames;
            while (many.length < 200_000) {
                many = Bytes.join(many, many);
            }
            client.send(Bytes.join(WebSocketTest.frame(0x82, RawClient.CONNECT_V5 + "36 05 0001'a' 0001"), many));
            client.send(many);
            // CONNACK and DISCONNECT in one frame.
            byte[] head = client.read(2);
            String answer = Bytes.hex(client.read(head[1]));
            assertTrue(answer.matches("200b000008270010000022002" + "0e0..81.*"), answer);
            // Close with status 1002.
            WebSocketTest.expectClose(client, 1002);
            server.expectEvent("error MALFORMED_PACKET");
            server.expectEvent("closed");
        }
    }

    /** What the client has still on its way is read, and no more than that. */
    @Test
    void isBoundedInBytes() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V5).expect(CONNACK_V5).send("36 05 0001'a' 0001");
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    client.send(MANY);
                }
            });
        }
    }

    /** A client that neither sends nor closes does not keep its socket. */
    @Test
    void isBoundedInTime() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V5).expect(CONNACK_V5).send("36 05 0001'a' 0001");
            client.readPacket();
            client.expectEnd();
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 200; i++) {
                    client.send("00");
                    EchoServer.await(server.vertx().timer(50, TimeUnit.MILLISECONDS));
                }
            });
        }
    }

    /** Who has ended the connection itself does not linger, nor does anyone where there is no place for it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void isBoundedInNumber(int places) throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp().maxLingering(places), Observer::new);
                RawClient bad = server.client();
                RawClient good = server.client()) {
            bad.send(RawClient.CONNECT_V5).expect(CONNACK_V5).send("36 05 0001'a' 0001");
            server.expectEvent("error MALFORMED_PACKET");
            server.expectEvent(places == 1 ? "closed, socket open" : "closed, socket closed");
            good.send(RawClient.CONNECT_V5).expect(CONNACK_V5).send("e0 00");
            server.expectEvent("disconnect SUCCESS");
            server.expectEvent("closed, socket closed");
            server.expectNoEvent();
        }
    }

    private static final class Observer extends Echo {
        Observer(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        public void onClosed() {
            boolean open =
                    ((WireEndpoint) endpoint()).channelContext().channel().isOpen();
            server().event("closed, socket " + (open ? "open" : "closed"));
        }
    }

    /** A listener that closes lets the last words arrive. */
    @Test
    void listenerWaitsForWhoLingers() throws Exception {
        EchoServer server = EchoServer.start(EchoServer.tcp());
        try (RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V5).expect(CONNACK_V5);
            client.send(Bytes.join(Bytes.of("36 05 0001'a' 0001"), MANY));
            server.expectEvent("error MALFORMED_PACKET");
            server.closeSoon();
            client.send(MANY).readPacket();
            client.expectEnd();
        } finally {
            server.close();
        }
    }
}
