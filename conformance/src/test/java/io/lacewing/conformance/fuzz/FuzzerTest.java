package io.lacewing.conformance.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.conformance.wire.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class FuzzerTest {
    private static final byte[] CONNACK_V3 = Bytes.of(0x20, 2, 0, 0);

    @Test
    void theSameSeedGivesTheSameInput() {
        for (long seed = 0; seed < 1_000; seed++) {
            assertArrayEquals(Input.of(seed).bytes(), Input.of(seed).bytes());
            assertEquals(Input.of(seed).cut(), Input.of(seed).cut());
        }
    }

    @Test
    void inputsDiffer() {
        Set<ByteBuffer> different = new HashSet<>();
        for (long seed = 0; seed < 10_000; seed++) {
            different.add(ByteBuffer.wrap(Input.of(seed).bytes()));
        }
        assertTrue(different.size() > 9_900, different.size() + " of 10,000");
    }

    @Test
    void aServerThatClosesIsFine() {
        FuzzReport report = fuzz(CONNACK_V3, true);
        assertEquals(List.of(), report.failures());
        assertEquals(20, report.inputs());
        assertTrue(report.answers().getOrDefault("CONNACK 0x00", 0L) + report.resets() >= 20, report.toString());
    }

    @Test
    void aServerThatKeepsTheConnectionIsFound() {
        FuzzReport report = fuzz(CONNACK_V3, false);
        assertTrue(report.failures().getFirst().contains("has not closed"), report.toString());
    }

    @Test
    void aMalformedAnswerIsFound() {
        FuzzReport report = fuzz(Bytes.of(0x21, 2, 0, 0), true);
        assertTrue(report.failures().getFirst().contains("malformed"), report.toString());
    }

    @Test
    void halfAPacketIsFound() {
        FuzzReport report = fuzz(Bytes.of(0x20, 2, 0), true);
        assertTrue(report.failures().getFirst().contains("malformed"), report.toString());
    }

    /** Against a server that answers each connection alike, and closes it or not. */
    private static FuzzReport fuzz(byte[] answer, boolean closes) {
        Queue<Socket> kept = new ConcurrentLinkedQueue<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> serve(server, answer, closes, kept));
            InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            return new Fuzzer(List.of(address), 10, Duration.ofMillis(closes ? 20_000 : 200))
                    .run(1, 20, Duration.ofSeconds(60));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            kept.forEach(FuzzerTest::close);
        }
    }

    private static void serve(ServerSocket server, byte[] answer, boolean closes, Queue<Socket> kept) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                kept.add(socket);
                Thread.ofVirtual().start(() -> answer(socket, answer, closes));
            } catch (IOException e) {
                assertTrue(server.isClosed(), () -> "accept failed: " + e);
            }
        }
    }

    /** Reads to the client's end first, so that the answer is not lost with a reset. */
    private static void answer(Socket socket, byte[] answer, boolean closes) {
        try {
            socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(answer);
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
