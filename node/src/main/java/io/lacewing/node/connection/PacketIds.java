package io.lacewing.node.connection;

/**
 * A set of packet identifiers, small while few are in it: a hash table with linear probing that allocates nothing but its
 * growth. Owned by one event loop.
 */
final class PacketIds {
    private static final char[] NONE = {};

    /** A power of two, at most half full; 0 is a free place, as no packet identifier is 0. */
    private char[] table = NONE;

    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    boolean contains(int packetId) {
        return size > 0 && table[place(packetId)] == packetId;
    }

    /** Where it is, or the free place where it belongs. */
    private int place(int packetId) {
        int mask = table.length - 1;
        int place = packetId & mask;
        while (table[place] != 0 && table[place] != packetId) {
            place = (place + 1) & mask;
        }
        return place;
    }

    /** Adds an identifier of 1 to 65,535; false if it was there. */
    boolean add(int packetId) {
        if (2 * (size + 1) > table.length) {
            grow();
        }
        int place = place(packetId);
        if (table[place] == packetId) {
            return false;
        }
        table[place] = (char) packetId;
        size++;
        return true;
    }

    private void grow() {
        char[] old = table;
        table = new char[Math.max(8, 2 * old.length)];
        for (char packetId : old) {
            if (packetId != 0) {
                table[place(packetId)] = packetId;
            }
        }
    }

    /** Removes an identifier; false if it was not there. */
    boolean remove(int packetId) {
        if (!contains(packetId)) {
            return false;
        }
        size--;
        int mask = table.length - 1;
        int place = place(packetId);
        table[place] = 0;
        // What follows may have been pushed on from here: it is put anew, up to the next free place.
        for (int next = (place + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
            char moved = table[next];
            table[next] = 0;
            table[place(moved)] = moved;
        }
        return true;
    }
}
