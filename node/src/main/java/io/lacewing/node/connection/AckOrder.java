package io.lacewing.node.connection;

import java.util.ArrayDeque;

/**
 * Keeps the acknowledgements of a publisher in the order of its PUBLISH packets, though their homes answer in any order
 * [MQTT-4.6.0-2]. Mostly empty: what is done at once, with nothing before it, never gets here.
 */
final class AckOrder {

    /** One PUBLISH that waits for its homes. */
    static final class Pending {
        private final Runnable acknowledge;
        private boolean done;

        private Pending(Runnable acknowledge) {
            this.acknowledge = acknowledge;
        }
    }

    private final ArrayDeque<Pending> waiting = new ArrayDeque<>(4);

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes its place in the order; {@code acknowledge} runs when it and all before it are done. */
    Pending enter(Runnable acknowledge) {
        Pending pending = new Pending(acknowledge);
        waiting.add(pending);
        return pending;
    }

    /** Its homes have it. */
    void done(Pending pending) {
        pending.done = true;
        while (!waiting.isEmpty() && waiting.peek().done) {
            waiting.poll().acknowledge.run();
        }
    }
}
