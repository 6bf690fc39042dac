package io.lacewing.cluster.hazelcast;

import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Carries values from many threads to one context, with one wake-up for all that came since the last. Nothing in it
 * limits how many wait: whoever uses it says what does.
 */
final class HandOver<T> implements Consumer<T> {
    private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Context context;
    private final Consumer<T> receiver;

    /** The receiver is called on the context. */
    HandOver(Context context, Consumer<T> receiver) {
        this.context = context;
        this.receiver = receiver;
    }

    /** Hands over; on any thread, never waits. */
    @Override
    public void accept(T value) {
        waiting.add(value);
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(nothing -> drain());
        }
    }

    private void drain() {
        // Cleared first: what is added from here on wakes the context again.
        woken.set(false);
        T value;
        while ((value = waiting.poll()) != null) {
            receiver.accept(value);
        }
    }
}
