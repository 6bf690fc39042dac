package io.lacewing.persistence.session;

import java.util.Arrays;

/** A set of packet ids: a sorted array, as a session seldom holds more than a few. At most 65,535 by their nature. */
final class PacketIdSet {
    private char[] ids = new char[4];
    private int size;

    int size() {
        return size;
    }

    /** The id at a place in ascending order. */
    int at(int index) {
        return ids[index];
    }

    boolean contains(int id) {
        return Arrays.binarySearch(ids, 0, size, (char) id) >= 0;
    }

    /** True if it was not in the set. */
    boolean add(int id) {
        int at = Arrays.binarySearch(ids, 0, size, (char) id);
        if (at >= 0) {
            return false;
        }
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        int place = -at - 1;
        System.arraycopy(ids, place, ids, place + 1, size - place);
        ids[place] = (char) id;
        size++;
        return true;
    }

    /** True if it was in the set. */
    boolean remove(int id) {
        int at = Arrays.binarySearch(ids, 0, size, (char) id);
        if (at < 0) {
            return false;
        }
        System.arraycopy(ids, at + 1, ids, at, size - at - 1);
        size--;
        return true;
    }
}
