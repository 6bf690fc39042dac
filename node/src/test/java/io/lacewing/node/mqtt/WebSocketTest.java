package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** MQTT over WebSocket (6): frame by frame from a raw socket, and with the JDK's client. */
@ExtendWith(NoLeaks.class)
class WebSocketTest {
    private static final String CONNACK = "20 02 00 00";

    private static ListenerOptions webSocket() {
        return EchoServer.tcp().type(ListenerOptions.Type.WEBSOCKET).path("/broker/ws");
    }

    /** Asks for a WebSocket; returns the answer's head. */
    static String handshake(RawClient client, String path) throws Exception {
        return handshake(client, path, "Sec-WebSocket-Protocol: mqtt\r\n");
    }

    private static String handshake(RawClient client, String path, String headers) throws Exception {
        client.send(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            head.writeBytes(client.read(1));
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** A short frame from a client: its first byte, and a payload under a mask of zeros. */
    static byte[] frame(int first, String payload) {
        byte[] bytes = Bytes.of(payload);
        return Bytes.join(new byte[] {(byte) first, (byte) (0x80 | bytes.length), 0, 0, 0, 0}, bytes);
    }

    /** A Close frame with this status and whatever words comes, and then the end. */
    static void expectClose(RawClient client, int status) throws Exception {
        byte[] head = client.read(2);
        assertEquals((byte) 0x88, head[0]);
        byte[] payload = client.read(head[1]);
        assertEquals(status, ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF));
        client.expectEnd();
    }

    @Test
    void packetsNeedNotFitTheFrames() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket());
                RawClient client = server.client()) {
            String head = handshake(client, "/broker/ws?x=1");
            assertTrue(head.startsWith("HTTP/1.1 101 "), head);
            assertTrue(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), head);
            assertTrue(head.toLowerCase(Locale.ROOT).contains("sec-websocket-protocol: mqtt\r\n"), head);
            // One packet in two messages, the second of which has the start of the next packet.
            client.send(frame(0x82, "10 0d 0004'MQTT' 04 02 00"));
            client.send(frame(0x82, "3c 0001'c' 30 04 00"));
            client.expect("82 04 " + CONNACK);
            // A message in three fragments, with a ping between.
            client.send(frame(0x02, "01"));
            client.send(frame(0x89, "'?'")).expect("8a 01 '?'");
            client.send(frame(0x00, "'a'"));
            client.send(frame(0x80, "'x' c0 00"));
            client.expect("82 08 30 04 0001'a' 'x' d0 00");
            client.send(frame(0x82, "e0 00"));
            server.expectEvent("disconnect SUCCESS");
            server.expectEvent("closed");
            client.expect("88 05 03e8'Bye'").expectClosed();
        }
    }

    /** [MQTT-6.0.0-1] */
    @Test
    void textFramesClose() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket());
                RawClient client = server.client()) {
            handshake(client, "/broker/ws");
            client.send(frame(0x82, RawClient.CONNECT_V311)).expect("82 04 " + CONNACK);
            client.send(frame(0x81, "c0 00"));
            server.expectEvent("error PROTOCOL_ERROR");
            server.expectEvent("closed");
            expectClose(client, 1003);
        }
        try (EchoServer server = EchoServer.start(webSocket());
                RawClient client = server.client()) {
            handshake(client, "/broker/ws");
            client.send(frame(0x82, RawClient.CONNECT_V5));
            client.read(2 + 13);
            // The text goes on in a second frame, which is no better.
            client.send(frame(0x01, "'x'")).send(frame(0x80, "'y'"));
            assertTrue(Bytes.hex(disconnect(client)).startsWith("82"));
            expectClose(client, 1003);
        }
        try (EchoServer server = EchoServer.start(webSocket());
                RawClient client = server.client()) {
            handshake(client, "/broker/ws");
            expectClose(client.send(frame(0x81, RawClient.CONNECT_V5)), 1003);
            server.expectNoEvent();
        }
    }

    /** What follows type and length of a DISCONNECT that comes in a frame of its own. */
    private static byte[] disconnect(RawClient client) throws Exception {
        byte[] head = client.read(2);
        assertEquals((byte) 0x82, head[0]);
        byte[] packet = client.read(head[1]);
        assertEquals((byte) 0xe0, packet[0]);
        return Arrays.copyOfRange(packet, 2, packet.length);
    }

    /** Frames that RFC 6455 forbids, and those longer than the longest packet. */
    @Test
    void badFramesClose() throws Exception {
        // Without a mask; a fragment of nothing; a control frame in fragments; a reserved bit; 2 MiB announced.
        String[] frames = {"82 02 c000", "80 80 00000000", "09 80 00000000", "c2 80 00000000", "82 ff 0000000000200000"
        };
        for (String bad : frames) {
            try (EchoServer server = EchoServer.start(webSocket());
                    RawClient client = server.client()) {
                handshake(client, "/broker/ws");
                client.send(frame(0x82, RawClient.CONNECT_V5));
                client.read(2 + 13);
                boolean tooLong = bad.startsWith("82 ff");
                client.send(bad);
                assertTrue(Bytes.hex(disconnect(client)).startsWith(tooLong ? "95" : "82"), bad);
                expectClose(client, tooLong ? 1009 : 1002);
                server.expectEvent(tooLong ? "error PACKET_TOO_LARGE" : "error PROTOCOL_ERROR");
                server.expectEvent("closed");
            }
        }
    }

    /** [MQTT-6.0.0-4] */
    @Test
    void theSubprotocolIsMqtt() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket())) {
            for (String offer : new String[] {
                "Sec-WebSocket-Protocol: mqttv3.1, other , mqtt\r\n",
                "Sec-WebSocket-Protocol: other\r\nSec-WebSocket-Protocol: mqtt\r\n"
            }) {
                try (RawClient client = server.client()) {
                    String head = handshake(client, "/broker/ws", offer).toLowerCase(Locale.ROOT);
                    assertTrue(head.startsWith("http/1.1 101 "), head);
                    assertTrue(head.contains("sec-websocket-protocol: mqtt\r\n"), head);
                    client.send(frame(0x82, RawClient.CONNECT_V311)).expect("82 04 " + CONNACK);
                }
                server.expectEvent("closed");
            }
        }
    }

    /** [MQTT-6.0.0-3]: no other name that the server could return would be right. */
    @Test
    void withoutTheSubprotocolThereIsNoConnection() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket())) {
            for (String offer : new String[] {"", "Sec-WebSocket-Protocol: other, MQTT, mqtt5\r\n"}) {
                try (RawClient client = server.client()) {
                    String head = handshake(client, "/broker/ws", offer);
                    assertTrue(head.startsWith("HTTP/1.1 400 "), head);
                    client.expect("'Sec-WebSocket-Protocol must offer mqtt' 0a").expectEnd();
                }
            }
        }
    }

    /** MQTT 3.1 says nothing of WebSocket; its clients come by a name of their own, that is for nobody else. */
    @Test
    void theSubprotocolOfV31() throws Exception {
        String offer = "Sec-WebSocket-Protocol: mqttv3.1\r\n";
        try (EchoServer server = EchoServer.start(webSocket());
                RawClient old = server.client();
                RawClient v311 = server.client();
                RawClient v5 = server.client()) {
            String head = handshake(old, "/broker/ws", offer).toLowerCase(Locale.ROOT);
            assertTrue(head.contains("sec-websocket-protocol: mqttv3.1\r\n"), head);
            old.send(frame(0x82, RawClient.CONNECT_V31)).expect("82 04 " + CONNACK);
            handshake(v311, "/broker/ws", offer);
            expectClose(v311.send(frame(0x82, RawClient.CONNECT_V311)), 1002);
            handshake(v5, "/broker/ws", offer);
            byte[] frame = v5.send(frame(0x82, RawClient.CONNECT_V5)).read(2);
            assertTrue(Bytes.hex(v5.read(frame[1])).matches("20..0082.*"));
            expectClose(v5, 1002);
            server.expectNoEvent();
        }
    }

    @Test
    void anotherPathIsNotFound() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket());
                RawClient client = server.client()) {
            String head = handshake(client, "/mqtt");
            assertTrue(head.startsWith("HTTP/1.1 404 "), head);
            client.expectClosed();
        }
    }

    @Test
    void deadlineCoversTheHandshake() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket().connectTimeout(java.time.Duration.ofMillis(200)));
                RawClient mute = server.client();
                RawClient idle = server.client()) {
            handshake(idle, "/broker/ws");
            mute.send("'GET /b'").expectClosed();
            idle.expect("88 05 03e8'Bye'").expectClosed();
        }
    }

    @Test
    void closeFrameEndsTheConnection() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket());
                RawClient client = server.client()) {
            handshake(client, "/broker/ws");
            client.send(frame(0x82, RawClient.CONNECT_V311)).expect("82 04 " + CONNACK);
            client.send(frame(0x88, "03e8")).expect("88 02 03e8").expectClosed();
            server.expectEvent("closed");
        }
    }

    /** Large messages both ways, whole and in fragments, with the JDK's client. */
    @Test
    void largeMessages() throws Exception {
        try (EchoServer server = EchoServer.start(webSocket().maxPacketSize(2_000_000));
                HttpClient http = HttpClient.newHttpClient()) {
            Collector collector = new Collector();
            WebSocket socket = http.newWebSocketBuilder()
                    .subprotocols("mqtt")
                    .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/broker/ws"), collector)
                    .get(10, TimeUnit.SECONDS);
            assertEquals("mqtt", socket.getSubprotocol());
            socket.sendBinary(ByteBuffer.wrap(Bytes.of(RawClient.CONNECT_V311)), true)
                    .join();
            assertArrayEquals(Bytes.of(CONNACK), collector.take(4));
            byte[] body = new byte[3 + 1_500_000];
            Arrays.fill(body, (byte) 7);
            System.arraycopy(Bytes.of("0001'a'"), 0, body, 0, 3);
            byte[] packet = Bytes.packet(0x30, body);
            socket.sendBinary(ByteBuffer.wrap(packet), true).join();
            assertArrayEquals(packet, collector.take(packet.length));
            int piece = 100_000;
            for (int at = 0; at < packet.length; at += piece) {
                int length = Math.min(piece, packet.length - at);
                socket.sendBinary(ByteBuffer.wrap(packet, at, length), at + length == packet.length)
                        .join();
            }
            assertArrayEquals(packet, collector.take(packet.length));
            socket.abort();
            server.expectEvent("closed");
        }
    }

    /** Gathers what comes, whatever the borders of messages. */
    private static final class Collector implements WebSocket.Listener {
        private final BlockingQueue<byte[]> parts = new LinkedBlockingQueue<>();

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] part = new byte[data.remaining()];
            data.get(part);
            parts.add(part);
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        byte[] take(int length) throws InterruptedException {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            while (whole.size() < length) {
                byte[] part = parts.poll(10, TimeUnit.SECONDS);
                assertTrue(part != null, "only " + whole.size() + " of " + length + " bytes came");
                whole.writeBytes(part);
            }
            return whole.toByteArray();
        }
    }
}
