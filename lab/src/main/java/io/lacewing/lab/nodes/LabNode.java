package io.lacewing.lab.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node of the product: a place, a data directory, and at times a process. Used by one thread, but for {@link #health}. */
public final class LabNode {
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final int STOP_SECONDS = 40;
    private static final int POLL_MILLIS = 50;

    private final Place place;
    private final Path launcher;
    private final Path dir;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PROBE).build();
    private @Nullable Process process;

    /**
     * What the health endpoint says.
     *
     * @param status 200, 503, or 0 if there is no answer
     * @param text the body, or why there is no answer
     */
    public record Health(int status, String text) {
        public boolean ready() {
            return status == 200;
        }
    }

    /**
     * A node that is not started.
     *
     * @param launcher the product's {@code lacewing}
     * @param dir is made; holds its data directory and its log
     */
    public LabNode(Place place, Path launcher, Path dir) {
        this.place = place;
        this.launcher = launcher;
        this.dir = dir;
        try {
            Files.createDirectories(data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return place.name();
    }

    public Place place() {
        return place;
    }

    /** Its data directory. */
    public Path data() {
        return dir.resolve("data");
    }

    /** All that it said, over all its starts. */
    public Path log() {
        return dir.resolve("log");
    }

    /** The text of its log. */
    public String said() {
        try {
            return Files.exists(log()) ? Files.readString(log()) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts its process with these settings and does not wait. */
    public void start(Map<String, String> settings) {
        if (running()) {
            throw new LabException(name() + " runs already");
        }
        List<String> command = new ArrayList<>(place.prefix());
        command.addAll(List.of(launcher.toString(), "start", "--stop-with-parent"));
        own().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putIfAbsent("LACEWING_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1");
            process = builder.start();
        } catch (IOException e) {
            throw new LabException(name() + " can't be started: " + e.getMessage(), e);
        }
    }

    private Map<String, String> own() {
        Place.Ports ports = place.ports();
        return Map.ofEntries(
                Map.entry("node.id", name()),
                Map.entry("node.eventLoops", "2"),
                Map.entry("listeners.0.host", place.host()),
                Map.entry("listeners.0.port", "" + ports.mqtt()),
                Map.entry("listeners.1.host", place.host()),
                Map.entry("listeners.1.port", "" + ports.ws()),
                Map.entry("http.host", place.host()),
                Map.entry("http.metrics", "open"),
                Map.entry("http.port", "" + ports.http()),
                Map.entry("persistence.dir", data().toString()),
                Map.entry("auth.anonymous", "allow"),
                Map.entry("cluster.bind", place.host()),
                Map.entry("cluster.port", "" + ports.cluster()),
                Map.entry("cluster.eventBus.port", "" + ports.bus()),
                Map.entry("limits.maxQueuedMessages", "1000000"),
                Map.entry("limits.maxSessionBytes", "256MiB"));
    }

    public boolean running() {
        return process != null && process.isAlive();
    }

    /** The id of its process; 0 without one. */
    public long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Kills the processes of several nodes by one command, as nearly at once as can be, and waits until they are gone. */
    public static void killAll(List<LabNode> nodes) {
        List<String> command = new ArrayList<>(List.of("kill", "-KILL"));
        nodes.stream().filter(LabNode::running).forEach(node -> command.add("" + node.pid()));
        if (command.size() > 2) {
            Shell.run(command, "");
        }
        nodes.forEach(node -> node.awaitEnd(STOP_SECONDS));
    }

    /** SIGSTOP. */
    public void freeze() {
        Shell.run("kill", "-STOP", "" + pid());
    }

    /** SIGCONT. */
    public void thaw() {
        Shell.run("kill", "-CONT", "" + pid());
    }

    /** SIGTERM, and waits for the end; false if it does not come. */
    public boolean terminate() {
        Process running = process;
        if (running != null) {
            running.destroy();
        }
        return awaitEnd(STOP_SECONDS);
    }

    /** Waits for the end of its process; false if it does not come in time. */
    public boolean awaitEnd(int seconds) {
        try {
            Process running = process;
            return running == null || running.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    /** How its process ended. */
    public int exitCode() {
        Process ended = process;
        if (ended == null) {
            throw new LabException(name() + " was not started");
        }
        return ended.exitValue();
    }

    /** Ends its process, however it is. */
    public void destroy() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            awaitEnd(STOP_SECONDS);
        }
    }

    /** Runs a command of the product for this node as an operator does beside it, like {@code recover --force}. */
    public Shell.Outcome operate(String... words) {
        List<String> command = new ArrayList<>(place.prefix());
        command.add(launcher.toString());
        command.addAll(List.of(words));
        own().forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return Shell.attempt(command, "");
    }

    /** The value of a metric, its labels as they are shown; 0 if the node does not show it, or is not there. */
    public long metric(String name) {
        return get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    /** What {@code /health/ready} says now; thread-safe. */
    public Health health() {
        return get("/health/ready");
    }

    private Health get(String path) {
        URI uri = URI.create("http://" + place.host() + ":" + place.ports().http() + path);
        try {
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(PROBE).build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Health(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Health(0, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Health(0, "interrupted");
        }
    }

    /** Waits until it is ready, or its process has ended; the last that health said. */
    public Health awaitReady(Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        Health health = health();
        while (!health.ready() && running() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            health = health();
        }
        return running() ? health : new Health(0, "its process ended with exit code " + exitCode());
    }
}
