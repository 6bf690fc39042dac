package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.node.clients.PacketClient;
import io.lacewing.node.tls.Pki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages between nodes by TLS, with a certificate on each side. */
class PeerTlsTest {
    private static final byte[] PING = {0, 0, 0, 0};

    @TempDir
    private Path dir = Path.of("");

    private List<String> settings(int node) {
        return List.of(
                "cluster.tls.cert=" + dir.resolve("n" + node + ".pem"),
                "cluster.tls.key=" + dir.resolve("n" + node + ".key"),
                "cluster.tls.ca=" + dir.resolve("ca.pem"));
    }

    @Test
    void onlyNodesOfTheAuthorityTalk() throws Exception {
        Pki pki = new Pki("Nodes");
        Pki others = new Pki("Others");
        Files.writeString(dir.resolve("ca.pem"), pki.pem());
        for (int i = 0; i < 2; i++) {
            Pki.write(pki.sign(pki.subject("n" + i)), dir, "n" + i);
        }
        try (NodeProcesses nodes = new NodeProcesses(dir, 2, this::settings);
                PacketClient reader = clean(nodes.port(0), "reader");
                PacketClient writer = clean(nodes.port(1), "writer")) {
            reader.subscribe("t", 1);
            writer.publish1("t", "by TLS");
            reader.take("PUBLISH t 'by TLS' q1");

            int port = nodes.busPort(0);
            assertThrows(IOException.class, () -> talk(pki.client(null), port), "without a certificate");
            assertThrows(
                    IOException.class,
                    () -> talk(pki.client(others.sign(others.subject("n1"))), port),
                    "with one of another authority");
            assertThrows(SocketTimeoutException.class, () -> talk(pki.client(pki.sign(pki.subject("n1"))), port));
            try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
                plain.setSoTimeout(10_000);
                plain.getOutputStream().write(PING);
                assertEquals(-1, ended(plain), "without TLS");
            }

            Pki.write(pki.sign(pki.subject("n1")), dir, "n1");
            nodes.awaitLine(1, "messages between nodes: the files of TLS have changed");
        }
    }

    private static PacketClient clean(int port, String id) throws IOException {
        return PacketClient.at(port, true).connect(id, true, "").expect("CONNACK 00" + PacketClient.ANSWER);
    }

    /** Who is let in is waited for: nothing comes in time. With TLS 1.3 a client hears of its refusal after its handshake. */
    private static void talk(SSLContext context, int port) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.startHandshake();
            if (socket.getInputStream().read() < 0) {
                throw new IOException("closed");
            }
        }
    }

    private static int ended(Socket socket) throws IOException {
        int last;
        do {
            last = socket.getInputStream().read(); // an alert may come first
        } while (last >= 0);
        return last;
    }
}
