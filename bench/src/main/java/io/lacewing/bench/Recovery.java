package io.lacewing.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** How long a node needs after a kill until it serves again what its journal holds. */
final class Recovery implements Measurement {
    private static final int PATIENCE_SECONDS = 300;
    private static final long METRICS_NANOS = 15_000_000_000L;
    private static final int METRICS_LOOK_MILLIS = 200;

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public String summary() {
        return "how long after kill -9 until a node serves its queued messages and persistent sessions again";
    }

    @Override
    public String what() {
        return """
                Three nodes one after the other, each killed with -9 (all of a cluster at once, with --nodes above 1) and started
                again on its journal: one with nothing, which is what the start of a node takes anyway; one with
                --queues sessions that are offline, for each of which --messages wait; one with --sessions sessions that are offline, with
                a subscription each. Seconds are from the kill:

                  ready      the node lets clients in
                  first      a session has its first message: one that waited, or where none waits, one published then
                  sample     --sample sessions from all over have all their messages
                  complete   sessions of the sample that had all their messages, and none twice
                  kept       sessions and messages, less those that the sample has read, that the metrics of the nodes
                             then show, of those that must be there
                """;
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option("queues", 1_000, "sessions with messages that wait"),
                new Options.Option("messages", 1_000, "messages that wait for each of these"),
                new Options.Option("payload", 64, "bytes of a message, at least 8"),
                new Options.Option("sessions", 100_000, "sessions for which nothing waits"),
                new Options.Option("sample", 100, "how many sessions are woken up afterwards"),
                new Options.Option("nodes", 1, "nodes that have it: 1 alone, or a cluster"),
                Environment.heap(""),
                Environment.dir());
    }

    @Override
    public void run(Environment environment) throws IOException {
        String place = environment.place();
        Table table = new Table().row("", "journal", "ready", "first", "sample", "complete", "kept");
        measure(environment, table, "nothing", 0, 0);
        measure(environment, table, "messages", environment.number("queues"), environment.number("messages"));
        measure(environment, table, "sessions", environment.number("sessions"), 0);
        environment.print("seconds from kill -9; " + environment.number("nodes") + " node(s), "
                + environment.number("payload") + " bytes per message");
        environment.print(place);
        environment.print("");
        environment.print(table);
    }

    private static void measure(Environment environment, Table table, String name, int sessions, int messages)
            throws IOException {
        List<Broker> brokers =
                Broker.start(environment, name, environment.number("nodes"), List.of("persistence.durability=disk"));
        Sleepers sleepers = new Sleepers(brokers, "sleeper-", false);
        environment.progress(sessions + " sessions with " + messages + " messages each");
        long began = System.nanoTime();
        sleepers.create(0, sessions);
        environment.progress("sessions are there after " + seconds(began) + " s");
        sleepers.feed(sessions, messages, Math.max(Long.BYTES, environment.number("payload")));
        long disk = 0;
        for (Broker broker : brokers) {
            disk += broker.diskBytes();
        }
        environment.progress("all is there after " + seconds(began) + " s; kill -9");
        brokers.forEach(Broker::kill);
        long killed = System.nanoTime();
        for (Broker broker : brokers) {
            broker.startAgain();
        }
        Broker.awaitReady(brokers);
        double ready = (System.nanoTime() - killed) / 1e9;
        environment.progress("ready after " + text(ready) + " s");
        String label = sessions + " sessions, " + (long) sessions * messages + " messages";
        if (sessions == 0) {
            table.row(label, megabytes(disk), text(ready), "", "", "", "");
        } else {
            int sample = Math.min(sessions, environment.number("sample"));
            Sleepers.Woken woken = sleepers.wake(sample, sessions, messages, PATIENCE_SECONDS);
            double kept = kept(brokers, sessions, (double) (sessions - sample) * messages);
            table.row(
                    label,
                    megabytes(disk),
                    text(ready),
                    text(ready + woken.firstSeconds()),
                    text(ready + woken.allSeconds()),
                    woken.complete() + " of " + sample,
                    String.format(Locale.ROOT, "%.3f %%", kept));
        }
        brokers.forEach(Broker::kill);
    }

    private static double sum(List<Broker> brokers, String metric, String label) throws IOException {
        double sum = 0;
        for (Broker broker : brokers) {
            sum += broker.metric(metric, label);
        }
        return sum;
    }

    /**
     * How many of a hundred sessions and messages, taken together, the nodes say that they have. Their metrics follow within
     * seconds.
     */
    private static double kept(List<Broker> brokers, double sessions, double messages) throws IOException {
        long end = System.nanoTime() + METRICS_NANOS;
        double share = 0;
        while (share != 1 && System.nanoTime() < end) {
            double there = sum(brokers, "lacewing_sessions", "kind=\"persistent\"")
                    + sum(brokers, "lacewing_queued_messages", "")
                    + sum(brokers, "lacewing_inflight_messages", "");
            share = there / (sessions + messages);
            Broker.pause(METRICS_LOOK_MILLIS);
        }
        return 100 * share;
    }

    private static String seconds(long since) {
        return text((System.nanoTime() - since) / 1e9);
    }

    private static String text(double seconds) {
        return String.format(Locale.ROOT, "%.1f", seconds);
    }

    private static String megabytes(long bytes) {
        return bytes / 1_000_000 + " MB";
    }
}
