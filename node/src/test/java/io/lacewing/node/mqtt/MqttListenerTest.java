package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener over TCP, seen from a client that knows bytes. */
@ExtendWith(NoLeaks.class)
class MqttListenerTest {
    /** Success; 1,048,576 bytes as maximum packet size, 32 topic aliases. */
    private static final String CONNACK_V5 = "20 0b 00 00 08 2700100000 220020";

    private static final String CONNACK_V3 = "20 02 00 00";

    @Test
    void everyPacketOfV5() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V5).expect(CONNACK_V5);
            client.send("30 05 0001'a' 00 'x'").expect("30 05 0001'a' 00 'x'");
            client.send("32 07 0001'a' 0007 00 'x'").expect("40 02 0007 32 07 0001'a' 0001 00 'x'");
            client.send("40 03 0001 10");
            server.expectEvent("puback 1 16");
            client.send("35 07 0001'a' 0008 00 'y'").expect("50 02 0008 35 07 0001'a' 0002 00 'y'");
            client.send("62 02 0008").expect("70 02 0008");
            client.send("50 02 0002").expect("62 02 0002");
            client.send("50 03 0002 92".replace("92", "87")).expect("62 03 0002 92");
            client.send("70 02 0002");
            server.expectEvent("pubcomp 2 0");
            client.send("82 0c 0001 00 0001'a' 01 0002'no' 02").expect("90 05 0001 00 01 87");
            client.send("a2 06 0002 00 0001'a'").expect("b0 04 0002 00 11");
            client.send("c0 00").expect("d0 00");
            client.send("e0 01 04");
            client.expectClosed();
            server.expectEvent("disconnect DISCONNECT_WITH_WILL_MESSAGE");
            server.expectEvent("closed");
            assertEquals(3, server.counts().received(PacketType.PUBLISH));
            assertEquals(3, server.counts().sent(PacketType.PUBLISH));
            assertEquals(1, server.counts().sent(PacketType.CONNACK));
            assertEquals(1, server.counts().received(PacketType.DISCONNECT));
        }
    }

    @Test
    void everyPacketOfV311() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            client.send("30 04 0001'a' 'x'").expect("30 04 0001'a' 'x'");
            client.send("32 06 0001'a' 0007 'x'").expect("40 02 0007 32 06 0001'a' 0001 'x'");
            client.send("82 0b 0001 0001'a' 01 0002'no' 02").expect("90 04 0001 01 80");
            client.send("a2 05 0002 0001'a'").expect("b0 02 0002");
            client.send("c0 00").expect("d0 00");
            client.send("e0 00").expectClosed();
            server.expectEvent("disconnect SUCCESS");
            server.expectEvent("closed");
        }
    }

    @Test
    void v31() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V31).expect(CONNACK_V3);
            client.send("8a 06 0001 0001'a' 01").expect("90 03 0001 01");
        }
    }

    /** Packets that a client sends without waiting for the CONNACK are answered after it, in their order. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void packetsBeforeALateAccept(boolean nativeTransport) throws Exception {
        try (EchoServer server = started(nativeTransport, LateAccept::new);
                RawClient client = server.client()) {
            client.send(Bytes.of(RawClient.CONNECT_V311 + "30 04 0001'a' 'x' 82 06 0001 0001'a' 00 c0"));
            client.send("00 32 06 0001'a' 0007 'y' e0 00").shutdownOutput();
            client.expect(CONNACK_V3 + "30 04 0001'a' 'x' 90 03 0001 00 d0 00");
            client.expect("40 02 0007 32 06 0001'a' 0001 'y'").expectClosed();
            server.expectEvent("disconnect SUCCESS");
            server.expectEvent("closed");
        }
    }

    private static EchoServer started(boolean nativeTransport, BiFunction<EchoServer, Endpoint, Echo> handlers) {
        return nativeTransport
                ? EchoServer.startNative(EchoServer.tcp(), handlers)
                : EchoServer.start(EchoServer.tcp(), handlers);
    }

    private static final class LateAccept extends Echo {
        LateAccept(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        void onConnect(Connect connect) {
            server().vertx().setTimer(200, id -> super.onConnect(connect));
        }
    }

    @Test
    void refusal() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), Refusal::new);
                RawClient v5 = server.client();
                RawClient v3 = server.client()) {
            v5.send(RawClient.CONNECT_V5)
                    .expect("20 0e 00 9c 0b 1c0003'b:1' 1f0002'go'")
                    .expectClosed();
            server.expectEvent("closed");
            v3.send(RawClient.CONNECT_V311).expect("20 02 00 03").expectClosed();
            server.expectEvent("closed");
        }
    }

    private static final class Refusal extends Echo {
        Refusal(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        void onConnect(Connect connect) {
            endpoint().refuse(ReasonCode.USE_ANOTHER_SERVER, "go", "b:1");
        }
    }

    @Test
    void malformedConnectIsAnsweredInItsVersion() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp().maxPacketSize(100))) {
            String tooLong = "PACKET_TOO_LARGE";
            answer(server, "10 0d 0004'MQTT' 03 02 003c 0001'c'", "20 02 00 01");
            answer(server, "10 0d 0004'MQTT' 04 00 003c 0000", "");
            answer(server, "10 0c 0004'MQTT' 04 00 003c 0000", "20 02 00 02");
            answer(server, "10 0d 0004'MQTT' 04 03 003c 0001'c'", "");
            answer(server, "c0 00", "");
            assertEquals(0x81, reasonOfConnack(server, "10 0e 0004'MQTT' 05 03 003c 00 0001'c'"));
            assertEquals(0x84, reasonOfConnack(server, "10 0e 0004'MQTT' 06 02 003c 00 0001'c'"));
            assertEquals(0x95, reasonOfConnack(server, "10 ff7f 0004'MQTT' 05"), tooLong);
            server.expectNoEvent();
        }
    }

    private static void answer(EchoServer server, String sent, String expected) throws Exception {
        try (RawClient client = server.client()) {
            client.send(sent).shutdownOutput().expect(expected).expectClosed();
        }
    }

    private static int reasonOfConnack(EchoServer server, String sent) throws Exception {
        try (RawClient client = server.client()) {
            byte[] connack = client.send(sent).readPacket();
            client.expectClosed();
            assertEquals(0x20, connack[0]);
            return connack[3] & 0xFF;
        }
    }

    @Test
    void protocolErrorsAreToldAndClose() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp().maxPacketSize(100))) {
            assertEquals(0x81, reasonOfDisconnect(server, "36 05 0001'a' 0001", "MALFORMED_PACKET"));
            assertEquals(0x82, reasonOfDisconnect(server, RawClient.CONNECT_V5, "PROTOCOL_ERROR"));
            assertEquals(0x82, reasonOfDisconnect(server, "f0 06 18 04 150001'm'", "PROTOCOL_ERROR"));
            assertEquals(0x82, reasonOfDisconnect(server, "30 04 0001'+' 00", "PROTOCOL_ERROR"));
            assertEquals(0x94, reasonOfDisconnect(server, "30 07 0001'a' 03 23ffff", "TOPIC_ALIAS_INVALID"));
            assertEquals(0x95, reasonOfDisconnect(server, "30 ffff7f", "PACKET_TOO_LARGE"));
            try (RawClient v3 = server.client()) {
                v3.send(RawClient.CONNECT_V311)
                        .expect(CONNACK_V3)
                        .send("82 02 0001")
                        .expectClosed();
                server.expectEvent("error PROTOCOL_ERROR");
                server.expectEvent("closed");
            }
        }
    }

    private static int reasonOfDisconnect(EchoServer server, String sent, String event) throws Exception {
        try (RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V5).readPacket();
            byte[] disconnect = client.send(sent).readPacket();
            client.expectClosed();
            server.expectEvent("error " + event);
            server.expectEvent("closed");
            assertEquals((byte) 0xe0, disconnect[0]);
            return disconnect[2] & 0xFF;
        }
    }

    @Test
    void extendedAuthentication() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), Challenge::new)) {
            String connect = "10 16 0004'MQTT' 05 02 003c 08 150001'm' 160001'1' 0001'c'";
            try (RawClient client = server.client()) {
                client.send(connect).expect("f0 0a 18 08 150001'm' 160001'2'");
                client.send("f0 0a 18 08 150001'm' 160001'3'");
                server.expectEvent("auth CONTINUE_AUTHENTICATION m");
                client.expect("20 13 00 00 10 2700100000 220020 150001'm' 160001'4'");
                client.send("f0 06 19 04 150001'm'");
                server.expectEvent("auth RE_AUTHENTICATE m");
            }
            server.expectEvent("closed");
            try (RawClient hasty = server.client()) {
                hasty.send(connect).expect("f0 0a 18 08 150001'm' 160001'2'");
                byte[] connack = hasty.send("c0 00").readPacket();
                assertEquals((byte) 0x82, connack[3]);
                hasty.expectClosed();
                server.expectEvent("error PROTOCOL_ERROR");
                server.expectEvent("closed");
            }
        }
    }

    private static final class Challenge extends Echo {
        private int step;

        Challenge(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        void onConnect(Connect connect) {
            endpoint().auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", new byte[] {'2'});
        }

        @Override
        public void onAuth(Auth auth) {
            super.onAuth(auth);
            if (step++ == 0) {
                endpoint()
                        .accept(new Connack(
                                false,
                                Connack.AS_ASKED,
                                65_535,
                                Connack.AS_ASKED,
                                null,
                                null,
                                new Connack.Authentication("m", new byte[] {'4'}),
                                Connack.Capabilities.ALL,
                                List.of()));
            }
        }
    }

    @Test
    void connectDeadlineIsNotMovedBySingleBytes() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp().connectTimeout(Duration.ofMillis(300)));
                RawClient slow = server.client();
                RawClient quick = server.client()) {
            quick.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            slow.send("10 0d 00").expectClosed();
            // The deadline went with the CONNECT.
            quick.send("c0 00").expect("d0 00");
        }
    }

    /** What a client sends while it is not listened to is neither handed over nor lost. */
    @Test
    void pausedReadingLosesNothing() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        int count = 20_000;
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), (s, e) -> new Pausing(s, e, seen));
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            byte[] one = Bytes.of("30 07 0001'a' 'abcd'");
            byte[] all = new byte[count * one.length];
            for (int i = 0; i < count; i++) {
                System.arraycopy(one, 0, all, i * one.length, one.length);
            }
            client.send(all).send("c0 00").expect("d0 00");
            assertEquals(count, seen.get());
        }
    }

    /** The same for a client that has gone before it is listened to again, with a DISCONNECT as its last word. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pausedReadingLosesNothingOfAClientThatLeaves(boolean nativeTransport) throws Exception {
        AtomicInteger seen = new AtomicInteger();
        try (EchoServer server = started(nativeTransport, (s, e) -> new Pausing(s, e, seen))) {
            try (RawClient client = server.client()) {
                client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
                client.send("30 03 0001'a'".repeat(5000) + "e0 00");
            }
            server.expectEvent("disconnect SUCCESS");
            server.expectEvent("closed");
            assertEquals(5000, seen.get());
        }
    }

    /** A client that leaves in the middle of a packet has left. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endInsideAPacketCloses(boolean nativeTransport) throws Exception {
        try (EchoServer server = started(nativeTransport, Echo::new);
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            client.send("30 03 00").shutdownOutput().expectClosed();
            server.expectEvent("closed");
        }
    }

    /** Pauses at every hundredth message, and takes one that comes nevertheless for an error. */
    private static final class Pausing extends Echo {
        private final AtomicInteger seen;
        private boolean paused;

        Pausing(EchoServer server, Endpoint endpoint, AtomicInteger seen) {
            super(server, endpoint);
            this.seen = seen;
        }

        @Override
        public void onPublish(Publish publish) {
            if (paused) {
                throw new IllegalStateException("message while paused");
            }
            if (seen.incrementAndGet() % 100 == 0) {
                paused = true;
                endpoint().pauseReading();
                server().vertx().setTimer(1, id -> {
                    paused = false;
                    endpoint().resumeReading();
                });
            }
        }
    }

    /** A client that asks and asks, and does not read the answers, is not heard until it does. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersToAClientThatDoesNotReadAreBounded(boolean nativeTransport) throws Exception {
        AtomicLong mostPending = new AtomicLong();
        int pings = 5_000;
        try (EchoServer server = started(nativeTransport, (s, e) -> new Garrulous(s, e, mostPending));
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            byte[] all = new byte[2 * pings];
            for (int i = 0; i < all.length; i += 2) {
                all[i] = (byte) 0xc0;
            }
            Thread writer = Thread.ofVirtual().start(() -> send(client, all));
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (mostPending.get() < 64 * 1024) {
                assertTrue(System.nanoTime() < deadline, "nothing waits for the client that does not read");
                Thread.onSpinWait();
            }
            byte[] expected = new byte[Garrulous.CODES + 5];
            expected[0] = (byte) 0x90;
            expected[1] = (byte) 0xea;
            expected[2] = 7;
            expected[4] = 1;
            byte[] hundred = new byte[100 * expected.length];
            for (int i = 0; i < 100; i++) {
                System.arraycopy(expected, 0, hundred, i * expected.length, expected.length);
            }
            for (int i = 0; i < pings; i += 100) {
                assertArrayEquals(hundred, client.read(hundred.length));
            }
            writer.join();
            assertTrue(mostPending.get() < 512 * 1024, "pending: " + mostPending);
            client.send("e0 00").expectClosed();
            server.expectEvent("disconnect SUCCESS");
        }
    }

    /** Answers more than it is asked, so that the buffers of the operating system are not enough. */
    private static final class Garrulous extends Echo {
        static final int CODES = 1_000;
        private static final List<ReasonCode> ANSWER = Collections.nCopies(CODES, ReasonCode.SUCCESS);

        private final AtomicLong mostPending;

        Garrulous(EchoServer server, Endpoint endpoint, AtomicLong mostPending) {
            super(server, endpoint);
            this.mostPending = mostPending;
        }

        @Override
        public void onPingreq() {
            endpoint().suback(1, ANSWER);
            mostPending.accumulateAndGet(endpoint().pendingBytes(), Math::max);
        }
    }

    @Test
    void largePayloadsInBothDirections() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp().maxPacketSize(20_000_000));
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            for (int size : new int[] {8 * 1024, 8 * 1024 + 1, 70_000, 10_000_000}) {
                byte[] body = new byte[3 + size];
                Arrays.fill(body, (byte) size);
                System.arraycopy(Bytes.of("0001'a'"), 0, body, 0, 3);
                byte[] packet = Bytes.packet(0x30, body);
                Thread writer = Thread.ofVirtual().start(() -> send(client, packet));
                assertArrayEquals(packet, client.readPacket());
                writer.join();
            }
        }
    }

    private static void send(RawClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** [MQTT-3.1.2-24] */
    @Test
    void maximumPacketSizeOfTheClient() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send("10 13 0004'MQTT' 05 02 003c 05 2700000014 0001'c'").expect(CONNACK_V5);
            client.send(Bytes.packet(0x30, "0001'a' 00 '01234567890123'"))
                    .expect(Bytes.packet(0x30, "0001'a' 00 '01234567890123'"));
            client.send(Bytes.packet(0x30, "0001'a' 00 '012345678901234'"));
            server.expectEvent("too large");
            client.send("c0 00").expect("d0 00");
        }
    }

    @Test
    void outgoingTopicAliases() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send("10 11 0004'MQTT' 05 02 003c 03 220002 0001'c'").expect(CONNACK_V5);
            client.send("30 07 0004'aaaa' 00").expect("30 0a 0004'aaaa' 03 230001");
            client.send("30 07 0004'bbbb' 00").expect("30 0a 0004'bbbb' 03 230002");
            client.send("30 07 0004'aaaa' 00").expect("30 06 0000 03 230001");
            client.send("30 07 0004'cccc' 00").expect("30 07 0004'cccc' 00");
            client.send("30 07 0004'bbbb' 00").expect("30 06 0000 03 230002");
        }
    }

    @Test
    void topicsAreNotMixedUp() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp());
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 3000; i++) {
                byte[] topic = ("t/" + i % 1700).getBytes(StandardCharsets.UTF_8);
                all.writeBytes(Bytes.packet(0x30, Bytes.join(new byte[] {0, (byte) topic.length}, topic)));
            }
            client.send(all.toByteArray()).expect(all.toByteArray());
        }
    }

    @Test
    void manyEventLoopsOnOnePort() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp().eventLoops(2))) {
            for (int i = 0; i < 4; i++) {
                try (RawClient client = server.client()) {
                    client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
                }
                server.expectEvent("closed");
            }
            assertEquals(4, server.counts().received(PacketType.CONNECT));
        }
    }

    @Test
    void atRestThePipelineIsOneHandler() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), Pipeline::new);
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3).send("c0 00");
            server.expectEvent("[handler, DefaultChannelPipeline$TailContext#0]");
        }
    }

    private static final class Pipeline extends Echo {
        Pipeline(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        public void onPingreq() {
            server().event(((WireEndpoint) endpoint())
                    .channelContext()
                    .pipeline()
                    .names()
                    .toString());
        }
    }

    @Test
    void closingTheListenerClosesConnections() throws Exception {
        EchoServer server = EchoServer.start(EchoServer.tcp().eventLoops(2));
        try (RawClient client = server.client();
                RawClient silent = server.client()) {
            client.send(RawClient.CONNECT_V311).expect(CONNACK_V3);
            server.close();
            client.expectClosed();
            silent.expectClosed();
            server.expectEvent("closed");
        }
    }

    /** A handler that fails costs its own connection, and its client is told. */
    @Test
    void errorsOfTheHandlerCloseTheConnection() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), Broken::new);
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V5)
                    .expect(CONNACK_V5)
                    .send("30 04 0001'a' 00")
                    .expect("e0 01 80");
            client.expectClosed();
            server.expectEvent("closed");
        }
    }

    private static final class Broken extends Echo {
        Broken(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        public void onPublish(Publish publish) {
            throw new IllegalArgumentException("this is a test");
        }
    }

    /** The client stays away from its socket, but the end of its connection comes all the same. */
    @Test
    void disconnectGoesOutBehindEverything() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), Leaver::new);
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V5).expect(CONNACK_V5).send("c0 00");
            for (int i = 0; i < 100; i++) {
                client.expect("d0 00");
            }
            client.expect("e0 09 8e 07 1f0004'gone'").expectClosed();
            server.expectEvent("closed 0");
            server.expectEvent("closed");
        }
    }

    private static final class Leaver extends Echo {
        Leaver(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        public void onPingreq() {
            for (int i = 0; i < 100; i++) {
                endpoint().pingresp();
            }
            endpoint().disconnect(ReasonCode.SESSION_TAKEN_OVER, "gone", null);
            endpoint().pingresp();
            int sent = endpoint()
                    .publish(
                            new Outbound(Message.of(TopicName.of("a"), new byte[0], Qos.AT_MOST_ONCE, false)),
                            0,
                            Qos.AT_MOST_ONCE,
                            false,
                            false,
                            new int[0],
                            Publish.NO_EXPIRY);
            server().event("closed " + sent);
        }
    }
}
