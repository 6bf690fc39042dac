package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients on all event loops that ping and publish to each other, on a thread of their own, while a broker is attacked. */
final class Bystander implements AutoCloseable {
    /** Far more than it takes on a busy machine, and less than a client that waits would put up with. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private static final int PAIRS = 3;

    private final List<PacketClient> publishers = new ArrayList<>();
    private final List<PacketClient> subscribers = new ArrayList<>();
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicInteger rounds = new AtomicInteger();
    private final CompletableFuture<Long> longest = new CompletableFuture<>();

    Bystander(BrokerFixture broker) throws IOException {
        for (int i = 0; i < PAIRS; i++) {
            publishers.add(PacketClient.clean(broker, "bystander-p" + i));
            subscribers.add(PacketClient.clean(broker, "bystander-s" + i).subscribe("bystander/" + i, 0));
        }
        new Thread(this::run, "bystander").start();
    }

    private void run() {
        long most = 0;
        try {
            while (!done.get()) {
                for (int i = 0; i < PAIRS; i++) {
                    long start = System.nanoTime();
                    publishers.get(i).publish("bystander/" + i, "x").ping();
                    subscribers.get(i).expect("PUBLISH bystander/" + i + " 'x' q0");
                    most = Math.max(most, System.nanoTime() - start);
                }
                rounds.incrementAndGet();
            }
            longest.complete(most);
        } catch (IOException | AssertionError e) {
            longest.completeExceptionally(e);
        }
    }

    /** Waits until so many more rounds are over: time in which the attack goes on. */
    Bystander rounds(int more) {
        int end = rounds.get() + more;
        while (rounds.get() < end && !longest.isDone()) {
            Thread.onSpinWait();
        }
        return this;
    }

    /** Nobody had to wait for long, at any time. */
    void expectServed() throws Exception {
        done.set(true);
        long nanos = longest.get(60, TimeUnit.SECONDS);
        assertTrue(nanos < PATIENCE_NANOS, "a ping and a message took " + nanos / 1_000_000 + " ms");
        assertTrue(rounds.get() > 0, "no round");
    }

    @Override
    public void close() {
        done.set(true);
        longest.exceptionally(e -> 0L).join();
        publishers.forEach(PacketClient::close);
        subscribers.forEach(PacketClient::close);
    }
}
