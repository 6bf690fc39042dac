package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void aStartedNodeIsReadyAndAStoppedOneFreesItsDataDirectory() throws Exception {
        Node node = new Node(TestNodes.config(dir));
        node.start();
        try {
            Integer port = node.ports().get("http");
            assertNotNull(port);
            assertEquals(200, get(port, "/health/ready").statusCode());
            assertTrue(get(port, "/metrics").body().contains("lacewing_connections 0.0"));
        } finally {
            assertTrue(node.stop());
        }
        assertFalse(node.stop());
        Node next = new Node(TestNodes.config(dir, "http.enabled=false"));
        next.start();
        assertFalse(next.ports().containsKey("http"));
        next.stop();
    }

    @Test
    void theGeneratedIdIsKept() throws Exception {
        startAndStop();
        String id = Files.readString(dir.resolve("node.id"));
        startAndStop();
        assertEquals(id, Files.readString(dir.resolve("node.id")));
        assertTrue(id.matches("node-[0-9a-f]{8}\n"), id);
    }

    @Test
    void anIdFileWithOtherContentIsRefused() throws Exception {
        Files.writeString(dir.resolve("node.id"), "not an id\n");
        StartException refused = assertThrows(StartException.class, this::startAndStop);
        assertEquals(dir.resolve("node.id") + " holds no node id; remove it, or set node.id", refused.getMessage());
        assertEquals(ExitCode.CONFIGURATION, refused.exitCode());
    }

    @Test
    void aDataDirectoryInUseIsRefused() throws Exception {
        Node first = new Node(TestNodes.config(dir));
        first.start();
        try {
            StartException refused = assertThrows(StartException.class, this::startAndStop);
            assertEquals(
                    "data directory " + dir + " is used by another node; change persistence.dir", refused.getMessage());
        } finally {
            first.stop();
        }
    }

    @Test
    void aPortInUseIsRefusedAndWhatHadStartedIsStopped() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Node node = new Node(TestNodes.config(dir, "http.port=" + taken.getLocalPort()));
            StartException refused = assertThrows(StartException.class, node::start);
            assertEquals(
                    "http: 127.0.0.1:" + taken.getLocalPort()
                            + " can't be bound: Address already in use; change http.port",
                    refused.getMessage());
            assertEquals(ExitCode.CONFIGURATION, refused.exitCode());
        }
        startAndStop();
    }

    @Test
    void aFaultyPasswordFileIsRefusedAndNamed() throws Exception {
        Path file = dir.resolve("passwords");
        Node node = new Node(TestNodes.config(dir, "auth.passwordFile=" + file));
        StartException refused = assertThrows(StartException.class, node::start);
        assertEquals(
                "auth.passwordFile: " + file + ": can't be read: there is no such file; make it with: lacewing passwd "
                        + file + " USER",
                refused.getMessage());
        assertEquals(ExitCode.CONFIGURATION, refused.exitCode());
        startAndStop();
    }

    @Test
    void filesOfTlsThatCannotBeUsedAreRefusedBeforeAnythingStarts() {
        Path data = dir.resolve("data");
        Node node = new Node(TestNodes.config(
                data,
                "listeners.0.type=tls",
                "listeners.0.tls.certificates.0.cert=" + dir.resolve("own.pem"),
                "listeners.0.tls.certificates.0.key=" + dir.resolve("own.key")));
        StartException refused = assertThrows(StartException.class, node::start);
        assertEquals(
                "listeners.0.tls.certificates.0.cert = " + dir.resolve("own.pem")
                        + ": can't be read: there is no such file",
                refused.getMessage());
        assertEquals(ExitCode.CONFIGURATION, refused.exitCode());
        assertFalse(Files.exists(data));
    }

    @Test
    void aNodeToldToStopFirstDoesNotStart() {
        Node node = new Node(TestNodes.config(dir));
        assertFalse(node.stop());
        StartException refused = assertThrows(StartException.class, node::start);
        assertEquals("stopped while starting", refused.getMessage());
    }

    private void startAndStop() throws StartException {
        Node node = new Node(TestNodes.config(dir));
        node.start();
        node.stop();
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
