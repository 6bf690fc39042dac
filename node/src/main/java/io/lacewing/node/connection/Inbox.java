package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Outbound;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other threads hand over to one event loop: batches of messages with the sessions of that loop that get them. Many
 * writers, one reader; however many batches come, the loop is woken once. A message counts once per session in
 * {@link #backlog}, by which writers see that the loop is behind. What waits is read in parts, so that the loop's
 * connections have their turns too.
 */
final class Inbox {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    /** So many deliveries are made before the loop turns to its connections. */
    private static final int TURN = 4_096;

    /** One message and its receivers on the inbox's loop. */
    record Handover(Outbound message, Target[] targets) {}

    private final Context context;
    private final Consumer<Handover> reader;
    private final ConcurrentLinkedQueue<List<Handover>> batches = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicInteger backlog = new AtomicInteger();
    private final AtomicInteger messages = new AtomicInteger();

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
        messages.addAndGet(batch.size());
        batches.add(batch);
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(v -> drain());
        }
    }

    /** How many deliveries wait here. Any thread. */
    int backlog() {
        return backlog.get();
    }

    /** How many messages wait here: no session waits for more than these. Any thread. */
    int messages() {
        return messages.get();
    }

    private void read(Handover handover) {
        try {
            reader.accept(handover);
        } catch (RuntimeException | Error e) {
            log.error("a message for {} sessions could not be handed over", handover.targets().length, e);
        }
    }

    private void drain() {
        woken.set(false);
        int turn = 0;
        List<Handover> batch;
        while (turn < TURN && (batch = batches.poll()) != null) {
            int deliveries = 0;
            for (Handover handover : batch) {
                deliveries += handover.targets().length;
            }
            try {
                batch.forEach(this::read);
            } finally {
                backlog.addAndGet(-deliveries);
                messages.addAndGet(-batch.size());
            }
            turn += deliveries;
        }
        if (turn >= TURN && !batches.isEmpty() && woken.compareAndSet(false, true)) {
            context.runOnContext(v -> drain());
        }
    }
}
