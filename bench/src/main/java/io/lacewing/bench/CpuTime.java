package io.lacewing.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * CPU time of a process, thread by thread, to the nanosecond: what the kernel tells of whole processes is in hundredths of a
 * second, too coarse for short turns. Needs Linux.
 *
 * @param threads nanoseconds by the thread's id
 */
record CpuTime(Map<String, Long> threads) {
    CpuTime {
        threads = Map.copyOf(threads);
    }

    /**
     * What it has used up to now.
     *
     * @throws IOException if the kernel does not tell
     */
    static CpuTime of(long pid) throws IOException {
        Map<String, Long> threads = new HashMap<>();
        List<Path> all;
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            all = tasks.toList();
        }
        for (Path task : all) {
            Path file = task.resolve("schedstat");
            try {
                String text = Files.readString(file);
                threads.put(task.toString(), Long.parseLong(text.substring(0, text.indexOf(' '))));
            } catch (NoSuchFileException e) {
                // Threads may end at any time. A kernel that has the file for none is told apart below.
                threads.remove(task.toString());
            }
        }
        if (threads.isEmpty()) {
            throw new IOException(
                    "/proc/" + pid + "/task/*/schedstat: the kernel does not count the threads' CPU time");
        }
        return new CpuTime(threads);
    }

    /** Seconds that were used since then; without those of threads that have ended meanwhile. */
    double since(CpuTime before) {
        return threads.entrySet().stream()
                        .mapToLong(now -> now.getValue() - before.threads.getOrDefault(now.getKey(), 0L))
                        .sum()
                / 1e9;
    }
}
