package io.lacewing.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory and the processes of a run. Closed, nothing is left of them; that may be at any time and from another thread,
 * as when the run is interrupted.
 */
final class Workplace implements AutoCloseable {
    private final Path dir;
    private final List<Process> processes = new ArrayList<>();
    private boolean closed;

    /** A new directory in {@code parent}. */
    Workplace(Path parent) throws IOException {
        dir = Files.createTempDirectory(parent, "lacewing-bench");
    }

    Path dir() {
        return dir;
    }

    /**
     * Starts a process that ends with this at the latest.
     *
     * @throws IOException if this is closed, too
     */
    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw new IOException("the run is over");
        }
        Process process = builder.start();
        processes.removeIf(other -> !other.isAlive());
        processes.add(process);
        return process;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Ends the processes, by force, and removes the directory. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
        delete(dir);
    }

    /** Removes a directory with all that is in it. */
    static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
