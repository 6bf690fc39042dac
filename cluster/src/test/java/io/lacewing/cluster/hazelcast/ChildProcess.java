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
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A JVM of its own that takes one command per line and answers with lines. */
final class ChildProcess {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final PrintStream in;
    private final List<String> lines = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Thread reader;

    /** Starts it. */
    ChildProcess(Class<?> main, int heapMegabytes, List<String> arguments) {
        try {
            process = new ProcessBuilder(command(main, heapMegabytes, arguments))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        reader = new Thread(this::read, "lines of " + arguments);
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

    /** All that it said and nobody awaited, once it has ended. */
    List<String> lastWords() {
        try {
            reader.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        synchronized (this) {
            return List.copyOf(lines);
        }
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

    boolean isAlive() {
        return process.isAlive();
    }

    private static List<String> command(Class<?> main, int heapMegabytes, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMegabytes + "m");
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
                main.getName()));
        command.addAll(arguments);
        return command;
    }
}
