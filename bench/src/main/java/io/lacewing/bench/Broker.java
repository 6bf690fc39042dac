package io.lacewing.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One node of Lacewing as a process, with a directory of its own. */
final class Broker implements AutoCloseable {
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    private final Path dir;
    private final List<String> command;
    private Process process;

    private Broker(Path dir, List<String> command) throws IOException {
        this.dir = Files.createDirectories(dir);
        this.command = command;
        this.process = launch();
    }

    /**
     * Starts nodes of one cluster, or a node alone, and waits until each serves clients.
     *
     * @param launcher the project's {@code lacewing} script
     * @param settings further settings, {@code key=value}
     */
    static List<Broker> start(Path launcher, Path work, int nodes, List<String> settings) throws IOException {
        List<Integer> ports = freePorts(2 * nodes);
        String members = ports.subList(0, nodes).stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(", ", "[", "]"));
        List<Broker> started = new ArrayList<>();
        try {
            for (int i = 0; i < nodes; i++) {
                Path dir = work.resolve("n" + (i + 1));
                List<String> all = new ArrayList<>(List.of(
                        "node.id=n" + (i + 1),
                        "listeners.0.host=127.0.0.1",
                        "listeners.0.port=0",
                        "listeners.1.host=127.0.0.1",
                        "listeners.1.port=0",
                        "http.host=127.0.0.1",
                        "http.port=0",
                        "persistence.dir=" + dir.resolve("data"),
                        "limits.maxQueuedMessages=1000000"));
                if (nodes > 1) {
                    all.addAll(List.of(
                            "cluster.enabled=true",
                            "cluster.name=bench-" + ProcessHandle.current().pid(),
                            "cluster.size=" + nodes,
                            "cluster.bind=127.0.0.1",
                            "cluster.port=" + ports.get(i),
                            "cluster.eventBus.port=" + ports.get(nodes + i),
                            "cluster.discovery.type=static",
                            "cluster.discovery.members=" + members));
                }
                all.addAll(settings);
                started.add(new Broker(dir, command(launcher, dir, all)));
            }
            for (Broker broker : started) {
                broker.awaitReady();
            }
            return started;
        } catch (IOException | RuntimeException e) {
            close(started);
            throw e;
        }
    }

    private static List<String> command(Path launcher, Path dir, List<String> settings) {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "start", "--stop-with-parent"));
        command.addAll(List.of("--ports-file", dir.resolve("ports").toString()));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        return command;
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
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
                .start();
    }

    private void awaitReady() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!Files.exists(dir.resolve("ports"))) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("a node did not start; see " + dir.resolve("log"));
            }
            pause(5);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
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

    /** Ends it as by {@code kill -9}, and starts it again on the same directory; returns when it serves clients. */
    void killAndRestart() throws IOException {
        kill();
        process = launch();
        awaitReady();
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** CPU time that it has used, in seconds. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().map(used -> used.toNanos() / 1e9).orElse(0.0);
    }

    /** Bytes of its files. */
    long diskBytes() throws IOException {
        try (Stream<Path> files = Files.walk(dir.resolve("data"))) {
            return files.filter(Files::isRegularFile).mapToLong(Broker::size).sum();
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    /** Bytes of the objects that live in its heap, after a full collection. */
    long liveHeap() throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process tool = new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String last = output.strip().lines().reduce((a, b) -> b).orElse("");
        String[] words = last.strip().split("\\s+", -1);
        if (!last.startsWith("Total") || words.length < 3) {
            throw new IOException("jcmd said: " + last);
        }
        return Long.parseLong(words[2]);
    }

    /** The settings of the comparison: what is kept where. */
    static Map<String, List<String>> durabilities() {
        Map<String, List<String>> all = new TreeMap<>();
        all.put("memory", List.of("persistence.durability=memory"));
        all.put("disk", List.of("persistence.durability=disk"));
        all.put("disk, fsync always", List.of("persistence.durability=disk", "persistence.fsync=always"));
        return all;
    }

    static void close(List<Broker> brokers) {
        brokers.forEach(Broker::kill);
    }

    @Override
    public void close() {
        kill();
    }
}
