package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.clients.PacketClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ban that is set at one node counts at the others, and after all have stopped. */
class BanClusterTest {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @TempDir
    private Path dir = Path.of("");

    private static String answer(int port, String id) throws IOException {
        try (PacketClient client = PacketClient.at(port, true)) {
            return client.connect(id, true, "").next().toString().split(" ", 3)[1];
        }
    }

    /** Another node than the one that took the order goes by it a moment later. */
    private static void await(String code, int port, String id) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String last = answer(port, id);
        while (!last.equals(code)) {
            assertTrue(System.nanoTime() < deadline, "still " + last);
            last = answer(port, id);
        }
    }

    /** Whether a connection from 127.0.0.2 is closed before it has sent anything. */
    private static boolean isClosedAtOnce(int port) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName("127.0.0.2"), 0)) {
            socket.setSoTimeout(1_000);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void aBanCountsOnEachNodeAndIsThereAfterAllWereKilled() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(dir, 2, 2)) {
            await("00", nodes.port(1), "bad");
            PacketClient far = PacketClient.at(nodes.port(1), true).connect("bad", true, "");
            far.expect("CONNACK 00" + PacketClient.ANSWER);
            String said = nodes.command(0, "ban", "client-id", "bad", "--for", "1h");
            assertTrue(said.startsWith("banned: client-id 'bad'"), said);
            far.expectDisconnect("98");
            assertEquals("8a", answer(nodes.port(0), "bad"));
            await("8a", nodes.port(1), "bad");
            nodes.command(1, "ban", "user", "nobody");
            nodes.command(1, "unban", "user", "nobody");
            nodes.kill(0);
            nodes.kill(1);
            nodes.startAgain(1, 0);
            for (int node = 0; node < 2; node++) {
                assertEquals("8a", answer(nodes.port(node), "bad"));
                assertTrue(nodes.command(node, "bans").startsWith("client-id 'bad', until "));
                assertEquals(1, nodes.command(node, "bans").lines().count());
            }
            nodes.command(1, "unban", "client-id", "bad");
            await("00", nodes.port(0), "bad");

            assertFalse(isClosedAtOnce(nodes.port(1)));
            nodes.command(0, "ban", "address", "127.0.0.2");
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (!isClosedAtOnce(nodes.port(1))) {
                assertTrue(System.nanoTime() < deadline, "still let in");
            }
            assertEquals("00", answer(nodes.port(1), "good"));
            assertEquals(List.of(), nodes.complaints());
        }
    }
}
