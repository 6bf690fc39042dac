package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.clients.PacketClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that stood still while its cluster went on. */
class FrozenNodeTest {
    @TempDir
    private Path dir = Path.of("");

    private static PacketClient clean(int port, String id) throws IOException {
        PacketClient client = PacketClient.at(port, true).connect(id, true, "");
        assertEquals("CONNACK 00" + PacketClient.ANSWER, client.next().toString());
        return client;
    }

    @Test
    void itAcknowledgesNothingFromBeforeAndJoinsAgain() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(dir, 3, 3);
                PacketClient stale = clean(nodes.port(0), "stale");
                PacketClient elsewhere = clean(nodes.port(1), "elsewhere")) {
            List<Integer> ports = List.of(nodes.port(0), nodes.webSocketPort(0));
            nodes.freeze(0);
            // Granted when all nodes route to it: when those that are left have removed the frozen one.
            elsewhere.send(0x82, "0001 00 0004'late' 01");
            nodes.awaitLine(1, "left; members: n1, n2");
            elsewhere.expect("SUBACK #1 01");
            // The frozen node knows nobody who is subscribed to it, and could acknowledge it by itself.
            stale.publish(0x32, "late", 5, "", "lost");
            nodes.thaw(0);
            assertNotAcknowledged(stale);
            nodes.awaitLine(0, "joining it again");
            nodes.awaitLine(0, "ready again after");
            assertEquals(ports, List.of(nodes.port(0), nodes.webSocketPort(0)));
            try (PacketClient fresh = clean(nodes.port(0), "fresh")) {
                fresh.publish(0x32, "late", 6, "", "heard").expect("PUBACK #6 00");
                elsewhere.take("PUBLISH late 'heard' q1");
            }
        }
    }

    private static void assertNotAcknowledged(PacketClient client) throws IOException {
        String told;
        try {
            told = client.next().toString();
        } catch (EOFException | SocketException closed) {
            told = "DISCONNECT, without a word";
        }
        assertTrue(told.startsWith("DISCONNECT"), told);
    }
}
