package io.lacewing.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of one node of a demo, all on loopback.
 *
 * @param mqtt MQTT on TCP
 * @param webSocket MQTT over WebSocket
 * @param http health and metrics
 * @param cluster membership
 * @param eventBus messages between nodes
 */
record DemoPorts(int mqtt, int webSocket, int http, int cluster, int eventBus) {
    /** Refuses a port that can't be bound now. */
    static void requireFree(int port) throws StartException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw StartException.configuration(
                    "port " + port + " can't be bound: " + e.getMessage() + "; change --base-port", e);
        }
    }

    /** MQTT ports from {@code basePort} on; the others are such as are free now. */
    static List<DemoPorts> choose(int basePort, int nodes) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<DemoPorts> ports = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                ports.add(new DemoPorts(basePort + i, hold(held), hold(held), hold(held), hold(held)));
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** A free port, held so that the next call gets another. */
    private static int hold(List<ServerSocket> held) throws IOException {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        return socket.getLocalPort();
    }
}
