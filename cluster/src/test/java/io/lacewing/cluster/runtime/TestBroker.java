package io.lacewing.cluster.runtime;

import io.lacewing.cluster.ClientPort;
import io.lacewing.cluster.Gate;
import io.lacewing.cluster.core.ClusterStanding;
import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.cluster.core.NodeCore;
import io.lacewing.cluster.core.View;
import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.NearlyFull;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardStats;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole node without MQTT: store, core, one event loop and clients on it, which call and wait. Its clients acknowledge
 * nothing, so what a persistent session was sent it is sent again.
 */
public final class TestBroker implements CoreObserver, AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final long EXPIRY = 100_000;

    private final View.Member self;
    private final NodeStore store;
    private final CoreRunner core;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final Gate gate;
    private final Map<String, Long> epochs = new HashMap<>();
    /** What clients were sent, and what the core noted; both guarded by this. */
    private final Map<String, List<String>> received = new HashMap<>();

    private final List<String> notes = new ArrayList<>();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final CompletableFuture<String> rejoin = new CompletableFuture<>();
    private @Nullable String missing = "not started";
    private @Nullable ClusterStanding standing;

    /** A node that does not run yet: {@code incarnation} is its number of this start. */
    public TestBroker(String nodeId, long incarnation, CoreSettings settings, NodeStore store) {
        this.self = new View.Member(incarnation, nodeId, store.identity());
        this.store = store;
        this.core = new CoreRunner(new NodeCore(self, settings, store.recovered()), incarnation, this);
        this.gate = core.gate(loop);
    }

    /** Starts it alone. */
    public TestBroker startAlone() {
        LocalNode.start(
                core,
                self,
                vertx.getOrCreateContext(),
                CoreSettings.DEFAULT.shards(),
                ShardLimits.DEFAULT,
                store,
                (message, plain, groups) -> {});
        return this;
    }

    public CoreRunner core() {
        return core;
    }

    public NodeStore store() {
        return store;
    }

    /** Waits until it may accept clients. */
    public TestBroker awaitReady() {
        await(() -> missing == null, "ready");
        return this;
    }

    /** Done when the core says that the others go on without it. */
    public CompletableFuture<String> rejoin() {
        return rejoin;
    }

    /** What the core said last of the cluster. */
    public synchronized @Nullable ClusterStanding standing() {
        return standing;
    }

    /** What the core has noted, as "EVENT detail". */
    public synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    /** Connects a persistent client, or fails if nobody lets it. */
    public OpResult.Attached connect(String clientId) {
        CompletableFuture<Long> connection = new CompletableFuture<>();
        loop.runOnContext(v -> {
            long number = gate.nextConnectionNumber();
            gate.register(number, new Port(clientId));
            connection.complete(number);
        });
        ConnectionId id = new ConnectionId(self.incarnation(), get(connection));
        OpResult result = request(clientId, new ShardOp.Attach(clientId, id, false, EXPIRY, 1000, null));
        if (!(result instanceof OpResult.Attached attached)) {
            throw new AssertionError(clientId + " may not connect: " + result);
        }
        epochs.put(clientId, attached.epoch());
        return attached;
    }

    /** Ends a client's connection as by DISCONNECT. */
    public void disconnect(String clientId) {
        request(clientId, new ShardOp.Detach(clientId, epoch(clientId), true, -1));
    }

    /** Subscribes at QoS 1. */
    public void subscribe(String clientId, String filter) {
        OpResult result = request(
                clientId,
                new ShardOp.Subscribe(
                        clientId,
                        epoch(clientId),
                        List.of(Subscription.plain(TopicFilter.of(filter), Qos.AT_LEAST_ONCE))));
        if (!(result instanceof OpResult.Subscribed)) {
            throw new AssertionError(clientId + " may not subscribe: " + result);
        }
    }

    /** Publishes at QoS 1, and returns when it is acknowledged; true if it was, false if the node would not. */
    public boolean publish(String topic, String payload, boolean retain) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.runOnContext(v -> {
            Message message = Message.of(
                    TopicName.of(topic), payload.getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE, retain);
            gate.publish(retain ? message.withRetainedVersion(gate.nextRetainedVersion()) : message, answer::complete);
        });
        return get(answer) instanceof Answer.Published;
    }

    /** What a client was sent so far since it first connected here, waiting until it has so many. */
    public List<String> awaitReceived(String clientId, int count) {
        await(() -> received.getOrDefault(clientId, List.of()).size() >= count, count + " for " + clientId);
        synchronized (this) {
            return List.copyOf(received.getOrDefault(clientId, List.of()));
        }
    }

    private OpResult request(String clientId, ShardOp op) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.runOnContext(v -> gate.request(clientId, op, answer::complete));
        if (get(answer) instanceof Answer.Shard(OpResult result)) {
            return result;
        }
        throw new AssertionError(op + ": " + get(answer));
    }

    private long epoch(String clientId) {
        Long epoch = epochs.get(clientId);
        if (epoch == null) {
            throw new IllegalStateException(clientId + " is not connected");
        }
        return epoch;
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for something that is guarded by this. */
    private synchronized void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || failure.isDone()) {
                throw new AssertionError("not " + what + "; " + missing + "; " + standing + "; " + notes);
            }
            try {
                wait(Math.min(left, 1000));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private synchronized void change(Consumer<TestBroker> what) {
        what.accept(this);
        notifyAll();
    }

    /** One client's connection. */
    private final class Port implements ClientPort {
        private final String clientId;

        Port(String clientId) {
            this.clientId = clientId;
        }

        @Override
        public void deliver(Delivery delivery) {
            if (delivery instanceof Delivery.Publish publish) {
                String text = new String(publish.message().payload(), StandardCharsets.UTF_8);
                change(to -> to.received
                        .computeIfAbsent(clientId, id -> new ArrayList<>())
                        .add(text));
            }
        }

        @Override
        public void takenOver() {
            change(to -> to.notes.add("TAKEN_OVER " + clientId));
        }

        @Override
        public void failed() {
            change(to -> to.notes.add("CLIENT_FAILED " + clientId));
        }
    }

    @Override
    public void ready(@Nullable String lacks) {
        change(to -> to.missing = lacks);
    }

    @Override
    public void note(Event event, long count, String detail) {
        change(to -> to.notes.add(event + " " + detail));
    }

    @Override
    public void standing(ClusterStanding now) {
        change(to -> to.standing = now);
    }

    @Override
    public void rejoin(String why) {
        rejoin.complete(why);
    }

    @Override
    public void forwarded(int sent, int received) {
        // Not looked at.
    }

    @Override
    public void nearlyFull(NearlyFull session) {}

    @Override
    public void holding(ShardStats sum) {}

    @Override
    public void dropped(DropCause cause, long messages) {
        change(to -> to.notes.add("DROPPED " + messages + " " + cause));
    }

    @Override
    public void failed(Throwable cause) {
        failure.completeExceptionally(cause);
        change(to -> to.notes.add("FAILED " + cause));
    }

    /** Ends the clients' side; the core is to have been stopped, or stops now. The store is closed. */
    @Override
    public void close() {
        core.stop().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        store.close();
    }
}
