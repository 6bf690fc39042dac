package io.lacewing.router;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map: a change makes a new map that shares all but a few small nodes with the old one, so any thread may
 * read any version without locks.
 *
 * <p>The order of {@link #forEach} depends only on the content: on the hash codes of the keys, and on their natural order
 * where hash codes collide. It is the same on every machine if the hash codes are; so keys whose hash code is an
 * identity, such as enums, don't belong in a map that is iterated on several machines. {@code compareTo} must agree with
 * {@code equals}. Many keys with one hash code cost a binary search to find, and one array copy to change.
 *
 * <p>The empty map is one shared object, and a map of one entry is just that entry (24 bytes).
 *
 * @param <K> what is looked up
 * @param <V> what is found
 */
public abstract sealed class PersistentMap<K extends Comparable<? super K>, V> {
    private static final PersistentMap<?, ?> EMPTY = new Empty<>();

    private PersistentMap() {}

    /** The map without entries. */
    @SuppressWarnings("unchecked") // it holds nothing, so it is of every type
    public static <K extends Comparable<? super K>, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    /** The value of {@code key}, or null if there is none. */
    public abstract @Nullable V get(K key);

    /** This map with {@code value} for {@code key}; this map itself if it holds that very value for it already. */
    public abstract PersistentMap<K, V> with(K key, V value);

    /** This map without {@code key}; this map itself if it has no such key. */
    public abstract PersistentMap<K, V> without(K key);

    /** How many entries there are. */
    public abstract int size();

    /** Visits every entry, in the order that the class comment promises. */
    public abstract void forEach(BiConsumer<? super K, ? super V> visitor);

    /** True if {@code key} has a value. */
    public final boolean containsKey(K key) {
        return get(key) != null;
    }

    /** True if there are no entries. */
    public final boolean isEmpty() {
        return size() == 0;
    }

    @Override
    public final String toString() {
        StringBuilder text = new StringBuilder("{");
        forEach((key, value) -> text.append(text.length() == 1 ? "" : ", ")
                .append(key)
                .append('=')
                .append(value));
        return text.append('}').toString();
    }

    /** By identity, as equal values may still differ in what {@code equals} leaves out. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Object a, Object b) {
        return a == b;
    }

    private static int hash(Object key) {
        return HashTrie.spread(key.hashCode());
    }

    private static final class Empty<K extends Comparable<? super K>, V> extends PersistentMap<K, V> {
        @Override
        public @Nullable V get(K key) {
            return null;
        }

        @Override
        public PersistentMap<K, V> with(K key, V value) {
            return new Entry<>(hash(key), key, value);
        }

        @Override
        public PersistentMap<K, V> without(K key) {
            return this;
        }

        @Override
        public int size() {
            return 0;
        }

        @Override
        public void forEach(BiConsumer<? super K, ? super V> visitor) {}
    }

    /** One entry: a map by itself, and what larger maps are made of. */
    private static final class Entry<K extends Comparable<? super K>, V> extends PersistentMap<K, V>
            implements HashTrie.Element<Entry<K, V>> {
        private final int hash;
        private final K key;
        private final V value;

        Entry(int hash, K key, V value) {
            this.hash = hash;
            this.key = key;
            this.value = value;
        }

        @Override
        public int hash() {
            return hash;
        }

        @Override
        public @Nullable V get(K key) {
            return this.key.equals(key) ? value : null;
        }

        @Override
        public PersistentMap<K, V> with(K key, V value) {
            if (!this.key.equals(key)) {
                return new Many<>(this, 1).with(key, value);
            }
            return same(this.value, value) ? this : new Entry<>(hash, this.key, value);
        }

        @Override
        public PersistentMap<K, V> without(K key) {
            return this.key.equals(key) ? empty() : this;
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public void forEach(BiConsumer<? super K, ? super V> visitor) {
            visitor.accept(key, value);
        }
    }

    /** Two entries or more. */
    private static final class Many<K extends Comparable<? super K>, V> extends PersistentMap<K, V> {
        private final HashTrie.Slot<Entry<K, V>> root;
        private final int size;

        Many(HashTrie.Slot<Entry<K, V>> root, int size) {
            this.root = root;
            this.size = size;
        }

        @Override
        public @Nullable V get(K key) {
            return switch (HashTrie.find(root, hash(key))) {
                case null -> null;
                case Collision<Entry<K, V>> collision -> {
                    int index = search(collision, key);
                    yield index < 0 ? null : collision.elements()[index].value;
                }
                case HashTrie.Element<Entry<K, V>> element -> ((Entry<K, V>) element).get(key);
            };
        }

        @Override
        public PersistentMap<K, V> with(K key, V value) {
            Entry<K, V> added = new Entry<>(hash(key), key, value);
            return switch (HashTrie.find(root, added.hash)) {
                case null -> put(added, 1);
                case Collision<Entry<K, V>> collision -> {
                    int index = search(collision, key);
                    if (index < 0) {
                        Entry<K, V>[] more = Collision.inserted(collision.elements(), -index - 1, added);
                        yield put(new Collision<>(added.hash, more), 1);
                    }
                    yield same(collision.elements()[index].value, value)
                            ? this
                            : put(collision.replaced(index, added), 0);
                }
                case HashTrie.Element<Entry<K, V>> element -> {
                    Entry<K, V> old = (Entry<K, V>) element;
                    if (old.key.equals(key)) {
                        yield same(old.value, value) ? this : put(added, 0);
                    }
                    yield put(new Collision<>(added.hash, pair(old, added)), 1);
                }
            };
        }

        private Many<K, V> put(HashTrie.Element<Entry<K, V>> element, int more) {
            return new Many<>(HashTrie.with(root, element), size + more);
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type can't be made otherwise
        private static <K extends Comparable<? super K>, V> Entry<K, V>[] pair(Entry<K, V> a, Entry<K, V> b) {
            boolean ordered = a.key.compareTo(b.key) < 0;
            return (Entry<K, V>[]) new Entry[] {ordered ? a : b, ordered ? b : a};
        }

        @Override
        public PersistentMap<K, V> without(K key) {
            int hash = hash(key);
            return switch (HashTrie.find(root, hash)) {
                case null -> this;
                case Collision<Entry<K, V>> collision -> {
                    int index = search(collision, key);
                    if (index < 0) {
                        yield this;
                    }
                    Entry<K, V>[] left = Collision.removed(collision.elements(), index);
                    yield less(HashTrie.with(root, left.length == 1 ? left[0] : new Collision<>(hash, left)));
                }
                case HashTrie.Element<Entry<K, V>> element ->
                    ((Entry<K, V>) element).key.equals(key) ? less(HashTrie.without(root, hash)) : this;
            };
        }

        private PersistentMap<K, V> less(HashTrie.@Nullable Slot<Entry<K, V>> trie) {
            return switch (trie) {
                case null -> empty();
                case Entry<K, V> last -> last;
                case HashTrie.Slot<Entry<K, V>> more -> new Many<>(more, size - 1);
            };
        }

        private static <K extends Comparable<? super K>, V> int search(Collision<Entry<K, V>> collision, K key) {
            Entry<K, V>[] entries = collision.elements();
            int low = 0;
            int high = entries.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = entries[middle].key.compareTo(key);
                if (order == 0) {
                    return middle;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -low - 1;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public void forEach(BiConsumer<? super K, ? super V> visitor) {
            HashTrie.forEach(root, element -> {
                if (element instanceof Collision<Entry<K, V>> collision) {
                    for (Entry<K, V> entry : collision.elements()) {
                        visitor.accept(entry.key, entry.value);
                    }
                } else {
                    ((Entry<K, V>) element).forEach(visitor);
                }
            });
        }
    }
}
