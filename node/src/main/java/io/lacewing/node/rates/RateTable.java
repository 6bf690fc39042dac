package io.lacewing.node.rates;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that connections of this node share of bounds on rates: the buckets of the listeners, and those of the users and tenants
 * that are connected. These stay after the last connection until they are full again, so that nobody gets a full bucket by
 * connecting anew; there are as many as users and tenants that were connected within that time. Any thread.
 */
public final class RateTable {
    /** Of one user, tenant or listener. */
    private record Shared(Buckets in, Buckets out) {
        long untilFull(long now) {
            return Math.max(in.untilFull(now), out.untilFull(now));
        }
    }

    /** The buckets of a user or tenant, and how many connections it has. Replaced whole. */
    private record Sharer(Shared buckets, int connections) {
        boolean isOver(long now) {
            return connections == 0 && buckets.untilFull(now) == 0;
        }
    }

    /** The users that are connected, or the tenants. */
    private static final class Sharers {
        private final Map<String, Sharer> known = new ConcurrentHashMap<>();
        private final boolean bounded;
        private final LongFunction<Shared> full;

        Sharers(Rates rates, LongFunction<Shared> full) {
            this.bounded = rates.boundsIn() || rates.boundsOut();
            this.full = full;
        }

        void begin(@Nullable String name, long now, List<Shared> all) {
            if (name != null && bounded) {
                Sharer entered = known.compute(
                        name,
                        (same, before) -> before == null
                                ? new Sharer(full.apply(now), 1)
                                : new Sharer(before.buckets, before.connections + 1));
                all.add(entered.buckets);
            }
        }

        long end(@Nullable String name, long now) {
            if (name == null || !bounded) {
                return 0;
            }
            Sharer left = known.compute(name, (same, before) -> {
                if (before == null || before.connections == 0) {
                    throw new IllegalStateException("a connection has ended that had not begun");
                }
                Sharer fewer = new Sharer(before.buckets, before.connections - 1);
                return fewer.isOver(now) ? null : fewer;
            });
            return left == null || left.connections > 0 ? 0 : left.buckets.untilFull(now);
        }

        void forget(@Nullable String name, long now) {
            if (name != null) {
                known.computeIfPresent(name, (same, before) -> before.isOver(now) ? null : before);
            }
        }
    }

    private final RateLimits limits;
    private final long burst;
    private final Map<String, Shared> listeners = new HashMap<>();
    private final Sharers users;
    private final Sharers tenants;

    private RateTable(RateLimits limits, long now) {
        this.limits = limits;
        this.burst = limits.burst().toNanos();
        this.users = new Sharers(
                limits.user(), at -> shared(limits.user(), RateCause.USER_MESSAGES, RateCause.USER_BYTES, at));
        this.tenants = new Sharers(
                limits.tenant(), at -> shared(limits.tenant(), RateCause.TENANT_MESSAGES, RateCause.TENANT_BYTES, at));
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
        all.add(limits.tenant());
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
     * @param tenant whose user that is, likewise; null if it is nobody's
     */
    public Share begin(String listener, @Nullable String user, @Nullable String tenant, long now) {
        List<Shared> all = new ArrayList<>(4);
        all.add(shared(limits.client(), RateCause.CLIENT_MESSAGES, RateCause.CLIENT_BYTES, now));
        users.begin(user, now, all);
        tenants.begin(tenant, now, all);
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
     * @throws IllegalStateException if none of this user, or tenant, has begun that has not ended
     */
    public long end(@Nullable String user, @Nullable String tenant, long now) {
        return Math.max(users.end(user, now), tenants.end(tenant, now));
    }

    /** Forgets a user, and a tenant, that has no connections, if its buckets are full. */
    public void forget(@Nullable String user, @Nullable String tenant, long now) {
        users.forget(user, now);
        tenants.forget(tenant, now);
    }

    /** How many users and tenants there are buckets of. */
    int sharers() {
        return users.known.size() + tenants.known.size();
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
