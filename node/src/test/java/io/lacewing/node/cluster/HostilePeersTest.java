package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.clients.PacketClient;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strangers at both ports between nodes, who do not know what nodes say to each other: the cluster goes on. */
class HostilePeersTest {
    private static List<byte[]> garbage() {
        Random random = new Random(1);
        byte[] noise = new byte[1 << 16];
        random.nextBytes(noise);
        return List.of(
                noise,
                new byte[1 << 16],
                // Lengths of two GiB, and below zero.
                Bytes.of("7fffffff 00000000"),
                Bytes.of("ffffffff 80000000"),
                "HZC".getBytes(StandardCharsets.US_ASCII),
                Bytes.join("HZC".getBytes(StandardCharsets.US_ASCII), noise),
                Bytes.join("CP2".getBytes(StandardCharsets.US_ASCII), Bytes.of("7fffffff"), noise),
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                // A stream of Java's serialization.
                Bytes.of("aced0005 7372 0011 'java.util.HashMap'"),
                Bytes.of(RawClient.CONNECT_V5));
    }

    @Test
    void strangersAtThePortsBetweenNodes(@TempDir Path dir) throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(dir, 2, 2);
                PacketClient reader = clean(nodes.port(0), "reader");
                PacketClient writer = clean(nodes.port(1), "writer")) {
            reader.subscribe("t", 1);
            List<RawClient> silent = new ArrayList<>();
            try {
                for (int port : new int[] {nodes.clusterPort(0), nodes.busPort(0)}) {
                    for (int i = 0; i < 100; i++) {
                        silent.add(new RawClient(port));
                    }
                    for (byte[] each : garbage()) {
                        silent.add(said(port, each));
                        writer.publish1("t", "x");
                        reader.take("PUBLISH t 'x' q1");
                    }
                }
                for (int i = 0; i < 100; i++) {
                    writer.publish1("t", "x");
                    reader.take("PUBLISH t 'x' q1");
                }
            } finally {
                for (RawClient each : silent) {
                    each.close();
                }
            }
            assertTrue(nodes.isAlive(0) && nodes.isAlive(1));
            assertTrue(nodes.lines(0).stream().noneMatch(line -> line.contains("OutOfMemoryError")));
        }
    }

    private static RawClient said(int port, byte[] bytes) throws IOException {
        RawClient client = new RawClient(port);
        try {
            client.send(bytes);
        } catch (SocketException closed) {
            assertTrue(bytes.length > 100, "what is short goes into the socket's buffer");
        }
        return client;
    }

    private static PacketClient clean(int port, String id) throws IOException {
        return PacketClient.at(port, true).connect(id, true, "").expect("CONNACK 00" + PacketClient.ANSWER);
    }
}
