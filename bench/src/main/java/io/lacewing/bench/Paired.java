package io.lacewing.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a setting costs: nodes without it and with it run side by side and take turns of the same load, some hundredths of a second
 * of CPU time each. Counted is the CPU time of the node's process per delivered message, and the ratio of turns that are next to each other.
 *
 * <p>A second node without the setting shows how far two nodes that are the same lie apart: what is not more than that says
 * nothing.
 */
final class Paired {
    private static final String TURNS = "turns";
    private static final String WARM_UP = "warmup";
    private static final String DELIVERIES = "deliveries";
    private static final String ONLY = "only";
    private static final double MICROS = 1e6;

    private final Environment environment;
    private final List<Contestant> contestants = new ArrayList<>();

    /** One node, and a stream of each shape to it. */
    private record Contestant(String name, Broker broker, List<Stream> streams) {}

    private Paired(Environment environment) {
        this.environment = environment;
    }

    static List<Options.Option> options() {
        return List.of(
                new Options.Option(TURNS, 41, "how often all nodes take their turn, for each row"),
                new Options.Option(WARM_UP, 60, "turns of each row before that, which do not count"),
                new Options.Option(DELIVERIES, 100_000, "messages delivered in a turn"),
                new Options.Option(ONLY, "", "only the rows that have this in their name, as 'QoS 1'; empty: all"),
                new Options.Option("pairs", 4, "publishers of the rows 1→1; the others have one"),
                new Options.Option("window", 64, "most messages of a publisher on their way"),
                new Options.Option("payload", 64, "bytes of a message, at least 8"),
                Environment.heap("512m"),
                Environment.dir());
    }

    /** The rows 1→1 and 1→20 at QoS 0 and 1, with as many topics of each publisher. */
    static List<Stream.Shape> shapes(Environment environment, int topics) {
        List<Stream.Shape> shapes = new ArrayList<>();
        for (int fanOut : new int[] {1, 20}) {
            for (int qos = 0; qos <= 1; qos++) {
                shapes.add(new Stream.Shape(
                        qos,
                        fanOut == 1 ? Math.max(1, environment.number("pairs")) : 1,
                        fanOut,
                        topics,
                        Math.max(1, environment.number("window")),
                        Math.max(Long.BYTES, environment.number("payload"))));
            }
        }
        return shapes;
    }

    /**
     * Measures, and prints a row for each shape.
     *
     * @param name of the node that has the settings, for people
     * @param settings what it has and the other nodes have not
     */
    static void run(Environment environment, String name, List<String> settings, List<Stream.Shape> shapes)
            throws IOException {
        String only = environment.options().word(ONLY);
        List<Stream.Shape> chosen =
                shapes.stream().filter(shape -> shape.name().contains(only)).toList();
        if (chosen.isEmpty()) {
            throw new IOException("no row has '" + only + "' in its name; there are "
                    + shapes.stream().map(Stream.Shape::name).toList());
        }
        String place = environment.place();
        Paired paired = new Paired(environment);
        paired.add("base", List.of(), chosen);
        paired.add("same again", List.of(), chosen);
        paired.add(name, settings, chosen);
        Table table = paired.measure(chosen);
        environment.print("CPU time of the node per delivered message; " + environment.number(TURNS) + " turns of "
                + environment.number(DELIVERIES) + " deliveries");
        environment.print(place);
        environment.print("");
        environment.print(table);
    }

    private void add(String name, List<String> settings, List<Stream.Shape> shapes) throws IOException {
        environment.progress("starting a node: " + name);
        Broker broker = Broker.start(environment, name.replaceAll("\\W+", "-"), 1, settings)
                .getFirst();
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            streams.add(new Stream(broker.port("tcp"), "row" + i, shapes.get(i)));
        }
        contestants.add(new Contestant(name, broker, streams));
    }

    private Table measure(List<Stream.Shape> shapes) throws IOException {
        String[] head = new String[1 + contestants.size()];
        head[0] = "";
        head[1] = "base, µs";
        for (int i = 1; i < contestants.size(); i++) {
            head[1 + i] = contestants.get(i).name() + " by base";
        }
        Table table = new Table().row(head);
        // All rows first, so that none is measured by code that was compiled for the one before.
        for (int row = 0; row < shapes.size(); row++) {
            environment.progress("warming up: " + shapes.get(row).name());
            turns(row, environment.number(WARM_UP));
        }
        for (int row = 0; row < shapes.size(); row++) {
            double[][] costs = turns(row, Math.max(1, environment.number(TURNS)));
            table.row(cells(shapes.get(row).name(), costs));
            environment.progress(String.join("  ", cells(shapes.get(row).name(), costs)));
        }
        return table;
    }

    /** The first is the base, whose costs are told as they are; of the others those by the base of the same turn. */
    static String[] cells(String name, double[][] costs) {
        String[] cells = new String[1 + costs.length];
        cells[0] = name;
        cells[1] = Spread.text(costs[0], 2);
        for (int i = 1; i < costs.length; i++) {
            cells[1 + i] = Spread.text(Spread.ratios(costs[i], costs[0]), 3);
        }
        return cells;
    }

    /** Of each contestant what each turn took, in microseconds per delivery. */
    private double[][] turns(int row, int turns) throws IOException {
        double[][] costs = new double[contestants.size()][turns];
        for (int turn = 0; turn < turns; turn++) {
            for (int place = 0; place < contestants.size(); place++) {
                int at = inTurn(turn, place, contestants.size());
                costs[at][turn] = turn(contestants.get(at), row);
            }
        }
        return costs;
    }

    /** Who has the place: first, next and last are each as often as the others, and nobody is always behind the same. */
    static int inTurn(int turn, int place, int of) {
        int moved = (turn / 2 + place) % of;
        return turn % 2 == 0 ? moved : of - 1 - moved;
    }

    private double turn(Contestant contestant, int row) throws IOException {
        CpuTime before = contestant.broker().cpuTime();
        long delivered = contestant.streams().get(row).deliver(environment.number(DELIVERIES));
        return contestant.broker().cpuTime().since(before) * MICROS / delivered;
    }
}
