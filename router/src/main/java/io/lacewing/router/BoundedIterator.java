package io.lacewing.router;

import java.util.Iterator;

/**
 * An iterator that may have to search long for its next element, and can do so a piece at a time. Belongs to one thread.
 *
 * @param <V> what is found
 */
public interface BoundedIterator<V> extends Iterator<V> {
    /**
     * Searches for the next element with at most {@code steps} steps, each of which takes well below a microsecond on the usual
     * machine.
     *
     * @return how many of the steps are left. If there are any, {@link #hasNext} and {@link #next} answer without another
     *     step; if there are none, it may not be known yet whether there is a next element
     */
    int seek(int steps);
}
