package io.lacewing.node.connection;

import java.util.ArrayList;
import java.util.List;

/**
 * Watches the keep alive of all connections of one event loop [MQTT-3.1.2-22]. One sweep over a plain list twice a second
 * costs less than a timer per connection, at rest and in use. Owned by its loop.
 */
final class KeepAlive {
    /** Milliseconds from one sweep to the next. */
    static final long SWEEP_MILLIS = 500;

    private final List<Connection> connections = new ArrayList<>();
    private long sweptAt = -1;

    void add(Connection connection) {
        connection.keepAliveSlot = connections.size();
        connections.add(connection);
    }

    void remove(Connection connection) {
        int slot = connection.keepAliveSlot;
        if (slot < 0) {
            return;
        }
        Connection last = connections.removeLast();
        if (last != connection) {
            connections.set(slot, last);
            last.keepAliveSlot = slot;
        }
        connection.keepAliveSlot = -1;
    }

    int size() {
        return connections.size();
    }

    /** Ends the connections that have been silent for too long; {@code now} in milliseconds of System.nanoTime(). */
    void sweep(long now) {
        long heardUntil = heardUntil(now);
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                connections.get(i).checkAlive(heardUntil);
            }
        }
    }

    /**
     * Until when the clients of this loop can have been heard: not while the loop stood still, for a collection of garbage or
     * a busy processor, as what they sent meanwhile may wait in their sockets. It is read before the next sweep.
     */
    long heardUntil(long now) {
        long late = sweptAt < 0 ? 0 : Math.max(0, now - sweptAt - SWEEP_MILLIS);
        sweptAt = now;
        return now - late;
    }

    /** All connections now, for a shutdown. */
    List<Connection> all() {
        return List.copyOf(connections);
    }
}
