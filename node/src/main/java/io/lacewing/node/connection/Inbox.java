package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Outbound;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What other threads hand over to one event loop: batches of messages with the sessions of that loop that get them. Many
 * writers, one reader; however many batches come, the loop is woken once. A message counts once per session in
 * {@link #backlog}, by which writers see that the loop is behind.
 */
final class Inbox {

    /** One message and its receivers on the inbox's loop. */
    record Handover(Outbound message, Target[] targets) {}

    private final Context context;
    private final Consumer<Handover> reader;
    private final ConcurrentLinkedQueue<List<Handover>> batches = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicInteger backlog = new AtomicInteger();

    Inbox(Context context, Consumer<Handover> reader) {
        this.context = context;
        this.reader = reader;
    }

    /** Hands over a batch, which must not be changed afterwards. Any thread. */
    void offer(List<Handover> batch) {
        int deliveries = 0;
        for (Handover handover : batch) {
            deliveries += handover.targets().length;
        }
        backlog.addAndGet(deliveries);
        batches.add(batch);
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(v -> drain());
        }
    }

    /** How many deliveries wait here. Any thread. */
    int backlog() {
        return backlog.get();
    }

    private void drain() {
        woken.set(false);
        List<Handover> batch;
        while ((batch = batches.poll()) != null) {
            int deliveries = 0;
            for (Handover handover : batch) {
                deliveries += handover.targets().length;
                reader.accept(handover);
            }
            backlog.addAndGet(-deliveries);
        }
    }
}
