package io.lacewing.persistence.shard;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
        /** Ascending by number. */
        final List<Remembered> remembered = new ArrayList<>(4);

        /** The index of the first with this number or a higher one; their count if there is none. */
        int from(long number) {
            int low = 0;
            int high = remembered.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (remembered.get(middle).number < number) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
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
            int index = standing.from(number);
            if (index < standing.remembered.size()) {
                Remembered remembered = standing.remembered.get(index);
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
        if (standing != null) {
            standing.remembered.subList(0, standing.from(number + 1)).clear();
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
