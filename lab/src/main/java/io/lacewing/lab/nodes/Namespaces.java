package io.lacewing.lab.nodes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network namespaces of one run, by name. A name holds the process that owns them and when it was started, so that what a
 * crashed run has left is known as such and removed. Needs root, and {@code ip}.
 */
final class Namespaces implements AutoCloseable {
    private static final String PREFIX = "lw-";

    private final String run;

    private Namespaces(String run) {
        this.run = run;
    }

    /** Those of this process, after what is left of others is removed. */
    static Namespaces ours() {
        removeLeftovers();
        ProcessHandle self = ProcessHandle.current();
        return new Namespaces(PREFIX + self.pid() + "." + startOf(self.pid()).orElseThrow());
    }

    /** Those of a run that was begun elsewhere. */
    static Namespaces of(String run) {
        return new Namespaces(run);
    }

    String run() {
        return run;
    }

    String name(String host) {
        return run + "-" + host;
    }

    void add(String host) {
        Shell.run("ip", "netns", "add", name(host));
        Shell.run("ip", "-n", name(host), "link", "set", "lo", "up");
    }

    /** A command line that runs what follows it in the namespace of a host. */
    List<String> in(String host) {
        return List.of("ip", "netns", "exec", name(host));
    }

    /** Ends all processes in the run's namespaces and removes them. */
    @Override
    public void close() {
        remove(run);
    }

    private static void remove(String run) {
        List<String> names =
                all().stream().filter(name -> name.startsWith(run + "-")).toList();
        for (String name : names) {
            for (String pid : Shell.run("ip", "netns", "pids", name).lines().toList()) {
                // Gone meanwhile is as good.
                Shell.attempt(List.of("kill", "-KILL", pid), "");
            }
        }
        names.forEach(name -> Shell.run("ip", "netns", "delete", name));
    }

    private static List<String> all() {
        List<String> names = new ArrayList<>();
        for (String line : Shell.run("ip", "netns", "list").lines().toList()) {
            names.add(line.split(" ", 2)[0]);
        }
        return names;
    }

    /** Removes the namespaces of runs whose owner is gone. */
    private static void removeLeftovers() {
        all().stream()
                .filter(name -> name.matches(PREFIX + "[0-9]+\\.[0-9]+-.*"))
                .map(name -> name.substring(0, name.indexOf('-', PREFIX.length())))
                .distinct()
                .filter(run -> !ownerLives(run))
                .forEach(Namespaces::remove);
    }

    private static boolean ownerLives(String run) {
        String[] owner = run.substring(PREFIX.length()).split("\\.", 2);
        return startOf(Long.parseLong(owner[0])).map(owner[1]::equals).orElse(false);
    }

    /** When a process was started, in the kernel's ticks; empty if there is none. */
    private static Optional<String> startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 21)[19]);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
