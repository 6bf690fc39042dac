package io.lacewing.node.http;

import java.util.IdentityHashMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who of many connections may stay: so many in all, and so many of one network. Where there is no slot for a new one, that
 * one goes which has had no request under way for longest, so that nobody keeps others out by being there. All of this machine
 * are one network, which does not count for all: others can't keep its commands out. Not thread-safe.
 *
 * @param <C> a connection; the same object is the same connection
 */
final class ConnectionSlots<C> {
    private static final String HERE = "this machine";

    private static final class Slot {
        private final String network;
        private boolean busy;

        /** When it came, or its last request was answered: grows with each. */
        private long since;

        Slot(String network, long since) {
            this.network = network;
            this.since = since;
        }
    }

    private final int max;
    private final int maxOfOne;
    private final IdentityHashMap<C, Slot> slots = new IdentityHashMap<>();
    private final Map<String, Integer> byNetwork = new HashMap<>();
    private long moments;

    ConnectionSlots(int max, int maxOfOne) {
        this.max = max;
        this.maxOfOne = maxOfOne;
    }

    /**
     * A connection has come.
     *
     * @param address as Vert.x writes it
     * @return who has no slot now, and is to be closed: null for nobody, the new one itself if all others have requests under way
     */
    @Nullable
    C enter(C connection, String address) {
        boolean here = RequestRules.isLoopback(address);
        String network = here ? HERE : LoginAttempts.network(address);
        C out = null;
        if (of(network) >= maxOfOne) {
            out = longestIdle(network);
        } else if (!here && slots.size() - of(HERE) >= max) {
            out = longestIdle(null);
        } else {
            take(connection, network);
            return null;
        }
        if (out == null) {
            return connection;
        }
        leave(out);
        take(connection, network);
        return out;
    }

    private int of(String network) {
        return byNetwork.getOrDefault(network, 0);
    }

    private void take(C connection, String network) {
        slots.put(connection, new Slot(network, ++moments));
        byNetwork.merge(network, 1, Integer::sum);
    }

    /** In all networks but this machine's if {@code network} is null. */
    private @Nullable C longestIdle(@Nullable String network) {
        C found = null;
        long since = Long.MAX_VALUE;
        for (Map.Entry<C, Slot> each : slots.entrySet()) {
            Slot slot = each.getValue();
            boolean counts = network == null ? !slot.network.equals(HERE) : slot.network.equals(network);
            if (counts && !slot.busy && slot.since < since) {
                found = each.getKey();
                since = slot.since;
            }
        }
        return found;
    }

    /** A request of this connection is under way. */
    void begun(C connection) {
        Slot slot = slots.get(connection);
        if (slot != null) {
            slot.busy = true;
        }
    }

    /** It was answered. */
    void answered(C connection) {
        Slot slot = slots.get(connection);
        if (slot != null) {
            slot.busy = false;
            slot.since = ++moments;
        }
    }

    /** The connection has gone; nothing if it had no slot. */
    void leave(C connection) {
        Slot slot = slots.remove(connection);
        if (slot != null) {
            byNetwork.computeIfPresent(slot.network, (network, same) -> same == 1 ? null : same - 1);
        }
    }

    /** How many have a slot. */
    int size() {
        return slots.size();
    }
}
