package io.lacewing.conformance.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.conformance.wire.Bytes;
import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Against servers that answer each read with the next of some bytes, and close after the last of them or not. */
class SuiteTest {
    private static final byte[] CONNACK = Bytes.of(0x20, 3, 0, 0, 0);
    private static final byte[] PINGRESP = Bytes.of(0xD0, 0);
    private static final byte[] PROTOCOL_ERROR = Bytes.of(0xE0, 1, 0x82);

    private static final Case.Body PING = bench -> bench.connect().expectNothing();

    private static final Case.Body SECOND_CONNECT = bench -> {
        Client client = bench.connect();
        client.send(bench.connectPacket().toArray());
        client.expectThrownOut(0x82);
    };

    @Test
    void whatIsRightPasses() {
        assertInstanceOf(Outcome.Passed.class, run(PING, true, false, CONNACK, PINGRESP));
        assertInstanceOf(Outcome.Passed.class, run(SECOND_CONNECT, true, true, CONNACK, PROTOCOL_ERROR));
    }

    @Test
    void theSilentFails() {
        assertFails("PINGRESP should come", run(PING, true, false, CONNACK));
        assertFails("should close", run(SECOND_CONNECT, true, false, CONNACK));
    }

    @Test
    void whoDoesNotCloseFails() {
        assertFails("should close", run(SECOND_CONNECT, true, false, CONNACK, PROTOCOL_ERROR));
    }

    @Test
    void theWrongReasonCodeFails() {
        assertFails("0x82 should come", run(SECOND_CONNECT, true, true, CONNACK, Bytes.of(0xE0, 1, 0x81)));
    }

    @Test
    void aCloseWithoutAReasonFailsIfStrict() {
        assertFails("should come before the close", run(SECOND_CONNECT, true, true, CONNACK, new byte[0]));
        assertInstanceOf(Outcome.Passed.class, run(SECOND_CONNECT, false, true, CONNACK, new byte[0]));
    }

    @Test
    void whatTheStandardDoesNotAllowFailsAnyCase() {
        assertFails("does not allow", run(PING, true, false, CONNACK, Bytes.of(0xD1, 0)));
        assertFails("does not allow", run(PING, true, false, Bytes.of(0x20, 3, 2, 0, 0)));
        assertFails("does not allow", run(PING, true, false, CONNACK, Bytes.of(0xC0, 0)));
    }

    @Test
    void whatShouldNotComeFails() {
        byte[] publish = Bytes.of(0x30, 4, 0, 1, 'a', 0);
        assertFails(
                "PUBLISH 'a'",
                run(
                        PING,
                        true,
                        false,
                        CONNACK,
                        new Bytes().raw(publish).raw(PINGRESP).toArray()));
    }

    @Test
    void aRowThatFailsFailsTheTrialAndNamesItself() {
        Outcome outcome = run(
                bench -> {
                    bench.row("first", () -> bench.connect().expect(PacketType.PUBLISH));
                    bench.row("second", () -> bench.connect().expectNothing());
                },
                true,
                false,
                CONNACK,
                PINGRESP);
        assertFails("first: PUBLISH should come", outcome);
    }

    @Test
    void whatIsSkippedSaysWhy() {
        Outcome outcome = run(bench -> bench.skipUnless(false, "not here"), true, false, CONNACK);
        assertEquals(
                "not here", assertInstanceOf(Outcome.Skipped.class, outcome).why());
    }

    @Test
    void trialsAreChosenByStatementAndByName() {
        List<Case> cases = List.of(
                new Case("a.a", "", List.of("MQTT-1"), List.of("MQTT-2"), PING),
                new Case("b.b", "", List.of(), List.of("MQTT-1"), PING));
        assertEquals(
                "[a.a 3.1.1, b.b 5.0]",
                Suite.trials(cases, List.of(Version.values()), List.of("MQTT-1"))
                        .toString());
        assertEquals(
                "[b.b 5.0]",
                Suite.trials(cases, List.of(Version.V3, Version.V5), List.of("b.b"))
                        .toString());
        assertEquals(
                3, Suite.trials(cases, List.of(Version.values()), List.of()).size());
    }

    @Test
    void aReportIsGoodIfJustTheKnownTrialsFail() {
        Trial trial = new Trial(new Case("a.a", "", List.of(), List.of("MQTT-1"), PING), Version.V5);
        Outcome failed = new Outcome.Failed(trial, "", List.of());
        Outcome passed = new Outcome.Passed(trial);
        assertTrue(new Report(List.of(passed), Set.of()).isGood());
        assertTrue(new Report(List.of(failed), Set.of("a.a 5.0")).isGood());
        assertTrue(new Report(List.of(failed), Set.of("? a.a 5.0")).isGood());
        assertTrue(new Report(List.of(passed), Set.of("? a.a 5.0")).isGood());
        assertTrue(!new Report(List.of(failed), Set.of("a.a 3.1.1")).isGood());
        assertTrue(!new Report(List.of(passed), Set.of("a.a 5.0")).isGood());
    }

    @Test
    void aCaseNeedsANameOfItsOwn() {
        Cases cases = new Cases();
        cases.of("a.a", "").v5("MQTT-1").run(PING);
        assertThrows(
                IllegalArgumentException.class,
                () -> cases.of("a.a", "").v5("MQTT-1").run(PING));
        assertThrows(IllegalArgumentException.class, () -> cases.of("b.b", "").run(PING));
    }

    private static void assertFails(String why, Outcome outcome) {
        String said = assertInstanceOf(Outcome.Failed.class, outcome).why();
        assertTrue(said.contains(why), said);
    }

    private static Outcome run(Case.Body body, boolean strict, boolean closes, byte[]... answers) {
        Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(server, sockets, closes, answers));
            Target target = new Target(
                    List.of(new InetSocketAddress(server.getInetAddress(), server.getLocalPort())),
                    List.of(),
                    "/mqtt",
                    null,
                    null,
                    Duration.ofSeconds(1),
                    strict);
            Trial trial = new Trial(new Case("a.a", "", List.of(), List.of("MQTT-1"), body), Version.V5);
            return Suite.run(trial, new Bench(target, Version.V5, Capabilities.ALL, "t", 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            for (Socket socket : sockets) {
                close(socket);
            }
        }
    }

    private static void serve(ServerSocket server, Queue<Socket> sockets, boolean closes, byte[]... answers) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> answer(socket, closes, answers));
            } catch (IOException e) {
                assertTrue(server.isClosed(), () -> "accept failed: " + e);
            }
        }
    }

    private static void answer(Socket socket, boolean closes, byte[]... answers) {
        try {
            byte[] buffer = new byte[4096];
            for (byte[] answer : answers) {
                if (socket.getInputStream().read(buffer) < 0) {
                    return;
                }
                socket.getOutputStream().write(answer);
            }
            if (closes) {
                socket.close();
            }
        } catch (IOException e) {
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
