package io.lacewing.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** What a persistent session that is offline and a message that waits take in heap and on disk. */
final class Footprint implements Measurement {
    private static final int SMALL_PART = 10;

    @Override
    public String name() {
        return "footprint";
    }

    @Override
    public String summary() {
        return "bytes of heap and disk per queued message and per persistent session";
    }

    @Override
    public String what() {
        return """
                Bytes of live objects in the heap after a full collection, and of the journal's files when they have come to
                rest, at two sizes; the difference by what was added in between. Restarted is the heap after kill -9 and a start
                from the journal, less that of a node just started with nothing. With --nodes above 1 the bytes of all nodes are added up: of each thing there are two copies then.

                  session          offline, with a subscription to a topic of its own; from --sessions / 10 to --sessions
                  message          one that waits for one session, with --payload bytes; --queues sessions, from
                                   --messages / 10 to --messages each
                  shared message   one that waits for --queues sessions at once, with --shared-payload bytes: bytes per session that
                                   has it in its queue; from --messages / 10 to --messages publishes
                """;
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option("sessions", 50_000, "sessions for which nothing waits"),
                new Options.Option("queues", 1_000, "sessions with messages that wait"),
                new Options.Option("messages", 500, "messages that wait for each of these"),
                new Options.Option("payload", 64, "bytes of a message for one session, at least 8"),
                new Options.Option("shared-payload", 1_024, "bytes of a message for all of them, at least 8"),
                new Options.Option("nodes", 1, "nodes that have it: 1 alone, or a cluster"),
                Environment.heap(""),
                Environment.dir());
    }

    /** The bytes of all nodes. */
    private record Bytes(long heap, long disk) {}

    /** Brings sessions or messages from one number to another. */
    private interface Growth {
        void grow(Sleepers sleepers, int from, int to) throws IOException;
    }

    @Override
    public void run(Environment environment) throws IOException {
        String place = environment.place();
        int queues = environment.number("queues");
        int messages = environment.number("messages");
        int payload = Math.max(Long.BYTES, environment.number("payload"));
        int shared = Math.max(Long.BYTES, environment.number("shared-payload"));
        Table table = new Table().row("bytes per", "heap", "heap, restarted", "disk");
        table.row(measure(environment, "session", false, environment.number("sessions"), 1, Sleepers::create));
        table.row(measure(
                environment,
                "message of " + payload,
                false,
                messages,
                queues,
                (sleepers, from, to) -> feed(sleepers, queues, from, to, payload)));
        table.row(measure(
                environment,
                "shared message of " + shared,
                true,
                messages,
                queues,
                (sleepers, from, to) -> feed(sleepers, queues, from, to, shared)));
        environment.print(environment.number("nodes") + " node(s), " + queues + " sessions with messages");
        environment.print(place);
        environment.print("");
        environment.print(table);
    }

    private static void feed(Sleepers sleepers, int queues, int from, int to, int payload) throws IOException {
        if (from == 0) {
            sleepers.create(0, queues);
        }
        sleepers.feed(queues, to - from, payload);
    }

    /** A row of the table. */
    private static String[] measure(
            Environment environment, String name, boolean oneTopic, int size, int each, Growth growth)
            throws IOException {
        int small = Math.max(1, size / SMALL_PART);
        List<Broker> brokers = Broker.start(
                environment,
                name.replaceAll("\\W+", "-"),
                environment.number("nodes"),
                List.of("persistence.durability=disk"));
        Sleepers sleepers = new Sleepers(brokers, "sleeper-", oneTopic);
        Bytes empty = bytes(brokers);
        environment.progress(name + ": to " + small + " x " + each);
        growth.grow(sleepers, 0, small);
        Bytes before = bytes(brokers);
        environment.progress(name + ": to " + size + " x " + each);
        growth.grow(sleepers, small, size);
        Bytes after = bytes(brokers);
        environment.progress(name + ": restarting");
        Bytes restarted = restarted(brokers);
        brokers.forEach(Broker::kill);
        double added = (double) (size - small) * each;
        return new String[] {
            name,
            perPiece(after.heap() - before.heap(), added),
            perPiece(restarted.heap() - empty.heap(), (double) size * each),
            perPiece(after.disk() - before.disk(), added)
        };
    }

    private static String perPiece(long bytes, double pieces) {
        return String.format(Locale.ROOT, "%.0f", bytes / pieces);
    }

    private static Bytes bytes(List<Broker> brokers) throws IOException {
        long disk = 0;
        for (Broker broker : brokers) {
            disk += broker.diskBytes();
        }
        long heap = 0;
        for (Broker broker : brokers) {
            heap += broker.liveHeap();
        }
        return new Bytes(heap, disk);
    }

    private static Bytes restarted(List<Broker> brokers) throws IOException {
        brokers.forEach(Broker::kill);
        for (Broker broker : brokers) {
            broker.startAgain();
        }
        Broker.awaitReady(brokers);
        return bytes(brokers);
    }
}
