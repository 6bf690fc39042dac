package io.lacewing.router;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable trie over 32-bit hashes, with nodes that hold only the slots in use (a hash array mapped trie, after
 * Bagwell). It knows at most one element per hash; those who use it put elements whose hashes collide into one
 * {@link Collision}.
 *
 * <p>There is no object for the trie itself: null is the empty trie, an element is the trie of that element alone, a
 * {@link Fork} is any larger one. So a trie of one element costs nothing, and tries with the same elements have the same
 * form, however they came to be.
 */
final class HashTrie {
    private static final int BITS = 5;
    private static final int MASK = (1 << BITS) - 1;

    private HashTrie() {}

    /** A trie that is not empty: an element or a fork. */
    sealed interface Slot<E> permits Element, Fork {}

    /** What stands in a trie. */
    non-sealed interface Element<E> extends Slot<E> {
        /** Its hash, spread with {@link #spread}. */
        int hash();
    }

    /** Up to 32 slots; bit b of {@code bitmap} says that there is one for the hash digit b. */
    static final class Fork<E> implements Slot<E> {
        private final int bitmap;
        private final Slot<E>[] slots;

        private Fork(int bitmap, Slot<E>[] slots) {
            this.bitmap = bitmap;
            this.slots = slots;
        }

        /** The slots in use, in the order of their digits. Shared: not to be changed. */
        Slot<E>[] slots() {
            return slots;
        }

        private int index(int bit) {
            return Integer.bitCount(bitmap & (bit - 1));
        }
    }

    /** Spreads a hash over all its bits; a bijection, so it makes no collisions (the finalizer of MurmurHash3). */
    static int spread(int hash) {
        int h = hash;
        h = (h ^ (h >>> 16)) * 0x85ebca6b;
        h = (h ^ (h >>> 13)) * 0xc2b2ae35;
        return h ^ (h >>> 16);
    }

    /** The element with {@code hash}, or null. */
    static <E> @Nullable Element<E> find(@Nullable Slot<E> trie, int hash) {
        Element<E> element = reach(trie, hash);
        return element != null && element.hash() == hash ? element : null;
    }

    /** The only element that may have {@code hash}, or null: for those who compare the key anyway. */
    static <E> @Nullable Element<E> reach(@Nullable Slot<E> trie, int hash) {
        Slot<E> slot = trie;
        int rest = hash;
        while (slot instanceof Fork<E> fork) {
            int bit = 1 << (rest & MASK);
            if ((fork.bitmap & bit) == 0) {
                return null;
            }
            slot = fork.slots[fork.index(bit)];
            rest >>>= BITS;
        }
        return (Element<E>) slot;
    }

    /** The trie with {@code element} in place of the one with its hash, if there is one. */
    static <E> Slot<E> with(@Nullable Slot<E> trie, Element<E> element) {
        return trie == null ? element : with(trie, element, element.hash(), 0);
    }

    private static <E> Slot<E> with(Slot<E> slot, Element<E> element, int hash, int shift) {
        return switch (slot) {
            case Fork<E> fork -> {
                int bit = 1 << ((hash >>> shift) & MASK);
                int index = fork.index(bit);
                if ((fork.bitmap & bit) == 0) {
                    yield new Fork<>(fork.bitmap | bit, Collision.inserted(fork.slots, index, element));
                }
                Slot<E>[] slots = fork.slots.clone();
                slots[index] = with(slots[index], element, hash, shift + BITS);
                yield new Fork<>(fork.bitmap, slots);
            }
            case Element<E> other -> other.hash() == hash ? element : fork(other, element, shift);
        };
    }

    private static <E> Fork<E> fork(Element<E> a, Element<E> b, int shift) {
        int digitA = (a.hash() >>> shift) & MASK;
        int digitB = (b.hash() >>> shift) & MASK;
        if (digitA == digitB) {
            Slot<E>[] one = slots(1);
            one[0] = fork(a, b, shift + BITS);
            return new Fork<>(1 << digitA, one);
        }
        Slot<E>[] two = slots(2);
        two[0] = digitA < digitB ? a : b;
        two[1] = digitA < digitB ? b : a;
        return new Fork<>(1 << digitA | 1 << digitB, two);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type can't be made otherwise
    private static <E> Slot<E>[] slots(int length) {
        return (Slot<E>[]) new Slot[length];
    }

    /** The trie without the element with {@code hash}, which must be there. */
    static <E> @Nullable Slot<E> without(Slot<E> trie, int hash) {
        return without(trie, hash, 0);
    }

    private static <E> @Nullable Slot<E> without(Slot<E> slot, int hash, int shift) {
        if (!(slot instanceof Fork<E> fork)) {
            return null;
        }
        int bit = 1 << ((hash >>> shift) & MASK);
        int index = fork.index(bit);
        Slot<E> left = without(fork.slots[index], hash, shift + BITS);
        if (left == null && fork.slots.length == 2) {
            Slot<E> other = fork.slots[1 - index];
            return other instanceof Fork<E>
                    ? new Fork<>(fork.bitmap & ~bit, Collision.removed(fork.slots, index))
                    : other;
        }
        if (left == null) {
            return new Fork<>(fork.bitmap & ~bit, Collision.removed(fork.slots, index));
        }
        if (fork.slots.length == 1 && left instanceof Element<E>) {
            return left; // a fork of one element is that element
        }
        Slot<E>[] slots = fork.slots.clone();
        slots[index] = left;
        return new Fork<>(fork.bitmap, slots);
    }

    /** Visits every element, ordered by the digits of their hashes from the lowest. */
    static <E> void forEach(@Nullable Slot<E> trie, Consumer<? super Element<E>> visitor) {
        switch (trie) {
            case null -> {}
            case Fork<E> fork -> {
                for (Slot<E> slot : fork.slots) {
                    forEach(slot, visitor); // at most seven deep
                }
            }
            case Element<E> element -> visitor.accept(element);
        }
    }
}
