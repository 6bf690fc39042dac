package io.lacewing.node.rates;

import java.time.Duration;
import java.util.Map;

/**
 * The bounds on rates of one node.
 *
 * @param client of each connection
 * @param user of all connections of one user name together, on this node
 * @param tenant of all connections of one tenant together, on this node
 * @param listeners of all connections of one listener together, by its name; one that is not there has none
 * @param burst so much of a rate may come at once: what it gives in this time
 */
public record RateLimits(Rates client, Rates user, Rates tenant, Map<String, Rates> listeners, Duration burst) {
    /** Copies the map. */
    public RateLimits {
        listeners = Map.copyOf(listeners);
    }
}
