package io.lacewing.router;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who subscribes to what: an immutable table of (filter, key) with a value each, which finds all that cover a topic. A
 * change makes a new table that shares nearly everything with the old one, so a reader takes a snapshot without locks. A
 * filter's share prefix plays no part here: {@code $share/g/a} is the same place as {@code a}; put the group into the key
 * if it matters.
 *
 * <p>The order of visits depends only on the content, as with {@link PersistentMap}.
 *
 * @param <K> who subscribes
 * @param <V> what is known of the subscription
 */
public final class SubscriptionTrie<K extends Comparable<? super K>, V> {
    private static final SubscriptionTrie<?, ?> EMPTY = new SubscriptionTrie<>(LevelTrie.empty(), 0);

    private final LevelTrie<PersistentMap<K, V>> filters;
    private final int size;

    private SubscriptionTrie(LevelTrie<PersistentMap<K, V>> filters, int size) {
        this.filters = filters;
        this.size = size;
    }

    /** The table without subscriptions. */
    @SuppressWarnings("unchecked") // it holds nothing, so it is of every type
    public static <K extends Comparable<? super K>, V> SubscriptionTrie<K, V> empty() {
        return (SubscriptionTrie<K, V>) EMPTY;
    }

    /** This table with {@code value} for {@code key} at {@code filter}; this table itself if it holds that very value. */
    public SubscriptionTrie<K, V> with(TopicFilter filter, K key, V value) {
        PersistentMap<K, V> old = subscribers(filter);
        PersistentMap<K, V> changed = old.with(key, value);
        return changed == old
                ? this
                : new SubscriptionTrie<>(
                        filters.with(filter.utf8(), filter.start(), changed), size + changed.size() - old.size());
    }

    /** This table without {@code key} at {@code filter}; this table itself if it is not there. */
    public SubscriptionTrie<K, V> without(TopicFilter filter, K key) {
        PersistentMap<K, V> old = subscribers(filter);
        PersistentMap<K, V> changed = old.without(key);
        if (changed == old) {
            return this;
        }
        LevelTrie<PersistentMap<K, V>> left = changed.isEmpty()
                ? filters.without(filter.utf8(), filter.start())
                : filters.with(filter.utf8(), filter.start(), changed);
        return left.isEmpty() ? empty() : new SubscriptionTrie<>(left, size - 1);
    }

    /** The value of {@code key} at {@code filter}, or null. */
    public @Nullable V get(TopicFilter filter, K key) {
        return subscribers(filter).get(key);
    }

    /** All who subscribe to exactly {@code filter}. */
    public PersistentMap<K, V> subscribers(TopicFilter filter) {
        PersistentMap<K, V> found = filters.get(filter.utf8(), filter.start());
        return found == null ? PersistentMap.empty() : found;
    }

    /**
     * Visits every key and value whose filter covers {@code topic}, by 4.7.1 and 4.7.2 [MQTT-4.7.2-1]. A key is visited
     * once for each of its filters that does; the caller merges. Needs no stack that grows with the topic.
     */
    public void match(TopicName topic, BiConsumer<? super K, ? super V> visitor) {
        FilterWalk.walk(filters, topic, visitor, PersistentMap::forEach);
    }

    /** How many (filter, key) pairs there are. */
    public int size() {
        return size;
    }

    /** True if there is none. */
    public boolean isEmpty() {
        return size == 0;
    }
}
