package io.lacewing.router;

import java.util.Arrays;

/** A stack of things that a walk has yet to visit, each with a position: in place of recursion, which paths could overflow. */
final class Pending {
    private Object[] items = new Object[8];
    private int[] positions = new int[8];
    private int depth;

    boolean isEmpty() {
        return depth == 0;
    }

    void push(Object item, int position) {
        if (depth == items.length) {
            items = Arrays.copyOf(items, depth * 2);
            positions = Arrays.copyOf(positions, depth * 2);
        }
        items[depth] = item;
        positions[depth] = position;
        depth++;
    }

    /** The position of the item on top. */
    int position() {
        return positions[depth - 1];
    }

    /** Takes the item on top. */
    Object pop() {
        return items[--depth];
    }
}
