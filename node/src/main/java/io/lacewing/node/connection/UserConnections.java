package io.lacewing.node.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many clients of each user are at this node: client ids, not connections, so that one that takes over its own connection is
 * not one more. Holds no more than there are connections. Thread-safe.
 */
final class UserConnections {
    private final int max;

    /** By user, how many connections each client id has: two for the moment of a takeover. */
    private final ConcurrentHashMap<String, Map<String, Integer>> clients = new ConcurrentHashMap<>();

    /** With at most {@code max} per user; 0: no bound, then nothing is to be counted. */
    UserConnections(int max) {
        this.max = max;
    }

    boolean isBounded() {
        return max != 0;
    }

    /** Counts one more connection; false, and counts nothing, if it is of one client more than there may be. */
    boolean enter(String user, String clientId) {
        boolean[] entered = {false};
        clients.compute(user, (same, known) -> {
            Map<String, Integer> of = known == null ? new HashMap<>() : known;
            entered[0] = of.size() < max || of.containsKey(clientId);
            if (entered[0]) {
                of.merge(clientId, 1, Integer::sum);
            }
            return of;
        });
        return entered[0];
    }

    /** A connection that was counted has ended. */
    void leave(String user, String clientId) {
        clients.computeIfPresent(user, (same, of) -> {
            of.computeIfPresent(clientId, (id, count) -> count == 1 ? null : (Integer) (count - 1));
            return of.isEmpty() ? null : of;
        });
    }

    /** How many users are known. */
    int size() {
        return clients.size();
    }
}
