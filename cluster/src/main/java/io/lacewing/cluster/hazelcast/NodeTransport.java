package io.lacewing.cluster.hazelcast;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageProducer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Frames between nodes over the clustered event bus: one address per incarnation, one producer per peer. Lossy: a frame
 * that was on its way when a connection broke is gone, so whoever uses it numbers and repeats. Frames that arrive from
 * one peer are in its order. To be used on the core context only; its handler is called there.
 */
public final class NodeTransport {
    /** Before an incarnation: the address of its node on the event bus. */
    static final String PREFIX = "lw.";

    private final Vertx vertx;
    private final Context context;
    private final MessageConsumer<Buffer> consumer;
    private final Map<Long, MessageProducer<Buffer>> producers = new HashMap<>();

    /** Starts to receive; to be made on the context. {@link #ready} says when others can reach it. */
    NodeTransport(Vertx vertx, Context context, long incarnation, Consumer<Buffer> receiver) {
        this.vertx = vertx;
        this.context = context;
        this.consumer = vertx.eventBus().consumer(PREFIX + incarnation, message -> receiver.accept(message.body()));
    }

    /** Done when frames that come are received. */
    Future<Void> ready() {
        return consumer.completion();
    }

    /**
     * Sends a frame. The buffer is not to be changed afterwards.
     *
     * @return done when the socket took it, which is no proof of arrival; failed if the peer's address is not known
     *     (any more) or the connection is broken
     */
    public Future<Void> send(long incarnation, Buffer frame) {
        MessageProducer<Buffer> producer =
                producers.computeIfAbsent(incarnation, peer -> vertx.eventBus().<Buffer>sender(PREFIX + peer));
        // On a connection that has just closed Vert.x may throw from the write itself (promise already completed).
        return Completions.on(context, () -> producer.write(frame).toCompletionStage());
    }

    /** Forgets the peers that are not among these: their incarnations never come back. */
    void retain(Set<Long> present) {
        Iterator<Map.Entry<Long, MessageProducer<Buffer>>> each =
                producers.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Long, MessageProducer<Buffer>> entry = each.next();
            if (!present.contains(entry.getKey())) {
                each.remove();
                entry.getValue().close();
            }
        }
    }

    /** Stops to receive. */
    Future<Void> close() {
        retain(Set.of());
        return consumer.unregister();
    }
}
