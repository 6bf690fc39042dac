package io.lacewing.node.cluster;

import io.lacewing.node.cluster.TestClient.Incoming;
import io.lacewing.node.cluster.TestClient.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** Publishers and subscribers, one or more on each node, and the history of what they did. */
final class Load implements AutoCloseable {
    private static final int WINDOW = 16;
    private static final long PATIENCE_SECONDS = 60;

    private final Kind kind;
    private final List<Integer> ports;
    private final int count;
    private final IntUnaryOperator qosOfPublisher;
    private final History history = new History();
    private final List<TestClient> publishers = new ArrayList<>();
    private final List<TestClient> subscribers = new ArrayList<>();
    private final CountDownLatch arrivals;

    /**
     * What all its clients have in common.
     *
     * @param topic a level that no other load uses
     * @param group the share group of all subscribers; empty for none
     */
    record Kind(String topic, int version, boolean persistent, String group) {
        String filter() {
            return (group.isEmpty() ? "" : "$share/" + group + "/") + topic + "/+";
        }
    }

    /**
     * Connects all of them, client {@code i} to node {@code i} modulo the number of nodes, and subscribes one on each node.
     *
     * @param ports of the nodes
     * @param count how many messages each publisher will send
     * @param qosOfPublisher by its index
     */
    Load(Kind kind, List<Integer> ports, int publishing, int count, IntUnaryOperator qosOfPublisher) {
        this.kind = kind;
        this.ports = ports;
        this.count = count;
        this.qosOfPublisher = qosOfPublisher;
        int copies = kind.group().isEmpty() ? ports.size() : 1;
        this.arrivals = new CountDownLatch(publishing * count * copies);
        for (int i = 0; i < ports.size(); i++) {
            int subscriber = i;
            subscribers.add(connect("subscriber-" + i, i, message -> received(subscriber, message)));
        }
        subscribers.stream()
                .map(client -> client.subscribe(kind.filter(), 2))
                .toList()
                .forEach(TestClient::await);
        for (int i = 0; i < publishing; i++) {
            publishers.add(connect("publisher-" + i, i, message -> {}));
        }
    }

    private TestClient connect(String name, int index, TestClient.Inbox inbox) {
        List<Integer> own = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            own.add(ports.get((index + i) % ports.size()));
        }
        Settings settings = new Settings(kind.topic() + "-" + name, own, kind.persistent(), kind.persistent());
        TestClient client = TestClient.of(kind.version(), settings, inbox);
        TestClient.await(client.connect());
        return client;
    }

    private void received(int subscriber, Incoming message) {
        String[] words = message.payload().split(" ", -1);
        if (history.received(subscriber, Integer.parseInt(words[0]), Integer.parseInt(words[1]))) {
            arrivals.countDown();
        }
    }

    /**
     * Every publisher publishes its messages, a bounded number unacknowledged at a time; returns when every message was
     * acknowledged and has arrived, or will not any more.
     *
     * @param before is called before each round of one message per publisher
     * @return true if all arrived
     */
    boolean run(IntConsumer before) throws InterruptedException {
        List<Semaphore> windows =
                publishers.stream().map(client -> new Semaphore(WINDOW)).toList();
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            before.accept(number);
            for (int publisher = 0; publisher < publishers.size(); publisher++) {
                windows.get(publisher).acquire();
                sent.add(publish(publisher, number, windows.get(publisher)));
            }
        }
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        // Where something is lost this takes its whole time; what it is, the faults say.
        return arrivals.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> publish(int publisher, int number, Semaphore window) {
        String payload = publisher + " " + number;
        return publishers
                .get(publisher)
                .publish(kind.topic() + "/" + publisher, payload, qosOfPublisher.applyAsInt(publisher), false)
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        history.acknowledged(publisher, number);
                    }
                    window.release();
                });
    }

    /** What went wrong; see {@link History#faults}. */
    List<String> faults(IntPredicate twiceAllowed) {
        return history.faults(subscribers.size(), publishers.size(), twiceAllowed);
    }

    /** What went wrong in a share group. */
    List<String> faultsOfGroup() {
        return history.faultsOfGroup(subscribers.size(), publishers.size());
    }

    /** All go. */
    @Override
    public void close() {
        publishers.stream().map(TestClient::disconnect).toList().forEach(TestClient::await);
        subscribers.stream().map(TestClient::disconnect).toList().forEach(TestClient::await);
    }
}
