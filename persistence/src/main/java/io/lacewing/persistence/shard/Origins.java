package io.lacewing.persistence.shard;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far each origin has come and what it was answered, until it confirms the answers. How many that are is bounded by
 * the origin's own window of unanswered ops.
 */
final class Origins {
    private static final OpResult.Ok OK = new OpResult.Ok();

    /** The result of one op. */
    record Remembered(long number, OpResult result) {}

    /** One origin's standing. */
    static final class Standing {
        long last;
        final ArrayDeque<Remembered> remembered = new ArrayDeque<>(4);
    }

    private final Map<Origin, Standing> origins = new LinkedHashMap<>();

    Map<Origin, Standing> all() {
        return origins;
    }

    /** The highest number taken from the origin; 0 if none was. */
    long last(Origin origin) {
        Standing standing = origins.get(origin);
        return standing == null ? 0 : standing.last;
    }

    /** The answer to an op that was applied before. One that was confirmed needs none: any will do. */
    OpResult repeat(Origin origin, long number) {
        Standing standing = origins.get(origin);
        if (standing != null) {
            for (Remembered remembered : standing.remembered) {
                if (remembered.number == number) {
                    return remembered.result;
                }
            }
        }
        return OK;
    }

    void applied(Origin origin, long number, OpResult result) {
        Standing standing = origins.computeIfAbsent(origin, o -> new Standing());
        standing.last = number;
        standing.remembered.add(new Remembered(number, result));
    }

    void confirmed(Origin origin, long number) {
        Standing standing = origins.get(origin);
        if (standing == null) {
            return;
        }
        for (@Nullable Remembered first = standing.remembered.peek();
                first != null && first.number <= number;
                first = standing.remembered.peek()) {
            standing.remembered.remove();
        }
    }

    /** Forgets the nodes that are not among the living: an incarnation never comes back. */
    void keepNodes(Set<Long> incarnations) {
        Iterator<Origin> iterator = origins.keySet().iterator();
        while (iterator.hasNext()) {
            Origin origin = iterator.next();
            if (origin.kind() == Origin.Kind.NODE && !incarnations.contains(origin.id())) {
                iterator.remove();
            }
        }
    }

    Standing restore(Origin origin, long last) {
        Standing standing = new Standing();
        standing.last = last;
        origins.put(origin, standing);
        return standing;
    }
}
