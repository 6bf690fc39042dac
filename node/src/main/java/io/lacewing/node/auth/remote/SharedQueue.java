package io.lacewing.node.auth.remote;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A bounded queue that nobody can fill for the others: whoever has as many in it as there is room left may add no more. So one alone
 * gets half of it, two a third each, and who has none in it finds room as long as there is any. Owned by one thread.
 *
 * @param <T> what waits
 */
final class SharedQueue<T> {
    private final int most;
    private final Function<T, Object> owner;
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private final Map<Object, Integer> shares = new HashMap<>();

    /**
     * An empty one.
     *
     * @param most how many may wait
     * @param owner in whose share something is; always the same for the same
     */
    SharedQueue(int most, Function<T, Object> owner) {
        this.most = most;
        this.owner = owner;
    }

    /** Puts something at the end; false if there is no room for it. */
    boolean add(T one) {
        Object whose = owner.apply(one);
        int share = shares.getOrDefault(whose, 0);
        if (share >= most - waiting.size()) {
            return false;
        }
        shares.put(whose, share + 1);
        waiting.add(one);
        return true;
    }

    /** Takes what is in front; there must be something. */
    T remove() {
        T first = waiting.remove();
        release(first);
        return first;
    }

    /** Takes out all of these, wherever they are; true if there were any. */
    boolean removeIf(Predicate<T> unwanted) {
        int before = waiting.size();
        for (Iterator<T> each = waiting.iterator(); each.hasNext(); ) {
            T one = each.next();
            if (unwanted.test(one)) {
                each.remove();
                release(one);
            }
        }
        return waiting.size() < before;
    }

    private void release(T one) {
        shares.computeIfPresent(owner.apply(one), (whose, share) -> share == 1 ? null : share - 1);
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
