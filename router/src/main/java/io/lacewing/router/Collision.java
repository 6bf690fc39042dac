package io.lacewing.router;

import java.util.Arrays;

/**
 * Two or more elements of a {@link HashTrie} with the same hash, sorted by key by those who make it, so that neither the
 * order of insertion nor many colliding keys matter: finding one takes a binary search.
 */
final class Collision<E> implements HashTrie.Element<E> {
    private final int hash;
    private final E[] elements;

    /** {@code elements} is sorted, has at least two members and is not changed any more. */
    Collision(int hash, E[] elements) {
        this.hash = hash;
        this.elements = elements;
    }

    @Override
    public int hash() {
        return hash;
    }

    /** The members, sorted. Shared: not to be changed. */
    E[] elements() {
        return elements;
    }

    /** This collision with {@code element} in place of the one at {@code index}. */
    Collision<E> replaced(int index, E element) {
        E[] changed = elements.clone();
        changed[index] = element;
        return new Collision<>(hash, changed);
    }

    /** A copy of {@code array} with {@code element} put in at {@code index}. */
    static <T> T[] inserted(T[] array, int index, T element) {
        T[] longer = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, index, longer, index + 1, array.length - index);
        longer[index] = element;
        return longer;
    }

    /** A copy of {@code array} without what is at {@code index}. */
    static <T> T[] removed(T[] array, int index) {
        T[] shorter = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, index + 1, shorter, index, array.length - index - 1);
        return shorter;
    }
}
