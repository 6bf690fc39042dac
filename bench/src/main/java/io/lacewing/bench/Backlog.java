package io.lacewing.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Sessions that are offline, and messages that wait for them, on a node alone: what they cost in heap and on disk, and how
 * long the node needs after a kill until it serves them again.
 */
final class Backlog {
    private static final int CONCURRENT = 100;
    private static final int WINDOW = 500;
    private static final int SAMPLE = 100;
    private static final int SETTLE_MILLIS = 3_000;

    private final Broker broker;
    private final int sessions;
    private final int perSession;
    private final int payload;

    /**
     * What came of it.
     *
     * @param heapPerSession bytes of live heap per session that is offline, with one subscription
     * @param heapPerMessage bytes of live heap per message that waits
     * @param diskPerSession bytes of files per session
     * @param diskPerMessage bytes of files per message that waits
     * @param restartSeconds from the kill until the node serves clients with all of it
     * @param found messages that a sample of the sessions then got, of those they should get
     */
    record Result(
            double heapPerSession,
            double heapPerMessage,
            double diskPerSession,
            double diskPerMessage,
            double restartSeconds,
            double found) {}

    Backlog(Broker broker, int sessions, int perSession, int payload) {
        this.broker = broker;
        this.sessions = sessions;
        this.perSession = perSession;
        this.payload = payload;
    }

    Result run() throws IOException {
        long heapEmpty = broker.liveHeap();
        long diskEmpty = broker.diskBytes();
        subscribeAll();
        Broker.pause(SETTLE_MILLIS);
        long heapIdle = broker.liveHeap();
        long diskIdle = broker.diskBytes();
        publishAll();
        Broker.pause(SETTLE_MILLIS);
        long heapFull = broker.liveHeap();
        long diskFull = broker.diskBytes();
        long killed = System.nanoTime();
        broker.killAndRestart();
        double restart = (System.nanoTime() - killed) / 1e9;
        double messages = (double) sessions * perSession;
        return new Result(
                (double) (heapIdle - heapEmpty) / sessions,
                (heapFull - heapIdle) / messages,
                (double) (diskIdle - diskEmpty) / sessions,
                (diskFull - diskIdle) / messages,
                restart,
                sample());
    }

    private static String topic(int session) {
        return "bench/" + session;
    }

    private static final class OneTime extends Loop.Connection {
        private final int session;
        private boolean done;

        OneTime(Loop loop, int port, int session) throws IOException {
            super(loop, port);
            this.session = session;
            send(Wire.connect("offline-" + session, false));
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
                default -> throw new IllegalStateException("a new session got a packet of type " + (first >> 4));
            }
        }
    }

    private void subscribeAll() throws IOException {
        int port = broker.port("tcp");
        try (Loop loop = new Loop()) {
            ArrayDeque<OneTime> open = new ArrayDeque<>();
            for (int i = 0; i < sessions; i++) {
                open.add(new OneTime(loop, port, i));
                if (open.size() >= CONCURRENT) {
                    OneTime oldest = open.remove();
                    loop.runUntil(() -> oldest.done);
                }
            }
            loop.runUntil(() -> open.stream().allMatch(connection -> connection.done));
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
            send(Wire.connect("backlog", true));
        }

        @Override
        void received(int first, ByteBuffer body) {
            if (first >> 4 == Wire.CONNACK) {
                ready = true;
            } else {
                unacknowledged--;
            }
        }

        void publish(int session) {
            byte[] topic = topic(session).getBytes(StandardCharsets.UTF_8);
            send(Wire.publish(topic, nextId, session, payload));
            nextId = nextId == 65_535 ? 1 : nextId + 1;
            unacknowledged++;
        }
    }

    private void publishAll() throws IOException {
        try (Loop loop = new Loop()) {
            Publisher publisher = new Publisher(loop, broker.port("tcp"), payload);
            loop.runUntil(() -> publisher.ready);
            for (int round = 0; round < perSession; round++) {
                for (int i = 0; i < sessions; i++) {
                    publisher.publish(i);
                    if (publisher.unacknowledged >= WINDOW) {
                        loop.runUntil(() -> publisher.unacknowledged < WINDOW / 2);
                    }
                }
            }
            loop.runUntil(() -> publisher.unacknowledged == 0);
        }
    }

    private static final class Reader extends Loop.Connection {
        private int got;

        Reader(Loop loop, int port, int session) throws IOException {
            super(loop, port);
            send(Wire.connect("offline-" + session, false));
        }

        @Override
        void received(int first, ByteBuffer body) {
            if (first >> 4 == Wire.PUBLISH) {
                got++;
                int topic = body.getShort() & 0xFFFF;
                body.position(body.position() + topic);
                send(Wire.puback(body.getShort() & 0xFFFF));
            }
        }
    }

    /** The share of their messages that some sessions, from all over, got within a few seconds. */
    private double sample() throws IOException {
        int port = broker.port("tcp");
        try (Loop loop = new Loop()) {
            List<Reader> readers = new ArrayList<>();
            int step = Math.max(1, sessions / SAMPLE);
            for (int i = 0; i < sessions; i += step) {
                readers.add(new Reader(loop, port, i));
            }
            long end = System.nanoTime() + 10_000_000_000L;
            loop.runUntil(() -> readers.stream().allMatch(r -> r.got >= perSession) || System.nanoTime() > end);
            return readers.stream().mapToInt(r -> r.got).sum() / (double) (readers.size() * perSession);
        }
    }
}
