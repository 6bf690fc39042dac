package io.lacewing.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One node of Lacewing as a process, with a directory of its own. */
final class Broker {
    private static final long PATIENCE_NANOS = 600_000_000_000L;
    private static final long STILL_NANOS = 2_000_000_000L;
    private static final int LOOK_MILLIS = 5;
    private static final int LOOK_AT_FILES_MILLIS = 250;
    /** Bytes that a node at rest writes from time to time, to note that it lives. */
    private static final long HEARTBEATS = 16_384;

    private static final int LOG_LINES = 5;

    private final Environment environment;
    private final Path dir;
    private final List<String> settings;
    private Process process;

    private Broker(Environment environment, Path dir, List<String> settings) throws IOException {
        this.environment = environment;
        this.dir = Files.createDirectories(dir);
        this.settings = settings;
        this.process = launch();
    }

    /**
     * Starts nodes of one cluster, or a node alone, and waits until each serves clients.
     *
     * @param name of the cluster; no other of the run has it
     * @param settings further settings, {@code key=value}; what the user has set is stronger
     */
    static List<Broker> start(Environment environment, String name, int nodes, List<String> settings)
            throws IOException {
        List<Integer> ports = freePorts(2 * nodes);
        String members = ports.subList(0, nodes).stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(", ", "[", "]"));
        List<Broker> started = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            Path dir = environment.workplace().dir().resolve(name + "-" + (i + 1));
            List<String> all = new ArrayList<>(List.of(
                    "node.id=n" + (i + 1),
                    "listeners.0.host=127.0.0.1",
                    "listeners.0.port=0",
                    "listeners.1.host=127.0.0.1",
                    "listeners.1.port=0",
                    "http.host=127.0.0.1",
                    "http.port=0",
                    "persistence.dir=" + dir.resolve("data"),
                    "limits.maxQueuedMessages=1000000",
                    "limits.maxSessionBytes=1GiB"));
            if (nodes > 1) {
                all.addAll(List.of(
                        "cluster.enabled=true",
                        "cluster.name=bench-" + name + "-"
                                + ProcessHandle.current().pid(),
                        "cluster.size=" + nodes,
                        "cluster.bind=127.0.0.1",
                        "cluster.port=" + ports.get(i),
                        "cluster.eventBus.port=" + ports.get(nodes + i),
                        "cluster.discovery.type=static",
                        "cluster.discovery.members=" + members));
            }
            all.addAll(settings);
            all.addAll(environment.options().settings());
            started.add(new Broker(environment, dir, all));
        }
        awaitReady(started);
        return started;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    private Process launch() throws IOException {
        Files.deleteIfExists(dir.resolve("ports"));
        List<String> command =
                new ArrayList<>(List.of(environment.launcher().toString(), "start", "--stop-with-parent"));
        command.addAll(List.of("--ports-file", dir.resolve("ports").toString()));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()));
        if (!environment.maxHeap().isEmpty()) {
            builder.environment()
                    .merge("LACEWING_JAVA_OPTS", "-Xmx" + environment.maxHeap(), (before, heap) -> before + " " + heap);
        }
        return environment.workplace().start(builder);
    }

    /** Waits until all of them serve clients. */
    static void awaitReady(List<Broker> brokers) throws IOException {
        for (Broker broker : brokers) {
            broker.awaitReady();
        }
    }

    private void awaitReady() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!Files.exists(dir.resolve("ports"))) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("a node did not start; it said last:\n" + lastWords());
            }
            pause(LOOK_MILLIS);
        }
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(dir.resolve("log"));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The port of a listener. */
    int port(String name) throws IOException {
        for (String line : Files.readAllLines(dir.resolve("ports"))) {
            if (line.startsWith(name + "=")) {
                return Integer.parseInt(line.substring(name.length() + 1));
            }
        }
        throw new IOException("no listener " + name + " in " + dir.resolve("ports"));
    }

    /** The end, as by {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again on the same directory; it is not ready when this returns. */
    void startAgain() throws IOException {
        process = launch();
    }

    /** CPU time that it has used, in seconds. */
    double cpuSeconds() {
        return process.info()
                .totalCpuDuration()
                .map(used -> used.toNanos() / 1e9)
                .orElse(0.0);
    }

    /** The same by threads, and finer. */
    CpuTime cpuTime() throws IOException {
        return CpuTime.of(process.pid());
    }

    /** The sum of all samples of a metric whose labels, as the node prints them, hold this text. */
    double metric(String name, String label) throws IOException {
        String text;
        try (InputStream in = URI.create("http://127.0.0.1:" + port("http") + "/metrics")
                .toURL()
                .openStream()) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return text.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Bytes of its journal, once it does not grow or shrink any more for two seconds. */
    long diskBytes() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        long bytes = filesNow();
        long since = System.nanoTime();
        while (System.nanoTime() - since < STILL_NANOS) {
            pause(LOOK_AT_FILES_MILLIS);
            long now = filesNow();
            if (Math.abs(now - bytes) > HEARTBEATS) {
                bytes = now;
                since = System.nanoTime();
            }
            if (since > end) {
                throw new IOException("the files of a node in " + dir + " do not come to rest");
            }
        }
        return bytes;
    }

    private long filesNow() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("data").resolve("journal"))) {
            // One that the node has just removed has no bytes.
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** Bytes of the objects that live in its heap, after a full collection. */
    long liveHeap() throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process tool = environment
                .workplace()
                .start(new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram")
                        .redirectErrorStream(true));
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String last = output.strip().lines().reduce((a, b) -> b).orElse("");
        String[] words = last.strip().split("\\s+", -1);
        if (!last.startsWith("Total") || words.length < 3) {
            throw new IOException("jcmd said: " + last);
        }
        return Long.parseLong(words[2]);
    }
}
