package io.lacewing.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of a publisher and a subscriber at QoS 1, each on another node than its partner where there are several. Persistent
 * subscribers make every message one that must be stored before it is acknowledged. First as much as the windows let through,
 * then at a rate that is far below, at which durations are those of a message and not of a queue.
 */
final class PubSub implements AutoCloseable {
    private static final int IDS = 65_535;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Loop loop = new Loop();
    private final Load load;
    private final Counts counts = new Counts();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Broker> brokers;
    private final String name;

    /**
     * How hard it is.
     *
     * @param pairs how many
     * @param window the most messages of a publisher that are not acknowledged
     * @param rate messages a second in all, of the second part
     * @param payload bytes of a message, at least 8
     * @param warmUp seconds of each part before it counts
     * @param seconds seconds of each part that count
     */
    record Load(int pairs, int window, int rate, int payload, int warmUp, int seconds) {}

    /**
     * What came of it. Durations are in milliseconds, from when the PUBLISH was due to be sent, at the given rate.
     *
     * @param perSecond messages a second, acknowledged and delivered, with no rate given
     * @param ackMedian to PUBACK
     * @param ack99 the same, at the 99th percentile
     * @param deliveryMedian to the subscriber
     * @param delivery99 the same, at the 99th percentile
     */
    record Result(double perSecond, double ackMedian, double ack99, double deliveryMedian, double delivery99) {}

    /** Connects all of them; blocks. */
    PubSub(List<Broker> brokers, String name, boolean persistent, Load load) throws IOException {
        this.brokers = brokers;
        this.name = name;
        this.load = load;
        for (int i = 0; i < load.pairs(); i++) {
            subscribers.add(new Subscriber(i, persistent));
            publishers.add(new Publisher(i));
        }
        loop.runUntil(() -> publishers.stream().allMatch(p -> p.ready)
                && subscribers.stream().allMatch(s -> s.ready));
    }

    /** Counts while it counts. */
    private static final class Counts {
        Latencies acks = new Latencies();
        Latencies deliveries = new Latencies();
        boolean on;

        void begin() {
            acks = new Latencies();
            deliveries = new Latencies();
            on = true;
        }
    }

    private final class Publisher extends Loop.Connection {
        private final byte[] topic;
        private final long[] dueAt = new long[IDS + 1];
        private int unacknowledged;
        private int nextId = 1;
        private boolean ready;
        private boolean eager;

        Publisher(int number) throws IOException {
            super(loop, port(number + 1));
            this.topic = topic(number).getBytes(StandardCharsets.UTF_8);
            send(Wire.connect("pub-" + name + "-" + number, true));
        }

        @Override
        void received(int first, ByteBuffer body) throws IOException {
            switch (first >> 4) {
                case Wire.CONNACK -> ready = true;
                case Wire.PUBACK -> {
                    long now = System.nanoTime();
                    int id = body.getShort() & 0xFFFF;
                    unacknowledged--;
                    if (counts.on) {
                        counts.acks.add(now - dueAt[id]);
                    }
                    if (eager) {
                        fill();
                    }
                }
                default -> throw new IOException("a publisher got a packet of type " + (first >> 4));
            }
        }

        void fill() {
            while (isOpen()) {
                publish(System.nanoTime());
            }
        }

        boolean isOpen() {
            return unacknowledged < load.window();
        }

        void publish(long due) {
            dueAt[nextId] = due;
            send(Wire.publish(topic, nextId, due, load.payload()));
            nextId = nextId == IDS ? 1 : nextId + 1;
            unacknowledged++;
        }
    }

    private final class Subscriber extends Loop.Connection {
        private final int number;
        private boolean ready;

        Subscriber(int number, boolean persistent) throws IOException {
            super(loop, port(number));
            this.number = number;
            send(Wire.connect(id(number), !persistent));
        }

        @Override
        void received(int first, ByteBuffer body) throws IOException {
            switch (first >> 4) {
                case Wire.CONNACK -> send(Wire.subscribe(topic(number), 1));
                case Wire.SUBACK -> ready = true;
                case Wire.PUBLISH -> {
                    int topic = body.getShort() & 0xFFFF;
                    body.position(body.position() + topic);
                    send(Wire.puback(body.getShort() & 0xFFFF));
                    if (counts.on) {
                        counts.deliveries.add(System.nanoTime() - body.getLong());
                    }
                }
                default -> throw new IOException("a subscriber got a packet of type " + (first >> 4));
            }
        }
    }

    private String id(int number) {
        return "sub-" + name + "-" + number;
    }

    private String topic(int number) {
        return "bench/" + name + "/" + number;
    }

    private int port(int index) throws IOException {
        return brokers.get(index % brokers.size()).port("tcp");
    }

    /**
     * Both parts.
     *
     * @throws IOException also if a message is not acknowledged within a minute
     */
    Result run() throws IOException {
        double perSecond = asMuchAsGoes();
        atRate();
        return new Result(
                perSecond,
                counts.acks.quantile(0.5),
                counts.acks.quantile(0.99),
                counts.deliveries.quantile(0.5),
                counts.deliveries.quantile(0.99));
    }

    private double asMuchAsGoes() throws IOException {
        publishers.forEach(publisher -> {
            publisher.eager = true;
            publisher.fill();
        });
        runFor(load.warmUp());
        counts.begin();
        long before = System.nanoTime();
        runFor(load.seconds());
        counts.on = false;
        double seconds = (System.nanoTime() - before) / 1e9;
        publishers.forEach(publisher -> publisher.eager = false);
        awaitAcknowledged();
        return Math.min(counts.acks.count(), counts.deliveries.count()) / seconds;
    }

    private void atRate() throws IOException {
        Pace pace = new Pace();
        pace.runFor(load.warmUp());
        counts.begin();
        pace.runFor(load.seconds());
        awaitAcknowledged();
        counts.on = false;
    }

    private void awaitAcknowledged() throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        loop.runUntil(() -> publishers.stream().allMatch(p -> p.unacknowledged == 0) || System.nanoTime() > end);
        if (publishers.stream().anyMatch(p -> p.unacknowledged > 0)) {
            throw new IOException("messages were not acknowledged for a minute");
        }
    }

    private void runFor(int seconds) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        loop.runUntil(() -> System.nanoTime() >= end);
    }

    /** Publishes what is due, each publisher in turn. What a full window holds up counts from when it was due, not sent. */
    private final class Pace {
        private final long since = System.nanoTime();
        private long sent;

        void runFor(int seconds) throws IOException {
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            loop.runUntil(() -> {
                publish();
                return System.nanoTime() >= end;
            });
        }

        private void publish() {
            long now = System.nanoTime();
            long due = since + sent * 1_000_000_000L / load.rate();
            Publisher next = next();
            while (due <= now && next.isOpen()) {
                next.publish(due);
                sent++;
                due = since + sent * 1_000_000_000L / load.rate();
                next = next();
            }
        }

        private Publisher next() {
            return publishers.get((int) (sent % publishers.size()));
        }
    }

    private final class Farewell extends Loop.Connection {
        private boolean done;

        Farewell(int number) throws IOException {
            super(loop, port(number));
            send(Wire.connect(id(number), true));
        }

        @Override
        void received(int first, ByteBuffer body) throws IOException {
            done = true;
            close();
        }
    }

    /** Ends the connections and the sessions. */
    @Override
    public void close() throws IOException {
        try (loop) {
            for (Subscriber subscriber : subscribers) {
                subscriber.close();
            }
            List<Farewell> farewells = new ArrayList<>();
            for (int i = 0; i < load.pairs(); i++) {
                farewells.add(new Farewell(i));
            }
            loop.runUntil(() -> farewells.stream().allMatch(farewell -> farewell.done));
        }
    }
}
