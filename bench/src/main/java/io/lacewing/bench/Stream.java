package io.lacewing.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Publishers with their subscribers at one node, none of which is persistent. They stay connected; each {@link #deliver} is a
 * turn. A publisher has a bounded number of messages on their way, until all its subscribers have them and it has its PUBACK: so
 * the work of a turn is the same whatever the node's speed.
 */
final class Stream implements AutoCloseable {
    private static final int IDS = 65_535;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Loop loop = new Loop();
    private final Shape shape;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();

    /**
     * What it looks like.
     *
     * @param qos 0 or 1, of messages and subscriptions
     * @param publishers how many
     * @param fanOut subscribers of each publisher
     * @param topics of each publisher, in turn; all its subscribers have all of them
     * @param window the most messages of a publisher that are on their way
     * @param payload bytes of a message, at least 8
     */
    record Shape(int qos, int publishers, int fanOut, int topics, int window, int payload) {
        String name() {
            return "QoS " + qos + ", 1→" + fanOut + (topics == 1 ? "" : ", " + topics + " topics");
        }

        /** How many messages each publisher sends for so many deliveries in all, rounded up. */
        int messagesOfEach(int deliveries) {
            int round = publishers * fanOut;
            return (deliveries + round - 1) / round;
        }
    }

    /** Connects all of them; blocks. No two at one node have the same {@code name}. */
    Stream(int port, String name, Shape shape) throws IOException {
        this.shape = shape;
        for (int i = 0; i < shape.publishers(); i++) {
            Publisher publisher = new Publisher(port, name + "-" + i);
            publishers.add(publisher);
            for (int j = 0; j < shape.fanOut(); j++) {
                subscribers.add(new Subscriber(port, name + "-" + i + "-s" + j, publisher));
            }
        }
        runUntil(
                "connections were not accepted",
                () -> publishers.stream().allMatch(p -> p.ready)
                        && subscribers.stream().allMatch(s -> s.ready));
    }

    private final class Publisher extends Loop.Connection {
        private final String id;
        private final byte[][] topics = new byte[shape.topics()][];
        private boolean ready;
        private long sent;
        private long acknowledged;
        private long delivered;
        private long goal;

        Publisher(int port, String id) throws IOException {
            super(loop, port);
            this.id = id;
            for (int i = 0; i < topics.length; i++) {
                topics[i] = (root(id) + i).getBytes(StandardCharsets.UTF_8);
            }
            send(Wire.connect(id, true));
        }

        @Override
        void received(int first, ByteBuffer body) throws IOException {
            switch (first >> 4) {
                case Wire.CONNACK -> ready = true;
                case Wire.PUBACK -> {
                    acknowledged++;
                    fill();
                }
                default -> throw new IOException("a publisher got a packet of type " + (first >> 4));
            }
        }

        void delivered() {
            delivered++;
            fill();
        }

        private long done() {
            long everywhere = delivered / shape.fanOut();
            return shape.qos() == 0 ? everywhere : Math.min(acknowledged, everywhere);
        }

        void fill() {
            while (sent < goal && sent - done() < shape.window()) {
                byte[] topic = topics[(int) (sent % topics.length)];
                send(
                        shape.qos() == 0
                                ? Wire.publishAtMostOnce(topic, shape.payload())
                                : Wire.publish(topic, (int) (sent % IDS) + 1, 0, shape.payload()));
                sent++;
            }
        }
    }

    private final class Subscriber extends Loop.Connection {
        private final Publisher of;
        private boolean ready;

        Subscriber(int port, String id, Publisher of) throws IOException {
            super(loop, port);
            this.of = of;
            send(Wire.connect(id, true));
        }

        @Override
        void received(int first, ByteBuffer body) throws IOException {
            switch (first >> 4) {
                case Wire.CONNACK -> send(Wire.subscribe(root(of.id) + "#", shape.qos()));
                case Wire.SUBACK -> {
                    body.getShort();
                    if (body.get() != shape.qos()) {
                        throw new IOException("a subscription was refused");
                    }
                    ready = true;
                }
                case Wire.PUBLISH -> {
                    if (shape.qos() > 0) {
                        int topic = body.getShort() & 0xFFFF;
                        body.position(body.position() + topic);
                        send(Wire.puback(body.getShort() & 0xFFFF));
                    }
                    of.delivered();
                }
                default -> throw new IOException("a subscriber got a packet of type " + (first >> 4));
            }
        }
    }

    /** Below it are the topics of a publisher. */
    private static String root(String id) {
        return "bench/" + id + "/";
    }

    /**
     * Has so many messages delivered, and a few more where the publishers can't share them out evenly.
     *
     * @return how many it were
     * @throws IOException also if some have not come within a minute
     */
    long deliver(int deliveries) throws IOException {
        int each = shape.messagesOfEach(deliveries);
        for (Publisher publisher : publishers) {
            publisher.goal += each;
            publisher.fill();
        }
        runUntil(
                "messages were lost: the node did not deliver all within a minute",
                () -> publishers.stream().allMatch(publisher -> publisher.done() == publisher.goal));
        return (long) each * shape.publishers() * shape.fanOut();
    }

    private void runUntil(String otherwise, BooleanSupplier end) throws IOException {
        long last = System.nanoTime() + PATIENCE_NANOS;
        loop.runUntil(() -> end.getAsBoolean() || System.nanoTime() > last);
        if (!end.getAsBoolean()) {
            throw new IOException(otherwise);
        }
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }
}
