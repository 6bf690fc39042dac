package io.lacewing.persistence.session;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The messages in flight, by packet id. A ring array whose size is a power of two: the slot of an id is its low bits,
 * and an id whose slot is taken is passed over when a new one is chosen. So look-ups are one array access, an old
 * unacknowledged message costs nothing but its slot, and the array is as big as the most messages in flight at once, not
 * as the span of their ids. Ids go round before one is used again, so that a late acknowledgement finds nothing.
 *
 * <p>Which id comes next depends on the size of the array: it belongs to the state that replicas share.
 */
final class InflightRing {
    static final int MAX_PACKET_ID = 65_535;
    private static final int FIRST_CAPACITY = 4;
    /** An array up to this size is kept when the last message leaves; a bigger one goes. */
    private static final int KEPT_CAPACITY = 16;

    private static final Outgoing[] NONE = new Outgoing[0];

    private @Nullable Outgoing[] slots = NONE;
    private int count;
    private int lastId;

    int count() {
        return count;
    }

    int capacity() {
        return slots.length;
    }

    int lastId() {
        return lastId;
    }

    @Nullable
    Outgoing get(int packetId) {
        if (slots.length == 0) {
            return null;
        }
        Outgoing found = slots[packetId & (slots.length - 1)];
        return found != null && found.packetId == packetId ? found : null;
    }

    /** Gives the message the next free packet id [MQTT-2.2.1-4] and keeps it. */
    void add(Outgoing message) {
        if (count == MAX_PACKET_ID) {
            throw new IllegalStateException("all packet ids are in use");
        }
        if (count == slots.length) {
            resize(Math.max(FIRST_CAPACITY, slots.length * 2));
        }
        int id = lastId;
        do {
            id = id == MAX_PACKET_ID ? 1 : id + 1;
        } while (slots[id & (slots.length - 1)] != null);
        lastId = id;
        message.packetId = id;
        slots[id & (slots.length - 1)] = message;
        count++;
    }

    void remove(Outgoing message) {
        slots[message.packetId & (slots.length - 1)] = null;
        count--;
        if (count == 0 && slots.length > KEPT_CAPACITY) {
            slots = NONE;
        }
    }

    void clear() {
        slots = NONE;
        count = 0;
    }

    /** All messages in flight in the order in which they are to be sent again. */
    Outgoing[] inOrder(Comparator<Outgoing> order) {
        Outgoing[] all = new Outgoing[count];
        int n = 0;
        for (Outgoing message : slots) {
            if (message != null) {
                all[n++] = message;
            }
        }
        Arrays.sort(all, order);
        return all;
    }

    /** Takes the place of a ring that was written down. */
    void restore(int capacity, int lastPacketId, Outgoing[] messages) {
        slots = capacity == 0 ? NONE : new Outgoing[capacity];
        lastId = lastPacketId;
        count = 0;
        for (Outgoing message : messages) {
            int slot = message.packetId & (capacity - 1);
            if (count == capacity || slots[slot] != null) {
                throw new IllegalArgumentException("packet id " + message.packetId + " does not fit its ring");
            }
            slots[slot] = message;
            count++;
        }
    }

    private void resize(int capacity) {
        @Nullable Outgoing[] old = slots;
        slots = new Outgoing[capacity];
        for (Outgoing message : old) {
            if (message != null) {
                slots[message.packetId & (capacity - 1)] = message;
            }
        }
    }
}
