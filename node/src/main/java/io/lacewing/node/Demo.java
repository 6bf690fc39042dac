package io.lacewing.node;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of node processes on this machine. Each runs {@code start} with this process's Java and options, keeps its
 * data in a temporary directory, and has its output shown with its name in front. {@link #stop()} may be called from
 * any thread.
 */
final class Demo {
    /** A little more than a node takes at most to stop. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private record Child(String name, Process process, Thread output) {}

    private final List<DemoPorts> ports;
    private final PrintWriter out;
    private final List<Child> children = new CopyOnWriteArrayList<>();
    private volatile @Nullable Path data;
    private volatile boolean stopping;

    Demo(List<DemoPorts> ports, PrintWriter out) {
        this.ports = ports;
        this.out = out;
    }

    /** Starts the processes; does not wait for them to be ready. */
    void start() throws IOException {
        Path dir = Files.createTempDirectory("lacewing-demo-");
        data = dir;
        say("starting " + ports.size() + " nodes; Ctrl-C ends them and removes their data");
        for (int i = 0; i < ports.size() && !stopping; i++) {
            String name = "n" + (i + 1);
            Process process = new ProcessBuilder(command(name, ports.get(i), dir.resolve(name)))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            Thread output = new Thread(() -> show(name, process), "output of " + name);
            children.add(new Child(name, process, output));
            output.start();
        }
    }

    private List<String> command(String name, DemoPorts own, Path dir) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        List<String> inherited = ManagementFactory.getRuntimeMXBean().getInputArguments();
        command.addAll(inherited);
        if (inherited.stream().noneMatch(option -> option.startsWith("-Xmx"))) {
            command.add("-Xmx512m"); // else each node would take its share of the machine for the whole
        }
        String classPath = System.getProperty("java.class.path");
        // As this process was started: by the jar, whose manifest has options, or by a class path, as an IDE does.
        command.addAll(
                classPath.endsWith("lacewing-node.jar") && !classPath.contains(File.pathSeparator)
                        ? List.of("-jar", classPath)
                        : List.of("-cp", classPath, Main.class.getName()));
        command.add("start");
        command.add("--stop-with-parent");
        for (String setting : settings(name, own, dir)) {
            command.addAll(List.of("--set", setting));
        }
        return command;
    }

    private List<String> settings(String name, DemoPorts own, Path dir) {
        String members =
                ports.stream().map(node -> "127.0.0.1:" + node.cluster()).collect(Collectors.joining(", ", "[", "]"));
        return List.of(
                "node.id=" + name,
                "listeners.0.host=127.0.0.1",
                "listeners.0.port=" + own.mqtt(),
                "listeners.1.host=127.0.0.1",
                "listeners.1.port=" + own.webSocket(),
                "http.host=127.0.0.1",
                "http.port=" + own.http(),
                "persistence.dir=" + dir,
                "cluster.enabled=" + (ports.size() > 1),
                "cluster.name=demo-" + ProcessHandle.current().pid(),
                "cluster.size=" + ports.size(),
                // Of two nodes one alone is no majority, and would only wait for the other.
                "cluster.netsplit=" + (ports.size() == 2 ? "keep-serving" : "pause"),
                "cluster.bind=127.0.0.1",
                "cluster.port=" + own.cluster(),
                "cluster.eventBus.port=" + own.eventBus(),
                "cluster.discovery.type=static",
                "cluster.discovery.members=" + members);
    }

    private void show(String name, Process process) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                say("[" + name + "] " + line);
            }
        } catch (IOException | UncheckedIOException e) {
            say("[" + name + "] its output can't be read any more: " + e.getMessage());
        }
        int exitCode = process.onExit().join().exitValue();
        if (!stopping) {
            say(name + " ended with exit code " + exitCode + "; the others go on");
        }
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /** Waits until all processes have ended, for whatever reason. */
    int awaitEnd() {
        for (Child child : children) {
            child.process.onExit().join();
        }
        return stopping ? ExitCode.OK : ExitCode.FAILURE;
    }

    /** Ends all processes, with force those that take too long, and removes their data. */
    void stop() {
        stopping = true;
        // By the handle: Process.destroy would also close the pipe, and the last lines would be lost.
        children.forEach(child -> child.process.toHandle().destroy());
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        try {
            for (Child child : children) {
                if (!child.process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    child.process.destroyForcibly().waitFor();
                }
                child.output.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            children.forEach(child -> child.process.destroyForcibly());
            Thread.currentThread().interrupt();
        }
        removeData();
        say("stopped");
    }

    private void removeData() {
        Path dir = data;
        if (dir == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            say(dir + " can't be removed: " + e.getMessage());
        }
    }
}
