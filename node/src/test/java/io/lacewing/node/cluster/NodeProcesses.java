package io.lacewing.node.cluster;

import io.lacewing.node.Commands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** The nodes of one cluster, each a process of its own, so that they can be killed. */
final class NodeProcesses implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 90;

    private final Path dir;
    private final String name = "test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    private final List<Integer> clusterPorts;
    private final List<Integer> busPorts;
    private final List<Node> nodes = new ArrayList<>();
    private final boolean clustered;
    private final IntFunction<List<String>> more;
    private final List<String> javaOptions;

    /**
     * Starts nodes at the same time and waits until each serves clients.
     *
     * @param places how many nodes there may be at most
     */
    NodeProcesses(Path dir, int places, int size) {
        this(dir, places, size, true, index -> List.of(), List.of());
    }

    /** The same with {@code more} settings for each, by its index. */
    NodeProcesses(Path dir, int size, IntFunction<List<String>> more) {
        this(dir, size, size, true, more, List.of());
    }

    /** A node that is in no cluster. */
    static NodeProcesses alone(Path dir) {
        return alone(dir, List.of(), List.of());
    }

    /** The same with more options for Java, and more settings. */
    static NodeProcesses alone(Path dir, List<String> javaOptions, List<String> settings) {
        return new NodeProcesses(dir, 1, 1, false, index -> settings, javaOptions);
    }

    private NodeProcesses(
            Path dir,
            int places,
            int size,
            boolean clustered,
            IntFunction<List<String>> more,
            List<String> javaOptions) {
        this.dir = dir;
        this.clustered = clustered;
        this.more = more;
        this.javaOptions = javaOptions;
        List<Integer> ports = freePorts(2 * places);
        this.clusterPorts = ports.subList(0, places);
        this.busPorts = ports.subList(places, 2 * places);
        try {
            for (int i = 0; i < size; i++) {
                launch();
            }
            nodes.forEach(Node::awaitReady);
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    private Node launch() {
        Node node = launch(nodes.size());
        nodes.add(node);
        return node;
    }

    private Node launch(int index) {
        try {
            Files.deleteIfExists(dir.resolve("ports-" + index));
            return new Node(index);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One more node; returns when it serves clients. */
    void join() {
        launch().awaitReady();
    }

    /** Starts nodes that were killed, in this order, on the data that they had; returns when all of them serve clients. */
    void startAgain(int... killed) {
        for (int node : killed) {
            nodes.get(node).process.onExit().join();
            nodes.set(node, launch(node));
        }
        for (int node : killed) {
            nodes.get(node).awaitReady();
        }
    }

    /** The port of a node for the state of the cluster. */
    int clusterPort(int node) {
        return clusterPorts.get(node);
    }

    /** The port of a node for messages between nodes. */
    int busPort(int node) {
        return busPorts.get(node);
    }

    /** The MQTT port of a node. */
    int port(int node) {
        return nodes.get(node).port("tcp");
    }

    /** The port of health and metrics of a node. */
    int httpPort(int node) {
        return nodes.get(node).port("http");
    }

    /** True if the process of a node runs. */
    boolean isAlive(int node) {
        return nodes.get(node).process.isAlive();
    }

    /** All that a node has said. */
    List<String> lines(int node) {
        return List.copyOf(nodes.get(node).lines);
    }

    /** The port of MQTT over WebSocket of a node. */
    int webSocketPort(int node) {
        return nodes.get(node).port("ws");
    }

    /** What an operator's command says at a node. */
    String command(int node, String... words) {
        return Commands.run(dir.resolve("data-" + node), nodes.get(node).port("http"), words);
    }

    /** Kills a node, as by {@code kill -9}. */
    void kill(int node) {
        nodes.get(node).process.destroyForcibly();
    }

    /** Stops a node as a debugger does; its sockets stay open. */
    void freeze(int node) {
        signal(node, "STOP");
    }

    /** Lets a frozen node go on. */
    void thaw(int node) {
        signal(node, "CONT");
    }

    private void signal(int node, String name) {
        try {
            int code = new ProcessBuilder(
                            "kill",
                            "-" + name,
                            Long.toString(nodes.get(node).process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -" + name + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a node has logged this. */
    void awaitLine(int node, String part) {
        Node of = nodes.get(node);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (of.lines.stream().noneMatch(line -> line.contains(part))) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("no line with '" + part + "':\n" + String.join("\n", of.lines));
                }
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What the nodes that were not killed said at level WARN or above; but for one line that Hazelcast logs where a member
     * joins, when what that member asks is here before the news that it is one: it asks again.
     */
    List<String> complaints() {
        List<String> found = new ArrayList<>();
        for (Node node : nodes) {
            if (node.process.isAlive()) {
                node.lines.stream()
                        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                        .filter(line -> !line.contains("Not Member! this"))
                        .forEach(found::add);
            }
        }
        return found;
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            node.process.destroyForcibly();
        }
        for (Node node : nodes) {
            node.process.onExit().join();
        }
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> held = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ports;
    }

    /** One process. */
    private final class Node {
        private final Process process;
        private final Path portsFile;
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();
        private final CountDownLatch readyOrEnded = new CountDownLatch(1);

        Node(int index) throws IOException {
            this.portsFile = dir.resolve("ports-" + index);
            this.process =
                    new ProcessBuilder(command(index)).redirectErrorStream(true).start();
            Thread.ofPlatform().daemon().start(this::read);
        }

        private List<String> command(int index) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
                if (option.startsWith("--") || option.startsWith("-Djava.util.concurrent.")) {
                    command.add(option);
                }
            }
            command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            command.addAll(javaOptions);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.lacewing.node.Main", "start"));
            command.addAll(List.of("--stop-with-parent", "--ports-file", portsFile.toString()));
            for (List<String> settings : List.of(settings(index), more.apply(index))) {
                settings.forEach(setting -> command.addAll(List.of("--set", setting)));
            }
            return command;
        }

        private List<String> settings(int index) {
            String members =
                    clusterPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(", ", "[", "]"));
            return List.of(
                    "node.id=n" + index,
                    "node.eventLoops=2",
                    "listeners.0.host=127.0.0.1",
                    "listeners.0.port=0",
                    "listeners.1.host=127.0.0.1",
                    "listeners.1.port=0",
                    "http.host=127.0.0.1",
                    "http.port=0",
                    "persistence.dir=" + dir.resolve("data-" + index),
                    "cluster.enabled=" + clustered,
                    "cluster.name=" + name,
                    "cluster.size=" + Math.min(3, clusterPorts.size()),
                    "cluster.bind=127.0.0.1",
                    "cluster.port=" + clusterPorts.get(index),
                    "cluster.eventBus.port=" + busPorts.get(index),
                    "cluster.discovery.type=static",
                    "cluster.discovery.members=" + members);
        }

        private void read() {
            try (BufferedReader reader = process.inputReader()) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                    if (line.contains(" ready in ")) {
                        readyOrEnded.countDown();
                    }
                }
            } catch (IOException | UncheckedIOException killed) {
                lines.add("its output ended: " + killed);
            }
            readyOrEnded.countDown();
        }

        void awaitReady() {
            try {
                if (!readyOrEnded.await(PATIENCE_SECONDS, TimeUnit.SECONDS) || !Files.exists(portsFile)) {
                    throw new AssertionError("a node did not get ready:\n" + String.join("\n", lines));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        int port(String name) {
            try {
                return Files.readAllLines(portsFile).stream()
                        .filter(line -> line.startsWith(name + "="))
                        .mapToInt(line -> Integer.parseInt(line.substring(name.length() + 1)))
                        .findFirst()
                        .orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
