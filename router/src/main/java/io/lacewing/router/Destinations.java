package io.lacewing.router;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Gathers the destinations that a match visits, each once. Most messages have none or one: no list is made for these. */
final class Destinations implements BiConsumer<Destination, RouteValue> {
    /** Up to so many are compared one by one. */
    private static final int FEW = 16;

    private @Nullable Destination first;
    private @Nullable List<Destination> all;
    private @Nullable Set<Destination> seen;

    @Override
    public void accept(Destination destination, RouteValue value) {
        if (first == null) {
            first = destination;
            return;
        }
        if (all == null) {
            if (destination.equals(first)) {
                return;
            }
            all = new ArrayList<>(8);
            all.add(first);
        } else if (isKnown(all, destination)) {
            return;
        }
        all.add(destination);
    }

    private boolean isKnown(List<Destination> known, Destination destination) {
        if (known.size() < FEW) {
            return known.contains(destination);
        }
        if (seen == null) {
            seen = new HashSet<>(known);
        }
        return !seen.add(destination);
    }

    /** What was gathered, in the order of the visits; immutable. */
    List<Destination> found() {
        if (all != null) {
            return List.copyOf(all);
        }
        return first == null ? List.of() : List.of(first);
    }
}
