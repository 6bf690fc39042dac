package io.lacewing.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Persistent sessions with one subscription each that are offline, and what waits for them. Session {@code i} is on the node
 * {@code i} modulo their number when it connects.
 */
final class Sleepers {
    private static final int CONCURRENT = 100;
    private static final int WINDOW = 250;

    private final List<Broker> brokers;
    private final String prefix;
    private final boolean oneTopic;

    /**
     * Those whose client ids begin so.
     *
     * @param oneTopic whether all are subscribed to the same topic; else each has one of its own
     */
    Sleepers(List<Broker> brokers, String prefix, boolean oneTopic) {
        this.brokers = brokers;
        this.prefix = prefix;
        this.oneTopic = oneTopic;
    }

    private String id(int session) {
        return prefix + session;
    }

    private String topic(int session) {
        return "bench/" + (oneTopic ? prefix : id(session));
    }

    private int port(int session) throws IOException {
        return brokers.get(session % brokers.size()).port("tcp");
    }

    private final class FirstVisit extends Loop.Connection {
        private final int session;
        private boolean done;

        FirstVisit(Loop loop, int session) throws IOException {
            super(loop, port(session));
            this.session = session;
            send(Wire.connect(id(session), false));
        }

        @Override
        void received(int first, ByteBuffer body) throws IOException {
            switch (first >> 4) {
                case Wire.CONNACK -> send(Wire.subscribe(topic(session), 1));
                case Wire.SUBACK -> {
                    done = true;
                    send(Wire.disconnect());
                    close();
                }
                default -> throw new IOException("a new session got a packet of type " + (first >> 4));
            }
        }
    }

    /** Makes the sessions from {@code first} to below {@code end}. */
    void create(int first, int end) throws IOException {
        try (Loop loop = new Loop()) {
            ArrayDeque<FirstVisit> open = new ArrayDeque<>();
            for (int i = first; i < end; i++) {
                open.add(new FirstVisit(loop, i));
                if (open.size() >= CONCURRENT) {
                    FirstVisit oldest = open.remove();
                    loop.runUntil(() -> oldest.done);
                }
            }
            loop.runUntil(() -> open.stream().allMatch(visit -> visit.done));
        }
    }

    private static final class Publisher extends Loop.Connection {
        private final int payload;
        private boolean ready;
        private int unacknowledged;
        private int nextId = 1;

        Publisher(Loop loop, int port, int payload) throws IOException {
            super(loop, port);
            this.payload = payload;
            send(Wire.connect("feeder-" + port, true));
        }

        @Override
        void received(int first, ByteBuffer body) {
            if (first >> 4 == Wire.CONNACK) {
                ready = true;
            } else {
                unacknowledged--;
            }
        }

        void publish(String topic) {
            send(Wire.publish(topic.getBytes(StandardCharsets.UTF_8), nextId, System.nanoTime(), payload));
            nextId = nextId == 65_535 ? 1 : nextId + 1;
            unacknowledged++;
        }
    }

    /** Publishes messages that reach the sessions below {@code end}, so many for each; all are acknowledged at the end. */
    void feed(int end, int messages, int payload) throws IOException {
        try (Loop loop = new Loop()) {
            List<Publisher> publishers = new ArrayList<>();
            for (Broker broker : brokers) {
                publishers.add(new Publisher(loop, broker.port("tcp"), payload));
            }
            loop.runUntil(() -> publishers.stream().allMatch(publisher -> publisher.ready));
            int topics = oneTopic ? 1 : end;
            for (int round = 0; round < messages; round++) {
                for (int i = 0; i < topics; i++) {
                    Publisher publisher = publishers.get(i % publishers.size());
                    publisher.publish(topic(i));
                    if (publisher.unacknowledged >= WINDOW) {
                        loop.runUntil(() -> publisher.unacknowledged < WINDOW / 2);
                    }
                }
            }
            loop.runUntil(() -> publishers.stream().allMatch(publisher -> publisher.unacknowledged == 0));
        }
    }

    private final class Reader extends Loop.Connection {
        private boolean connected;
        private boolean known;
        private int got;

        Reader(Loop loop, int session) throws IOException {
            super(loop, port(session));
            send(Wire.connect(id(session), false));
        }

        @Override
        void received(int first, ByteBuffer body) {
            if (first >> 4 == Wire.CONNACK) {
                known = body.get() == 1;
                connected = true;
            } else if (first >> 4 == Wire.PUBLISH) {
                got++;
                int topic = body.getShort() & 0xFFFF;
                body.position(body.position() + topic);
                send(Wire.puback(body.getShort() & 0xFFFF));
            }
        }
    }

    /**
     * What came of waking sessions up.
     *
     * @param known how many the broker had a session for
     * @param complete how many had all their messages, and no more, when the patience ended
     * @param firstSeconds until one had its first message
     * @param allSeconds until all had all
     */
    record Woken(int known, int complete, double firstSeconds, double allSeconds) {}

    /**
     * Connects {@code count} sessions from all over those below {@code end} and reads what they have. If nothing waits, a message
     * is published to each first, by which their subscriptions are seen to route.
     *
     * @param messages so many wait for each
     */
    Woken wake(int count, int end, int messages, int patienceSeconds) throws IOException {
        long began = System.nanoTime();
        long patience = began + patienceSeconds * 1_000_000_000L;
        try (Loop loop = new Loop()) {
            List<Reader> readers = new ArrayList<>();
            List<Integer> sessions = new ArrayList<>();
            double first = 0;
            for (long i = 0; i < count; i++) {
                sessions.add((int) (i * end / count));
                readers.add(new Reader(loop, sessions.getLast()));
                if (i == 0 && messages > 0) {
                    loop.runUntil(() -> readers.getFirst().got > 0 || System.nanoTime() > patience);
                    first = (System.nanoTime() - began) / 1e9;
                }
            }
            loop.runUntil(() -> readers.stream().allMatch(r -> r.connected) || System.nanoTime() > patience);
            int expected = Math.max(1, messages);
            if (messages == 0) {
                Publisher publisher = new Publisher(loop, port(0), Long.BYTES);
                loop.runUntil(() -> publisher.ready);
                sessions.forEach(session -> publisher.publish(topic(session)));
                loop.runUntil(() -> readers.stream().anyMatch(r -> r.got > 0) || System.nanoTime() > patience);
                first = (System.nanoTime() - began) / 1e9;
            }
            loop.runUntil(() -> readers.stream().allMatch(r -> r.got >= expected) || System.nanoTime() > patience);
            double all = (System.nanoTime() - began) / 1e9;
            return new Woken(
                    (int) readers.stream().filter(r -> r.known).count(),
                    (int) readers.stream().filter(r -> r.got == expected).count(),
                    first,
                    all);
        }
    }
}
