package io.lacewing.router;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All routes of the cluster, as every node holds them. Immutable: a change makes a new index that shares nearly
 * everything with the old one, so a reader takes a snapshot without locks.
 *
 * <p>A route stands here twice: by destination, to be found when a destination goes, and by filter, to be matched.
 */
public final class RouteIndex {
    private static final RouteIndex EMPTY =
            new RouteIndex(PersistentMap.empty(), SubscriptionTrie.empty(), SubscriptionTrie.empty(), 0);

    private final PersistentMap<Destination, PersistentMap<TopicFilter, RouteValue>> byDestination;
    private final SubscriptionTrie<Destination, RouteValue> plain;
    /** The key is the filter with its share prefix, so that each group is found whole. */
    private final SubscriptionTrie<TopicFilter, ShareGroup> shared;

    private final int size;

    private RouteIndex(
            PersistentMap<Destination, PersistentMap<TopicFilter, RouteValue>> byDestination,
            SubscriptionTrie<Destination, RouteValue> plain,
            SubscriptionTrie<TopicFilter, ShareGroup> shared,
            int size) {
        this.byDestination = byDestination;
        this.plain = plain;
        this.shared = shared;
        this.size = size;
    }

    /** The index without routes. */
    public static RouteIndex empty() {
        return EMPTY;
    }

    /**
     * This index with {@code value} for the route {@code key}; this index itself if it says the same already.
     *
     * @throws IllegalArgumentException if the route is not a share group's and {@code value} counts members
     */
    public RouteIndex with(RouteKey key, RouteValue value) {
        TopicFilter filter = key.filter();
        if (!filter.isShared() && !value.equals(RouteValue.PLAIN)) {
            throw new IllegalArgumentException("members counted for an ordinary route: " + key + " " + value);
        }
        PersistentMap<TopicFilter, RouteValue> routes = routes(key.destination());
        RouteValue old = routes.get(filter);
        if (value.equals(old)) {
            return this;
        }
        RouteValue kept = filter.isShared() ? value : RouteValue.PLAIN;
        return new RouteIndex(
                byDestination.with(key.destination(), routes.with(filter, kept)),
                filter.isShared() ? plain : plain.with(filter, key.destination(), kept),
                filter.isShared() ? shared.with(filter, filter, group(filter, key.destination(), kept)) : shared,
                old == null ? size + 1 : size);
    }

    private ShareGroup group(TopicFilter filter, Destination destination, RouteValue value) {
        ShareGroup old = shared.get(filter, filter);
        return old == null ? ShareGroup.of(filter, destination, value) : old.with(destination, value);
    }

    /** This index without the route {@code key}; this index itself if it has no such route. */
    public RouteIndex without(RouteKey key) {
        PersistentMap<TopicFilter, RouteValue> routes = routes(key.destination());
        PersistentMap<TopicFilter, RouteValue> left = routes.without(key.filter());
        if (left == routes) {
            return this;
        }
        return new RouteIndex(
                left.isEmpty() ? byDestination.without(key.destination()) : byDestination.with(key.destination(), left),
                key.filter().isShared() ? plain : plain.without(key.filter(), key.destination()),
                key.filter().isShared() ? withoutMember(shared, key.filter(), key.destination()) : shared,
                size - 1);
    }

    private static SubscriptionTrie<TopicFilter, ShareGroup> withoutMember(
            SubscriptionTrie<TopicFilter, ShareGroup> groups, TopicFilter filter, Destination destination) {
        ShareGroup old = groups.get(filter, filter);
        ShareGroup left = old == null ? null : old.without(destination);
        return left == null ? groups.without(filter, filter) : groups.with(filter, filter, left);
    }

    /** This index without any route to {@code destination}: it costs as much as there are of those. */
    public RouteIndex withoutDestination(Destination destination) {
        PersistentMap<TopicFilter, RouteValue> routes = routes(destination);
        if (routes.isEmpty()) {
            return this;
        }
        Removal removal = new Removal(destination, plain, shared);
        routes.forEach(removal);
        return new RouteIndex(byDestination.without(destination), removal.plain, removal.shared, size - routes.size());
    }

    /** The two tables by filter while the routes of one destination go, one by one. */
    private static final class Removal implements BiConsumer<TopicFilter, RouteValue> {
        private final Destination destination;
        private SubscriptionTrie<Destination, RouteValue> plain;
        private SubscriptionTrie<TopicFilter, ShareGroup> shared;

        Removal(
                Destination destination,
                SubscriptionTrie<Destination, RouteValue> plain,
                SubscriptionTrie<TopicFilter, ShareGroup> shared) {
            this.destination = destination;
            this.plain = plain;
            this.shared = shared;
        }

        @Override
        public void accept(TopicFilter filter, RouteValue value) {
            if (filter.isShared()) {
                shared = withoutMember(shared, filter, destination);
            } else {
                plain = plain.without(filter, destination);
            }
        }
    }

    /** The value of the route {@code key}, or null if there is no such route. */
    public @Nullable RouteValue get(RouteKey key) {
        return routes(key.destination()).get(key.filter());
    }

    /** The routes to {@code destination}, by filter. */
    public PersistentMap<TopicFilter, RouteValue> routes(Destination destination) {
        PersistentMap<TopicFilter, RouteValue> routes = byDestination.get(destination);
        return routes == null ? PersistentMap.empty() : routes;
    }

    /** Each destination with a route, and its routes, by filter. */
    public PersistentMap<Destination, PersistentMap<TopicFilter, RouteValue>> byDestination() {
        return byDestination;
    }

    /** How many routes there are. */
    public int size() {
        return size;
    }

    /** Where a message with {@code topic} goes; {@link RouteMatch#NONE} if nowhere. */
    public RouteMatch match(TopicName topic) {
        Destinations destinations = new Destinations();
        plain.match(topic, destinations);
        List<Destination> found = destinations.found();
        List<ShareGroup> groups = shared.isEmpty() ? List.of() : groups(topic);
        return found.isEmpty() && groups.isEmpty() ? RouteMatch.NONE : new RouteMatch(found, groups);
    }

    private List<ShareGroup> groups(TopicName topic) {
        List<ShareGroup> found = new ArrayList<>(4);
        shared.match(topic, (filter, group) -> found.add(group));
        return List.copyOf(found);
    }
}
