package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.ReasonCode;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only way by which what a client sends is acknowledged. While the node may not acknowledge, because it can't know that it
 * is still one of its cluster, acknowledgements are kept here in their order, and the client is not read from, so that they are
 * no more than what it had sent until then. Owned by the connection's event loop.
 */
final class Acknowledger {
    private final Connection connection;
    private final Endpoint endpoint;
    private final LeaseWait lease;

    /** Null while nothing is kept back. */
    private @Nullable ArrayDeque<Runnable> held;

    Acknowledger(Connection connection, Endpoint endpoint, LeaseWait lease) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.lease = lease;
    }

    void puback(int packetId, ReasonCode reason) {
        if (mayGo()) {
            endpoint.puback(packetId, reason);
        } else {
            hold(() -> endpoint.puback(packetId, reason));
        }
    }

    void pubrec(int packetId, ReasonCode reason) {
        if (mayGo()) {
            endpoint.pubrec(packetId, reason);
        } else {
            hold(() -> endpoint.pubrec(packetId, reason));
        }
    }

    void pubcomp(int packetId, ReasonCode reason) {
        if (mayGo()) {
            endpoint.pubcomp(packetId, reason);
        } else {
            hold(() -> endpoint.pubcomp(packetId, reason));
        }
    }

    void suback(int packetId, List<ReasonCode> reasons) {
        if (mayGo()) {
            endpoint.suback(packetId, reasons);
        } else {
            hold(() -> endpoint.suback(packetId, reasons));
        }
    }

    void unsuback(int packetId, List<ReasonCode> reasons) {
        if (mayGo()) {
            endpoint.unsuback(packetId, reasons);
        } else {
            hold(() -> endpoint.unsuback(packetId, reasons));
        }
    }

    private boolean mayGo() {
        return held == null && lease.mayAcknowledge();
    }

    private void hold(Runnable acknowledgement) {
        ArrayDeque<Runnable> queue = held;
        if (queue == null) {
            queue = new ArrayDeque<>();
            held = queue;
            connection.pause();
            lease.await(this::release);
        }
        queue.add(acknowledgement);
    }

    private void release() {
        ArrayDeque<Runnable> queue = held;
        held = null;
        if (queue != null && connection.isOpen()) {
            queue.forEach(Runnable::run);
            connection.resume();
        }
    }
}
