package io.lacewing.node.connection;

import io.lacewing.node.mqtt.ReasonCode;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the acknowledgements of a publisher in the order of its PUBLISH packets, though their homes answer in any order
 * [MQTT-4.6.0-2]. Mostly empty: what is done at once, with nothing before it, never gets here.
 */
final class AckOrder {

    /** One PUBLISH that waits for its homes. */
    static final class Pending {
        private final Consumer<ReasonCode> acknowledge;
        private @Nullable ReasonCode result;

        private Pending(Consumer<ReasonCode> acknowledge) {
            this.acknowledge = acknowledge;
        }
    }

    private final ArrayDeque<Pending> waiting = new ArrayDeque<>(4);

    int size() {
        return waiting.size();
    }

    /** Takes its place in the order; {@code acknowledge} runs when it and all before it are done. */
    Pending enter(Consumer<ReasonCode> acknowledge) {
        Pending pending = new Pending(acknowledge);
        waiting.add(pending);
        return pending;
    }

    /** Its homes have it, or will not get it. */
    void done(Pending pending, ReasonCode result) {
        pending.result = result;
        Pending head;
        while ((head = waiting.peek()) != null && head.result != null) {
            waiting.poll();
            head.acknowledge.accept(head.result);
        }
    }
}
