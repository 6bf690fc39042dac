package io.lacewing.node.rates;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All that connections of this node share of bounds on rates: the buckets of the listeners, and those of the users that are
 * connected. A user's stay after its last connection until they are full again, so that nobody gets a full bucket by connecting
 * anew; there are as many as users that were connected within that time. Any thread.
 */
public final class RateTable {
    /** Of one user or listener. */
    private record Shared(Buckets in, Buckets out) {
        long untilFull(long now) {
            return Math.max(in.untilFull(now), out.untilFull(now));
        }
    }

    /** A user's buckets, and how many connections it has. Replaced whole. */
    private record User(Shared buckets, int connections) {}

    private final RateLimits limits;
    private final long burst;
    private final Map<String, Shared> listeners = new HashMap<>();
    private final Map<String, User> users = new ConcurrentHashMap<>();

    private RateTable(RateLimits limits, long now) {
        this.limits = limits;
        this.burst = limits.burst().toNanos();
        limits.listeners()
                .forEach((name, rates) ->
                        listeners.put(name, shared(rates, RateCause.LISTENER_MESSAGES, RateCause.LISTENER_BYTES, now)));
    }

    /**
     * The table for these bounds; null if there are none.
     *
     * @param now nanoseconds, as in all calls
     */
    public static @Nullable RateTable of(RateLimits limits, long now) {
        List<Rates> all = new ArrayList<>(limits.listeners().values());
        all.add(limits.client());
        all.add(limits.user());
        return all.stream().anyMatch(rates -> rates.boundsIn() || rates.boundsOut())
                ? new RateTable(limits, now)
                : null;
    }

    /**
     * What a new connection takes from, in both directions.
     *
     * @param in null if nothing is bounded there
     * @param out null if nothing is bounded there
     */
    public record Share(@Nullable Meter in, @Nullable Meter out) {}

    /**
     * A connection begins.
     *
     * @param user who it is of, to be given back by {@link #end}; null if that is not known, and so bounded by nothing
     */
    public Share begin(String listener, @Nullable String user, long now) {
        List<Shared> all = new ArrayList<>(3);
        all.add(shared(limits.client(), RateCause.CLIENT_MESSAGES, RateCause.CLIENT_BYTES, now));
        if (user != null && boundsUsers()) {
            User entered = users.compute(
                    user,
                    (name, known) -> known == null
                            ? new User(shared(limits.user(), RateCause.USER_MESSAGES, RateCause.USER_BYTES, now), 1)
                            : new User(known.buckets, known.connections + 1));
            all.add(entered.buckets);
        }
        Shared ofListener = listeners.get(listener);
        if (ofListener != null) {
            all.add(ofListener);
        }
        return new Share(
                meter(all.stream().map(Shared::in).toList()),
                meter(all.stream().map(Shared::out).toList()));
    }

    /**
     * A connection that has begun has ended: to be called once for each.
     *
     * @return nanoseconds after which {@link #forget} is to be called; 0 if it need not be
     * @throws IllegalStateException if none of this user has begun that has not ended; then nothing is changed
     */
    public long end(@Nullable String user, long now) {
        if (user == null || !boundsUsers()) {
            return 0;
        }
        User left = users.compute(user, (name, known) -> {
            if (known == null || known.connections == 0) {
                throw new IllegalStateException("a connection has ended that had not begun");
            }
            User fewer = new User(known.buckets, known.connections - 1);
            return isOver(fewer, now) ? null : fewer;
        });
        return left == null || left.connections > 0 ? 0 : left.buckets.untilFull(now);
    }

    /** Forgets a user that has no connections if its buckets are full. */
    public void forget(String user, long now) {
        users.computeIfPresent(user, (name, known) -> isOver(known, now) ? null : known);
    }

    /** How many users there are buckets of. */
    int users() {
        return users.size();
    }

    private static boolean isOver(User user, long now) {
        return user.connections == 0 && user.buckets.untilFull(now) == 0;
    }

    private boolean boundsUsers() {
        return limits.user().boundsIn() || limits.user().boundsOut();
    }

    private static @Nullable Meter meter(List<Buckets> all) {
        Meter meter = new Meter(all);
        return meter.isEmpty() ? null : meter;
    }

    private Shared shared(Rates rates, RateCause messages, RateCause bytes, long now) {
        return new Shared(
                Buckets.of(rates.messagesIn(), rates.bytesIn(), messages, bytes, burst, now),
                Buckets.of(rates.messagesOut(), rates.bytesOut(), messages, bytes, burst, now));
    }
}
