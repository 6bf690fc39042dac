package io.lacewing.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What durability costs: persistent sessions, in memory and on disk, against the way that stores nothing. */
final class Durable implements Measurement {
    private static final String TRANSIENT = "transient sessions";

    @Override
    public String name() {
        return "durable";
    }

    @Override
    public String summary() {
        return "durable QoS 1 messages a second, and how long each takes, against those that are not stored";
    }

    @Override
    public String what() {
        return """
                Pairs of a publisher and a subscriber at QoS 1, on different nodes. With transient subscribers nothing is stored;
                with persistent ones each message is on two nodes before its PUBACK. Clusters with
                persistence.durability memory, disk (fsync: interval) and disk (fsync: always) run side by side, and their turns
                are interleaved: each round has all of them, and a ratio is within one round. Each turn is --seconds with
                full windows (messages/s) and --seconds at --rate (milliseconds from when a PUBLISH was due to its PUBACK, and
                to the subscriber). Shown is the median of the rounds, with the least and the most.
                """;
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option("nodes", 3, "nodes of each of the three clusters"),
                new Options.Option("rounds", 5, "how often all take their turn"),
                new Options.Option("seconds", 5, "how long each part of a turn counts"),
                new Options.Option("warmup", 2, "seconds of each part before that"),
                new Options.Option("pairs", 10, "publishers, and subscribers"),
                new Options.Option("window", 64, "most messages of a publisher that are not acknowledged"),
                new Options.Option("rate", 500, "messages a second of all, for the durations"),
                new Options.Option("payload", 64, "bytes of a message, at least 8"),
                Environment.heap("1g"),
                Environment.dir());
    }

    /** One line of the table. */
    private record Line(String name, List<Broker> brokers, boolean persistent, List<PubSub.Result> rounds) {
        double[] figures(ToDoubleFunction<PubSub.Result> figure) {
            return rounds.stream().mapToDouble(figure).toArray();
        }
    }

    @Override
    public void run(Environment environment) throws IOException {
        PubSub.Load load = new PubSub.Load(
                environment.number("pairs"),
                environment.number("window"),
                environment.number("rate"),
                Math.max(Long.BYTES, environment.number("payload")),
                environment.number("warmup"),
                environment.number("seconds"));
        String place = environment.place();
        List<Line> lines = lines(environment);
        int rounds = environment.number("rounds");
        for (int round = 0; round <= rounds; round++) {
            environment.progress(round == 0 ? "a round that does not count" : "round " + round + " of " + rounds);
            for (Line line : lines) {
                try (PubSub pubSub = new PubSub(line.brokers(), "r" + round, line.persistent(), load)) {
                    PubSub.Result result = pubSub.run();
                    environment.progress(line.name() + ": " + Math.round(result.perSecond()) + " messages/s");
                    if (round > 0) {
                        line.rounds().add(result);
                    }
                }
            }
        }
        environment.print(
                "QoS 1, " + load.pairs() + " pairs, " + load.payload() + " bytes, " + environment.number("nodes")
                        + " nodes; " + rounds + " rounds; milliseconds at " + load.rate() + " messages/s");
        environment.print(place);
        environment.print("");
        environment.print(absolute(lines));
        environment.print("by " + TRANSIENT + " of the same round");
        environment.print("");
        environment.print(ratios(lines));
    }

    private static List<Line> lines(Environment environment) throws IOException {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("disk, fsync interval", List.of("persistence.durability=disk", "persistence.fsync=interval"));
        settings.put("disk, fsync always", List.of("persistence.durability=disk", "persistence.fsync=always"));
        settings.put("memory", List.of("persistence.durability=memory"));
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<String, List<String>> setting : settings.entrySet()) {
            String cluster = setting.getKey().replaceAll("\\W+", "-");
            environment.progress("starting " + setting.getKey());
            List<Broker> brokers = Broker.start(environment, cluster, environment.number("nodes"), setting.getValue());
            if (lines.isEmpty()) {
                lines.add(new Line(TRANSIENT, brokers, false, new ArrayList<>()));
            }
            lines.add(new Line("persistent, " + setting.getKey(), brokers, true, new ArrayList<>()));
        }
        return lines;
    }

    private static final List<ToDoubleFunction<PubSub.Result>> FIGURES = List.of(
            PubSub.Result::perSecond,
            PubSub.Result::ackMedian,
            PubSub.Result::ack99,
            PubSub.Result::deliveryMedian,
            PubSub.Result::delivery99);

    private static Table table() {
        return new Table().row("", "messages/s", "PUBACK p50", "p99", "delivery p50", "p99");
    }

    private static Table absolute(List<Line> lines) {
        Table table = table();
        for (Line line : lines) {
            String[] cells = new String[1 + FIGURES.size()];
            cells[0] = line.name();
            for (int i = 0; i < FIGURES.size(); i++) {
                cells[1 + i] = Spread.text(line.figures(FIGURES.get(i)), i == 0 ? 0 : 1);
            }
            table.row(cells);
        }
        return table;
    }

    private static Table ratios(List<Line> lines) {
        Table table = table();
        Line base = lines.getFirst();
        for (Line line : lines.subList(1, lines.size())) {
            String[] cells = new String[1 + FIGURES.size()];
            cells[0] = line.name();
            for (int i = 0; i < FIGURES.size(); i++) {
                ToDoubleFunction<PubSub.Result> figure = FIGURES.get(i);
                cells[1 + i] = Spread.text(Spread.ratios(line.figures(figure), base.figures(figure)), 2);
            }
            table.row(cells);
        }
        return table;
    }
}
