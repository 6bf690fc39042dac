package io.lacewing.persistence.shard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records that have a deadline, the next one first: a binary heap whose places the records know, so that a change
 * costs no garbage and no search. Records of the same time come in the order of their ordinals, so that the order does
 * not depend on the heap's history.
 */
final class Deadlines {
    static final long NEVER = Long.MAX_VALUE;

    private @Nullable ClientRecord[] heap = new ClientRecord[16];
    private int size;

    /** The time of the next deadline, milliseconds since the epoch; {@link #NEVER} if there is none. */
    long next() {
        ClientRecord first = heap[0];
        return size == 0 || first == null ? NEVER : first.deadline();
    }

    /** A record whose deadline has come, or null. It stays until it is updated or removed. */
    @Nullable
    ClientRecord due(long now) {
        return next() <= now ? heap[0] : null;
    }

    /** The record's deadline has changed, come or gone. */
    void update(ClientRecord record) {
        if (record.deadline() == NEVER) {
            remove(record);
            return;
        }
        if (record.heapIndex < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(record, size++);
        }
        down(record, up(record, record.heapIndex));
    }

    void remove(ClientRecord record) {
        int index = record.heapIndex;
        if (index < 0) {
            return;
        }
        record.heapIndex = -1;
        size--;
        ClientRecord last = heap[size];
        heap[size] = null;
        if (last != null && index != size) {
            place(last, index);
            down(last, up(last, index));
        }
    }

    private int up(ClientRecord record, int from) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            ClientRecord above = heap[parent];
            if (above == null || !before(record, above)) {
                break;
            }
            place(above, index);
            index = parent;
        }
        place(record, index);
        return index;
    }

    private void down(ClientRecord record, int from) {
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            ClientRecord least = heap[child];
            ClientRecord right = child + 1 < size ? heap[child + 1] : null;
            if (right != null && least != null && before(right, least)) {
                least = right;
                child++;
            }
            if (least == null || !before(least, record)) {
                break;
            }
            place(least, index);
            index = child;
        }
        place(record, index);
    }

    private void place(ClientRecord record, int index) {
        heap[index] = record;
        record.heapIndex = index;
    }

    private static boolean before(ClientRecord a, ClientRecord b) {
        long x = a.deadline();
        long y = b.deadline();
        return x < y || (x == y && a.ordinal < b.ordinal);
    }
}
