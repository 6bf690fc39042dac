package io.lacewing.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code bench/run throughput | backlog}, with options {@code name=value}. Prints a table; each line of a throughput table is
 * the median of its rounds, and the rounds of all lines are interleaved.
 */
public final class Main {
    private static final int NAME = 42;
    private static final int CELL = 12;

    private final Path launcher;
    private final Map<String, Integer> options;

    private Main(Path launcher, Map<String, Integer> options) {
        this.launcher = launcher;
        this.options = options;
    }

    /** The first argument is the project's launcher, the second what to measure. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2 || !List.of("throughput", "backlog").contains(args[1])) {
            System.err.println("usage: bench/run throughput [nodes=3] [pairs=10] [window=64] [rate=0] [payload=64]"
                    + " [seconds=5] [rounds=3]\n"
                    + "       bench/run backlog [sessions=100000] [messages=10] [payload=100] [fsync=0|1]");
            System.exit(2);
        }
        Map<String, Integer> options = new HashMap<>();
        for (int i = 2; i < args.length; i++) {
            String[] parts = args[i].split("=", 2);
            if (parts.length != 2 || !parts[1].matches("\\d{1,9}")) {
                System.err.println("bench: " + args[i] + " is not name=number");
                System.exit(2);
            }
            options.put(parts[0], Integer.parseInt(parts[1]));
        }
        Main main = new Main(Path.of(args[0]), options);
        Path work = Files.createTempDirectory("lacewing-bench");
        try {
            if (args[1].equals("throughput")) {
                main.throughput(work);
            } else {
                main.backlog(work);
            }
        } finally {
            delete(work);
        }
    }

    private int option(String name, int otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    private void throughput(Path work) throws IOException {
        PubSub.Load load = new PubSub.Load(
                option("pairs", 10),
                option("window", 64),
                option("rate", 0),
                Math.max(8, option("payload", 64)),
                option("warmup", 3),
                option("seconds", 5));
        Map<String, List<PubSub.Result>> results = new HashMap<>();
        List<String> order = new ArrayList<>();
        for (int round = 0; round < option("rounds", 3); round++) {
            for (Map.Entry<String, List<String>> durability :
                    Broker.durabilities().entrySet()) {
                Path dir = work.resolve(round + "-" + durability.getKey().replaceAll("\\W+", "-"));
                List<Broker> brokers = Broker.start(launcher, dir, option("nodes", 3), durability.getValue());
                try {
                    for (boolean persistent : new boolean[] {false, true}) {
                        String line = (persistent ? "persistent sessions, " : "transient sessions, ") + durability.getKey();
                        if (!order.contains(line)) {
                            order.add(line);
                        }
                        PubSub run = new PubSub(brokers, persistent, load);
                        results.computeIfAbsent(line, l -> new ArrayList<>())
                                .add(run.run((persistent ? "p" : "t") + round));
                    }
                } finally {
                    Broker.close(brokers);
                }
            }
        }
        say(row("QoS 1, " + load.pairs() + " pairs", "messages/s", "ack p50 ms", "ack p99 ms", "arrival p99", "CPU us"));
        for (String line : order) {
            PubSub.Result r = median(results.getOrDefault(line, List.of()));
            say(row(
                    line,
                    number(r.perSecond(), 0),
                    number(r.ackMedian(), 2),
                    number(r.ack99(), 2),
                    number(r.delivery99(), 2),
                    number(r.cpuMicros(), 1)));
        }
    }

    private static PubSub.Result median(List<PubSub.Result> rounds) {
        List<PubSub.Result> sorted = new ArrayList<>(rounds);
        sorted.sort(Comparator.comparingDouble(PubSub.Result::perSecond));
        return sorted.get(sorted.size() / 2);
    }

    private void backlog(Path work) throws IOException {
        int sessions = option("sessions", 100_000);
        int messages = option("messages", 10);
        String fsync = option("fsync", 0) == 1 ? "always" : "interval";
        List<Broker> brokers = Broker.start(
                launcher, work, 1, List.of("persistence.durability=disk", "persistence.fsync=" + fsync));
        try {
            Backlog.Result r =
                    new Backlog(brokers.getFirst(), sessions, messages, option("payload", 100)).run();
            say(sessions + " sessions, " + (long) sessions * messages + " messages of " + option("payload", 100)
                    + " bytes, fsync " + fsync);
            say("heap: " + number(r.heapPerSession(), 0) + " bytes per offline session, " + number(r.heapPerMessage(), 0)
                    + " per queued message");
            say("disk: " + number(r.diskPerSession(), 0) + " bytes per offline session, " + number(r.diskPerMessage(), 0)
                    + " per queued message");
            say("from kill -9 to serving again: " + number(r.restartSeconds(), 1) + " s");
            say("of the messages that a sample of the sessions should have, it got " + number(100 * r.found(), 2) + " %");
        } finally {
            Broker.close(brokers);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static String row(String name, Object... cells) {
        StringBuilder row = new StringBuilder(name).append(" ".repeat(Math.max(1, NAME - name.length())));
        for (Object cell : cells) {
            String text = cell.toString();
            row.append(" ".repeat(Math.max(1, CELL - text.length()))).append(text);
        }
        return row.toString();
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
