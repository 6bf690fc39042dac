package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.clients.PacketClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take more memory than there is: the node, with a small heap in a process of its own, stays, and serves others. */
class OverloadTest {
    private static final int TIMEOUT_MILLIS = 30_000;

    /** The bytes of a PUBACK. */
    private static final int ACK = 4;

    @TempDir
    private Path dir = Path.of("");

    private final List<Socket> attackers = new ArrayList<>();

    @Test
    void clientsDoNotEndTheNode() throws Exception {
        try (NodeProcesses nodes = NodeProcesses.alone(
                        dir, List.of("-Xmx96m", "-XX:+ExitOnOutOfMemoryError"), List.of("overload.recovery=500ms"));
                Socket good = connect(nodes.port(0), "good")) {
            subscribe(good, "good/#", 1);
            serves(good, nodes);

            subscribersThatDoNotRead(nodes.port(0), good, nodes);
            awaitShed(
                    nodes,
                    "lacewing_messages_dropped_total{cause=\"shed\"}",
                    "lacewing_overload_shed_total{what=\"buffers\"}");
            serves(good, nodes);
            calm(nodes);

            double before = metric(nodes, "lacewing_overload_shed_total{what=\"buffers\"}");
            packetsThatDoNotEnd(nodes.port(0));
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (metric(nodes, "lacewing_overload_shed_total{what=\"buffers\"}") <= before) {
                serves(good, nodes);
                assertTrue(System.nanoTime() < deadline, () -> "nothing shed:\n" + String.join("\n", nodes.lines(0)));
            }
            serves(good, nodes);
            calm(nodes);

            queues(nodes.port(0), good, nodes);
            awaitShed(
                    nodes,
                    "lacewing_overload_shed_total{what=\"session\"}",
                    "lacewing_messages_dropped_total{cause=\"queue_full\"}");
            serves(good, nodes);
            calm(nodes);

            List<String> memory = nodes.lines(0).stream()
                    .filter(line -> line.contains("OutOf") || line.contains(" ERROR "))
                    .toList();
            assertEquals(List.of(), memory);
            assertTrue(nodes.lines(0).stream().anyMatch(line -> line.contains("overload level 3")), "never at level 3");
        } finally {
            endAttack();
        }
    }

    private void subscribersThatDoNotRead(int port, Socket good, NodeProcesses nodes) throws IOException {
        for (int i = 0; i < 300; i++) {
            subscribe(attacker(port, "slow" + i), "flood/#", 0);
        }
        byte[] message = publish("flood/x", 20_000, 0, 0);
        try (Socket publisher = connect(port, "flood")) {
            OutputStream out = publisher.getOutputStream();
            for (int i = 0; i < 200; i++) {
                out.write(message);
                if (i % 50 == 0) {
                    serves(good, nodes);
                }
            }
            // All of it has been taken when the answer comes.
            out.write(new byte[] {(byte) 0xC0, 0});
            assertEquals(0xD0, publisher.getInputStream().read());
        }
    }

    private void packetsThatDoNotEnd(int port) throws IOException {
        byte[] part = new byte[255 << 10];
        ByteBuffer.wrap(part)
                .put((byte) 0x30)
                .put(length(256 << 10))
                .putShort((short) 1)
                .put((byte) 't');
        for (int i = 0; i < 600; i++) {
            attacker(port, "stuck" + i);
        }
        for (Socket each : List.copyOf(attackers)) {
            try {
                each.getOutputStream().write(part);
            } catch (IOException disconnected) {
                // As it should be, as soon as there are too many of them.
                each.close();
            }
        }
    }

    private void queues(int port, Socket good, NodeProcesses nodes) throws Exception {
        int sessions = 100;
        for (int i = 0; i < sessions; i++) {
            subscribe(attacker(port, "queue" + i), "queue/" + i, 1);
        }
        try (Socket publisher = connect(port, "filler")) {
            OutputStream out = publisher.getOutputStream();
            for (int i = 0; i < 150 * sessions; i++) {
                out.write(publish("queue/" + i % sessions, 10_000, 1, 1 + i % 500));
                while (publisher.getInputStream().available() >= 4) {
                    publisher.getInputStream().skipNBytes(4);
                }
                if (i % 2_000 == 0) {
                    serves(good, nodes);
                }
            }
        }
    }

    private static byte[] publish(String topic, int payload, int qos, int packetId) {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        int rest = 2 + name.length + (qos > 0 ? 2 : 0) + payload;
        byte[] length = length(rest);
        ByteBuffer packet = ByteBuffer.allocate(1 + length.length + rest);
        packet.put((byte) (0x30 | qos << 1))
                .put(length)
                .putShort((short) name.length)
                .put(name);
        if (qos > 0) {
            packet.putShort((short) packetId);
        }
        return packet.array();
    }

    private static byte[] length(int value) {
        return value < 1 << 14
                ? new byte[] {(byte) (value | 0x80), (byte) (value >> 7)}
                : new byte[] {(byte) (value | 0x80), (byte) (value >> 7 | 0x80), (byte) (value >> 14)};
    }

    /** A connection with a small window, so that what is not read waits at the broker. */
    private Socket attacker(int port, String id) throws IOException {
        Socket socket = connect(port, id);
        attackers.add(socket);
        return socket;
    }

    private static Socket connect(int port, String id) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8 << 10);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        ByteBuffer packet = ByteBuffer.allocate(14 + name.length);
        packet.put((byte) 0x10).put((byte) (12 + name.length)).putShort((short) 4);
        packet.put("MQTT".getBytes(StandardCharsets.UTF_8))
                .put((byte) 4)
                .put((byte) 2)
                .putShort((short) 0);
        packet.putShort((short) name.length).put(name);
        socket.getOutputStream().write(packet.array());
        assertEquals("20020000", hex(socket.getInputStream().readNBytes(4)), id);
        return socket;
    }

    private static void subscribe(Socket socket, String filter, int qos) throws IOException {
        byte[] name = filter.getBytes(StandardCharsets.UTF_8);
        ByteBuffer packet = ByteBuffer.allocate(7 + name.length);
        packet.put((byte) 0x82).put((byte) (5 + name.length)).putShort((short) 1);
        packet.putShort((short) name.length).put(name).put((byte) qos);
        socket.getOutputStream().write(packet.array());
        assertEquals("90030001" + "0" + qos, hex(socket.getInputStream().readNBytes(5)));
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    /**
     * A client that reads gets its own message. At QoS 1: one at QoS 0 may be left out if it comes in a turn of its loop in which
     * much is written to others.
     */
    private static void serves(Socket good, NodeProcesses nodes) throws IOException {
        assertTrue(nodes.isAlive(0), () -> "the node has ended:\n" + String.join("\n", nodes.lines(0)));
        byte[] message = publish("good/x", 200, 1, 7);
        good.getOutputStream().write(message);
        byte[] answer;
        try {
            answer = good.getInputStream().readNBytes(message.length + ACK);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nobody is served:\n" + String.join("\n", nodes.lines(0)), e);
        }
        assertEquals(message.length + ACK, answer.length, "the connection has ended");
        boolean acknowledgedFirst = answer[0] == 0x40;
        byte[] ack = Arrays.copyOfRange(
                answer, acknowledgedFirst ? 0 : message.length, acknowledgedFirst ? ACK : answer.length);
        assertEquals("40020007", hex(ack));
        byte[] copy =
                Arrays.copyOfRange(answer, acknowledgedFirst ? ACK : 0, answer.length - (acknowledgedFirst ? 0 : ACK));
        int idAt = 3 + 2 + "good/x".length();
        good.getOutputStream().write(new byte[] {0x40, 2, copy[idAt], copy[idAt + 1]});
        copy[idAt] = message[idAt];
        copy[idAt + 1] = message[idAt + 1];
        assertEquals(hex(message), hex(copy));
    }

    /** The attack ends, and new clients are let in again. */
    private void calm(NodeProcesses nodes) throws IOException, InterruptedException {
        endAttack();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (metric(nodes, "lacewing_overload_level") > 0) {
            assertTrue(System.nanoTime() < deadline, () -> "still overloaded:\n" + String.join("\n", nodes.lines(0)));
        }
        try (PacketClient client = PacketClient.at(nodes.port(0), false)) {
            client.connect("new", true, "").expect("CONNACK 00");
        }
    }

    private void endAttack() throws IOException {
        for (Socket each : attackers) {
            each.close();
        }
        attackers.clear();
    }

    /** Waits until one of these counts. */
    private static void awaitShed(NodeProcesses nodes, String... metrics) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            for (String metric : metrics) {
                if (metric(nodes, metric) > 0) {
                    return;
                }
            }
            assertTrue(System.nanoTime() < deadline, () -> "nothing shed:\n" + String.join("\n", nodes.lines(0)));
        }
    }

    private static double metric(NodeProcesses nodes, String name) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://127.0.0.1:" + nodes.httpPort(0) + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no metric " + name));
        }
    }
}
