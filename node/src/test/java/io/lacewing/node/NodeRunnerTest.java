package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.mqtt.RawClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node alone that is told, as by its cluster, to begin anew. */
class NodeRunnerTest {
    private static final int PATIENCE_SECONDS = 60;
    private static final int REJOINS = 50;

    @TempDir
    private Path dir = Path.of("");

    private final BlockingQueue<Map<String, Integer>> ready = new LinkedBlockingQueue<>();
    private final BlockingQueue<StartException> ended = new LinkedBlockingQueue<>();
    private final NodeRunner.Outcome outcome = new NodeRunner.Outcome() {
        @Override
        public void ready(Map<String, Integer> ports) {
            ready.add(ports);
        }

        @Override
        public void ended(StartException why) {
            ended.add(why);
        }
    };
    private NodeRunner runner = new NodeRunner(TestNodes.config(Path.of("unused")), Map.of(), outcome);

    @BeforeEach
    void prepare() {
        runner = new NodeRunner(TestNodes.config(dir), Map.of(), outcome);
    }

    @AfterEach
    void stop() {
        runner.stop();
    }

    private Map<String, Integer> start(String... settings) throws Exception {
        runner = new NodeRunner(TestNodes.config(dir, settings), Map.of(), outcome);
        runner.start();
        return awaitReady();
    }

    private Map<String, Integer> awaitReady() throws InterruptedException {
        Map<String, Integer> ports = ready.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(ports, () -> "no node got ready; ended: " + ended);
        return ports;
    }

    @Test
    void aNewNodeTakesTheOldOnesPlaceAndPorts() throws Exception {
        Map<String, Integer> ports = start();
        String id = Files.readString(dir.resolve("node.id"));
        try (RawClient client = new RawClient(port(ports, "tcp"))) {
            client.send(RawClient.CONNECT_V5).readPacket();
            runner.rejoin("for this test");
            assertTrue((client.readPacket()[0] & 0xF0) == 0xE0, "the client was not told");
            client.expectClosed();
        }
        assertEquals(ports, awaitReady());
        assertEquals(id, Files.readString(dir.resolve("node.id")));
        try (RawClient client = new RawClient(port(ports, "tcp"))) {
            assertEquals(0x20, client.send(RawClient.CONNECT_V5).readPacket()[0]);
        }
        assertTrue(get(port(ports, "http"), "/metrics").contains("lacewing_rejoins_total 1.0"));
    }

    /** What one rejoin leaves behind, many would show. */
    @Test
    void nothingIsLeftBehind() throws Exception {
        start("node.eventLoops=1");
        rejoin(5); // what is made once and kept is made now
        Footprint before = Footprint.now();
        rejoin(REJOINS);
        Footprint after = Footprint.now();
        assertTrue(after.threads < before.threads + REJOINS / 2, before + " became " + after);
        assertTrue(after.files < before.files + REJOINS / 2, before + " became " + after);
        assertTrue(after.heap < before.heap + 16 * 1024 * 1024, before + " became " + after);
    }

    private void rejoin(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            runner.rejoin("round " + i);
            awaitReady();
        }
    }

    private record Footprint(int threads, long files, long heap) {
        static Footprint now() throws IOException {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            Runtime runtime = Runtime.getRuntime();
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return new Footprint(
                        threads.getThreadCount(), files.count(), runtime.totalMemory() - runtime.freeMemory());
            }
        }
    }

    @Test
    void aPortThatIsTakenMeanwhileIsWaitedFor() throws Exception {
        Map<String, Integer> ports = start("http.enabled=false");
        ServerSocket thief = new ServerSocket();
        thief.setReuseAddress(true);
        runner.rejoin("for this test");
        while (!thief.isBound() && ready.isEmpty()) {
            try {
                thief.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(ports, "ws")));
            } catch (IOException stillTaken) {
                Thread.onSpinWait();
            }
        }
        // Whether or not the thief was fast enough, the node is there again once it has gone.
        thief.close();
        assertEquals(ports, awaitReady());
        assertNull(ended.poll());
    }

    @Test
    void whatDoesNotPassEndsTheProcess() throws Exception {
        start();
        Files.writeString(dir.resolve("node.id"), "not an id\n");
        runner.rejoin("for this test");
        StartException why = ended.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(why);
        assertEquals(dir.resolve("node.id") + " holds no node id; remove it, or set node.id", why.getMessage());
    }

    @Test
    void itStopsWhileItJoinsAgain() throws Exception {
        start();
        runner.rejoin("for this test");
        assertTrue(runner.stop());
        assertNull(ended.poll());
        // The directory is free.
        Node next = new Node(TestNodes.config(dir));
        next.start();
        assertTrue(next.stop());
    }

    @Test
    void toldToStopFirstItDoesNotStart() {
        assertFalse(runner.stop());
        StartException refused = assertThrows(StartException.class, runner::start);
        assertEquals("stopped while starting", refused.getMessage());
    }

    private static int port(Map<String, Integer> ports, String name) {
        Integer port = ports.get(name);
        assertNotNull(port);
        return port;
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
