package io.lacewing.node.ban;

import io.lacewing.node.net.Network;
import io.lacewing.node.ban.Ban.Kind;
import java.net.InetAddress;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All bans at one time, for look-ups. Immutable; any thread. Each look-up says by itself whether what it has found has ended. */
public final class BanIndex {
    /** Without bans. */
    public static final BanIndex EMPTY = new BanIndex(List.of());

    private final Map<String, Ban> clientIds = new HashMap<>();
    private final Map<String, Ban> users = new HashMap<>();
    private final Prefixes<Ban> addresses;
    /** Only those that end connections which are open. */
    private final Prefixes<Ban> ending;

    private final List<Ban> all;

    BanIndex(Collection<Ban> bans) {
        all = List.copyOf(bans);
        Map<Network, Ban> networks = new HashMap<>();
        for (Ban ban : all) {
            switch (ban.kind()) {
                case CLIENT_ID -> clientIds.put(ban.value(), ban);
                case USER -> users.put(ban.value(), ban);
                case ADDRESS -> networks.put(Network.of(ban.value()), ban);
            }
        }
        addresses = new Prefixes<>(networks);
        networks.values().removeIf(ban -> !ban.endsConnections());
        ending = new Prefixes<>(networks);
    }

    /** The ban of a client id; null if it has none. */
    @Nullable
    Ban ofClientId(String clientId) {
        return inForce(clientIds.get(clientId));
    }

    /** The ban of a user name; null if it has none. */
    @Nullable
    Ban ofUser(@Nullable String user) {
        return user == null ? null : inForce(users.get(user));
    }

    /** The ban of who comes from an address; null if it has none. */
    @Nullable
    Ban ofAddress(@Nullable InetAddress address) {
        return address == null ? null : inForce(addresses, address);
    }

    /** The ban of who is connected from an address already; null if it has none. */
    @Nullable
    Ban ofConnected(@Nullable InetAddress address) {
        return address == null ? null : inForce(ending, address);
    }

    /** One that has ended hides no wider one. */
    private static @Nullable Ban inForce(Prefixes<Ban> ranges, InetAddress address) {
        long now = System.currentTimeMillis();
        return ranges.get(address, ban -> ban.isInForce(now));
    }

    private static @Nullable Ban inForce(@Nullable Ban ban) {
        return ban != null && ban.isInForce(System.currentTimeMillis()) ? ban : null;
    }

    /** True if nobody is banned. */
    boolean isEmpty() {
        return all.isEmpty();
    }

    /** True if this has a ban that ends connections and that {@code before} does not have. */
    boolean endsMoreThan(BanIndex before) {
        Set<Ban> known = Set.copyOf(before.all);
        return all.stream().anyMatch(ban -> ban.endsConnections() && !known.contains(ban));
    }

    /** All, those included that have ended since. */
    List<Ban> all() {
        return all;
    }

    /** How many there are of each kind, by the time of the snapshot. */
    Map<Kind, Integer> counts() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        all.forEach(ban -> counts.merge(ban.kind(), 1, Integer::sum));
        return counts;
    }
}
