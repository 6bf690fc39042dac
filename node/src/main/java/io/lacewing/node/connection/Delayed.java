package io.lacewing.node.connection;

import io.lacewing.persistence.shard.Delivery;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * What a shard has sent of a persistent session's messages and the client may not be sent yet, because of a rate. QoS 0 does
 * not wait. The others count as sent to the shard, so its window bounds them; those that are here when the connection ends are
 * sent again to the next. Owned by the connection's event loop.
 */
final class Delayed {
    private final Sending sending;
    private final Consumer<Delivery.Publish> send;
    private final Consumer<Delivery.Publish> expired;
    private final ArrayDeque<Delivery.Publish> waiting = new ArrayDeque<>();

    /**
     * Nothing waits yet.
     *
     * @param send sends a message at once
     * @param expired ends a message that has waited here until it was too late to send it [MQTT-3.3.2-5]
     */
    Delayed(Sending sending, Consumer<Delivery.Publish> send, Consumer<Delivery.Publish> expired) {
        this.sending = sending;
        this.send = send;
        this.expired = expired;
    }

    /** Sends a message, now or when it is its turn; or drops and counts it. */
    void deliver(Delivery.Publish delivery) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            if (!sending.drops()) {
                send.accept(delivery);
            }
        } else if (waiting.isEmpty() && !sending.isSpent()) {
            send.accept(delivery);
        } else {
            waiting.add(delivery);
            sending.whenRefilled(this::goOn);
        }
    }

    private void goOn() {
        while (!waiting.isEmpty() && !sending.isSpent()) {
            Delivery.Publish next = waiting.remove();
            (isTooLate(next) ? expired : send).accept(next);
        }
        if (!waiting.isEmpty()) {
            sending.whenRefilled(this::goOn);
        }
    }

    /** One that is sent again is never too late: the client may have it, and waits for the rest of the exchange. */
    private static boolean isTooLate(Delivery.Publish delivery) {
        Message message = delivery.message();
        return !delivery.dup() && message.isExpired(Times.nowIfExpiring(message));
    }

    /** How many messages wait. */
    int size() {
        return waiting.size();
    }

    /** A message was sent. */
    void sent(int size) {
        sending.sent(size);
    }

    /** The connection has ended. */
    void end() {
        waiting.clear();
    }
}
