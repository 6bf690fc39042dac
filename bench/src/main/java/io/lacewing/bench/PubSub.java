package io.lacewing.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of a publisher and a subscriber at QoS 1, each on another node than its partner where there are several. Persistent
 * subscribers make every message one that must be stored before it is acknowledged.
 */
final class PubSub {
    private static final int IDS = 65_535;

    private final List<Broker> brokers;
    private final boolean persistent;
    private final Load load;

    /**
     * How hard it is.
     *
     * @param pairs how many
     * @param window the most messages of a publisher that are not acknowledged
     * @param rate messages a second in all; 0: as many as go
     * @param payload bytes of a message, at least 8
     * @param warmUp seconds before it counts
     * @param seconds seconds that count
     */
    record Load(int pairs, int window, int rate, int payload, int warmUp, int seconds) {}

    /**
     * What came of it.
     *
     * @param perSecond acknowledged and delivered messages a second
     * @param ackMedian milliseconds from PUBLISH to PUBACK
     * @param ack99 the same, at the 99th percentile
     * @param delivery99 milliseconds from PUBLISH to its delivery, at the 99th percentile
     * @param cpuMicros CPU time of all nodes per message, in microseconds
     */
    record Result(double perSecond, double ackMedian, double ack99, double delivery99, double cpuMicros) {}

    PubSub(List<Broker> brokers, boolean persistent, Load load) {
        this.brokers = brokers;
        this.persistent = persistent;
        this.load = load;
    }

    /** Counts while it counts. */
    private static final class Counts {
        final Latencies acks = new Latencies();
        final Latencies deliveries = new Latencies();
        boolean on;
    }

    private static final class Publisher extends Loop.Connection {
        private final Counts counts;
        private final byte[] topic;
        private final Load load;
        private final long[] sentAt = new long[IDS + 1];
        private int unacknowledged;
        private int nextId = 1;
        private boolean ready;
        private boolean stopped;

        Publisher(Loop loop, int port, String id, Load load, Counts counts) throws IOException {
            super(loop, port);
            this.counts = counts;
            this.load = load;
            this.topic = ("bench/" + id).getBytes(StandardCharsets.UTF_8);
            send(Wire.connect("pub-" + id, true));
        }

        @Override
        void received(int first, ByteBuffer body) {
            switch (first >> 4) {
                case Wire.CONNACK -> ready = true;
                case Wire.PUBACK -> {
                    long now = System.nanoTime();
                    int id = body.getShort() & 0xFFFF;
                    unacknowledged--;
                    if (counts.on) {
                        counts.acks.add(now - sentAt[id]);
                    }
                    if (load.rate() == 0) {
                        fill();
                    }
                }
                default -> throw new IllegalStateException("a publisher got a packet of type " + (first >> 4));
            }
        }

        void fill() {
            while (!stopped && unacknowledged < load.window()) {
                publish();
            }
        }

        /** One message, if the window lets it. */
        boolean publish() {
            if (unacknowledged >= load.window()) {
                return false;
            }
            long now = System.nanoTime();
            sentAt[nextId] = now;
            send(Wire.publish(topic, nextId, now, load.payload()));
            nextId = nextId == IDS ? 1 : nextId + 1;
            unacknowledged++;
            return true;
        }
    }

    private static final class Subscriber extends Loop.Connection {
        private final Counts counts;
        private final String filter;
        private boolean ready;

        Subscriber(Loop loop, int port, String id, boolean persistent, Counts counts) throws IOException {
            super(loop, port);
            this.counts = counts;
            this.filter = "bench/" + id;
            send(Wire.connect("sub-" + id, !persistent));
        }

        @Override
        void received(int first, ByteBuffer body) {
            switch (first >> 4) {
                case Wire.CONNACK -> send(Wire.subscribe(filter, 1));
                case Wire.SUBACK -> ready = true;
                case Wire.PUBLISH -> {
                    int topic = body.getShort() & 0xFFFF;
                    body.position(body.position() + topic);
                    send(Wire.puback(body.getShort() & 0xFFFF));
                    if (counts.on) {
                        counts.deliveries.add(System.nanoTime() - body.getLong());
                    }
                }
                default -> throw new IllegalStateException("a subscriber got a packet of type " + (first >> 4));
            }
        }
    }

    /** Runs it; the sessions are gone afterwards if they were not to outlive their connections. */
    Result run(String name) throws IOException {
        Counts counts = new Counts();
        try (Loop loop = new Loop()) {
            List<Publisher> publishers = new ArrayList<>();
            List<Subscriber> subscribers = new ArrayList<>();
            for (int i = 0; i < load.pairs(); i++) {
                String id = name + "-" + i;
                subscribers.add(new Subscriber(loop, port(i), id, persistent, counts));
                publishers.add(new Publisher(loop, port(i + 1), id, load, counts));
            }
            loop.runUntil(() ->
                    publishers.stream().allMatch(p -> p.ready) && subscribers.stream().allMatch(s -> s.ready));
            Pace pace = new Pace(publishers, load.rate());
            publishFor(loop, pace, load.warmUp());
            double cpuBefore = cpu();
            long before = System.nanoTime();
            counts.on = true;
            publishFor(loop, pace, load.seconds());
            counts.on = false;
            double seconds = (System.nanoTime() - before) / 1e9;
            double cpu = cpu() - cpuBefore;
            publishers.forEach(p -> p.stopped = true);
            loop.runUntil(() -> publishers.stream().allMatch(p -> p.unacknowledged == 0));
            long messages = counts.acks.count();
            return new Result(
                    messages / seconds,
                    counts.acks.quantile(0.5),
                    counts.acks.quantile(0.99),
                    counts.deliveries.quantile(0.99),
                    cpu * 1e6 / Math.max(1, messages));
        }
    }

    private int port(int index) throws IOException {
        return brokers.get(index % brokers.size()).port("tcp");
    }

    private double cpu() {
        return brokers.stream().mapToDouble(Broker::cpuSeconds).sum();
    }

    private static void publishFor(Loop loop, Pace pace, int seconds) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        loop.runUntil(() -> {
            pace.publish();
            return System.nanoTime() >= end;
        });
    }

    /** Publishes what is due: with a rate, each publisher in turn; without, what the windows let through. */
    private static final class Pace {
        private final List<Publisher> publishers;
        private final int rate;
        private final long since = System.nanoTime();
        private long sent;

        Pace(List<Publisher> publishers, int rate) {
            this.publishers = publishers;
            this.rate = rate;
        }

        void publish() {
            if (rate == 0) {
                publishers.forEach(Publisher::fill);
                return;
            }
            long due = (System.nanoTime() - since) / 1_000 * rate / 1_000_000;
            while (sent < due) {
                // What its window does not let through is not made up for later: that would hide a stall.
                publishers.get((int) (sent % publishers.size())).publish();
                sent++;
            }
        }
    }
}
