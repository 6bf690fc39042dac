package io.lacewing.cluster.hazelcast;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Whether a member is at work somewhere. */
final class Probe {
    /** What members send each other first, and are answered in the same words. */
    private static final byte[] PROTOCOL = "HZC".getBytes(StandardCharsets.US_ASCII);

    private static final int MILLIS = 1_000;

    private Probe() {}

    /**
     * True if someone there accepts a connection and answers as a member does. One that stands still, or whose machine
     * does, does not. Blocks for at most two seconds.
     */
    static boolean answers(Endpoint endpoint) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(MILLIS);
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), MILLIS);
            socket.getOutputStream().write(PROTOCOL);
            return socket.getInputStream().read() == PROTOCOL[0];
        } catch (IOException nobodyThere) {
            return false;
        }
    }
}
