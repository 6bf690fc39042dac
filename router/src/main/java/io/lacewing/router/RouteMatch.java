package io.lacewing.router;

import java.util.List;

/**
 * Where a message goes.
 *
 * @param destinations each destination with at least one ordinary matching route, once, in an order that the table alone determines
 * @param groups each shared subscription that matches, once; one destination of each is to be picked, whether or not
 *     it is also in {@code destinations} (4.8.2)
 */
public record RouteMatch(List<Destination> destinations, List<ShareGroup> groups) {
    /** Nobody listens. */
    public static final RouteMatch NONE = new RouteMatch(List.of(), List.of());

    /** Copies the lists, unless they are immutable already. */
    public RouteMatch {
        destinations = List.copyOf(destinations);
        groups = List.copyOf(groups);
    }

    /** True if the message goes nowhere. */
    public boolean isEmpty() {
        return destinations.isEmpty() && groups.isEmpty();
    }
}
