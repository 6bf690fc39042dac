package io.lacewing.cluster.hazelcast;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Members of one cluster in processes of their own, so that they can be killed and frozen. */
final class Processes implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final String name = "torture-" + UUID.randomUUID();
    private final List<Endpoint> endpoints;
    private final List<Child> children = new ArrayList<>();
    private final int ballast;
    private final int size;

    /**
     * @param places how many members there may be at most
     * @param size how many of them are there at the birth
     * @param ballast how big shard 0 is, bytes
     */
    Processes(int places, int size, int ballast) {
        this.endpoints = TestCluster.endpoints(places);
        this.size = size;
        this.ballast = ballast;
        for (int i = 0; i < size; i++) {
            start();
        }
        for (Child child : children) {
            child.await("STARTED");
            child.await("FULL " + size);
        }
        for (Child child : children) {
            child.tell("CREATE");
            child.await("CREATED");
        }
    }

    /** Starts the next member; it takes its time. */
    Child start() {
        Child child = new Child(children.size());
        children.add(child);
        return child;
    }

    Child child(int index) {
        return children.get(index);
    }

    /** The member that owns a shard, as member 0 sees it; -1 in its place if nobody does. */
    Child ownerOf(int shard) {
        return replicaOf(shard, 0);
    }

    Child backupOf(int shard) {
        return replicaOf(shard, 1);
    }

    /** No member that lives found a copy older than what it had reported of it. */
    void demandNoRegression() {
        for (Child child : children) {
            if (child.process.isAlive()) {
                child.tell("REGRESSIONS");
                String seen = child.await(line -> line.startsWith("REGRESSIONS"));
                if (!seen.equals("REGRESSIONS 0")) {
                    throw new AssertionError(seen);
                }
            }
        }
    }

    private Child replicaOf(int shard, int index) {
        child(0).tell("OWNER " + shard);
        String[] replicas = child(0).await(line -> line.startsWith("OWNER"))
                .replaceAll("[^0-9,]", "")
                .split(",", -1);
        return child(Integer.parseInt(replicas[index]) - 1);
    }

    @Override
    public void close() {
        for (Child child : children) {
            child.kill();
        }
    }

    /** One process. */
    final class Child {
        private final Process process;
        private final PrintStream in;
        private final List<String> lines = new ArrayList<>();
        private final List<String> violations = new ArrayList<>();
        private final Thread reader;

        Child(int index) {
            try {
                process = new ProcessBuilder(command(index))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            reader = new Thread(this::read, "lines of member " + index);
            reader.setDaemon(true);
            reader.start();
        }

        void tell(String command) {
            in.println(command);
        }

        String await(String line) {
            return await(line::equals);
        }

        /** The first such line that was not awaited yet; what came before it is skipped. */
        synchronized String await(Predicate<String> wanted) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (true) {
                for (int i = 0; i < lines.size(); i++) {
                    if (wanted.test(lines.get(i))) {
                        String found = lines.get(i);
                        lines.subList(0, i + 1).clear();
                        return found;
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("not said within " + PATIENCE_SECONDS + " s; said: " + lines);
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }

        synchronized List<String> violations() {
            return List.copyOf(violations);
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        void freeze() {
            signal("-STOP");
        }

        void thaw() {
            signal("-CONT");
        }

        /** Leaves as a member should, handing over what it holds. */
        void leave() {
            tell("LEAVE");
            await("LEFT");
        }

        private void signal(String which) {
            try {
                int code = new ProcessBuilder("kill", which, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
                if (code != 0) {
                    throw new IllegalStateException("kill " + which + ": " + code);
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void read() {
            try (BufferedReader from =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String line;
                while ((line = from.readLine()) != null) {
                    synchronized (this) {
                        lines.add(line);
                        if (line.startsWith("VIOLATION")) {
                            violations.add(line);
                        }
                        notifyAll();
                    }
                }
            } catch (IOException e) {
                // Its process was killed while it spoke.
                tell("");
            }
        }

        private List<String> command(int index) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            int heap = 256 + 12 * (ballast >> 20);
            command.add("-Xmx" + heap + "m");
            command.addAll(List.of(
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4",
                    "--add-modules=java.se",
                    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                    "--add-opens=java.management/sun.management=ALL-UNNAMED",
                    "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Dlacewing.test.log=" + System.getProperty("lacewing.test.log", "ERROR"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    ReplicaProcess.class.getName(),
                    name,
                    Integer.toString(index + 1),
                    endpoints.get(index).toString(),
                    String.join(",", endpoints.stream().map(Endpoint::toString).toList()),
                    Integer.toString(size),
                    Integer.toString(ballast)));
            return command;
        }
    }
}
