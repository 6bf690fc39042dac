package io.lacewing.node.config;

import io.lacewing.node.net.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The ban list ({@code bans.*}).
 *
 * @param max how many bans there may be
 * @param except addresses from which nobody is banned automatically
 * @param guessing of an address, after failed authentications
 * @param flapping of a client id, after connects
 */
public record BansConfig(int max, List<Network> except, BanRule guessing, BanRule flapping) {
    private static final KeyType<Duration> WITHIN = KeyType.duration(Duration.ofSeconds(1), Duration.ofDays(1));
    private static final KeyType<Duration> LENGTH = KeyType.duration(Duration.ofSeconds(1), Duration.ofDays(365));

    static final Key<Integer> MAX = new Key<>(
            "bans.max",
            KeyType.integer(1, 100_000),
            "10000",
            "Most bans in the cluster. Automatic ones take at most half of it. To be the same on all nodes.");
    static final Key<String> EXCEPT = new Key<>(
            "bans.except[]",
            KeyType.text(
                    "an IP address, or a range of them as 10.0.0.0/8 or 2001:db8::/32",
                    "[0-9A-Fa-f:.\\[\\]]+(/[0-9]+)?"),
            null,
            "Nobody who comes from here is banned automatically: an IP address, or a range of them. For load balancers, and for"
                    + " networks whose clients share an address. Loopback is always excepted.");
    static final Key<Integer> GUESSING_FAILURES = new Key<>(
            "bans.guessing.failures",
            KeyType.integer(0, 1_000_000),
            "100",
            "An address (of IPv6 its /64) from which more authentications than this fail at one node within"
                    + " `bans.guessing.within` is banned. 0: none is.");
    static final Key<Duration> GUESSING_WITHIN =
            new Key<>("bans.guessing.within", WITHIN, "1m", "In which time, from the first of them.");
    static final Key<Duration> GUESSING_FOR = new Key<>(
            "bans.guessing.for", LENGTH, "10m", "How long such an address is banned. Connections that are open stay.");
    static final Key<Integer> FLAPPING_CONNECTS = new Key<>(
            "bans.flapping.connects",
            KeyType.integer(0, 1_000_000),
            "0",
            "A client id that is let in more often than this by one node within `bans.flapping.within` is banned, as of"
                    + " clients that take over each other's session again and again. 0: none is. Whoever may connect by a client id can have"
                    + " it banned so: turn it on only where client ids belong to who uses them, as by `auth.certificate.clientId` or"
                    + " `auth.jwt.clientIdClaim`.");
    static final Key<Duration> FLAPPING_WITHIN =
            new Key<>("bans.flapping.within", WITHIN, "1m", "In which time, from the first of them.");
    static final Key<Duration> FLAPPING_FOR =
            new Key<>("bans.flapping.for", LENGTH, "10m", "How long such a client id is banned.");
    static final List<Key<?>> KEYS = List.of(
            MAX,
            EXCEPT,
            GUESSING_FAILURES,
            GUESSING_WITHIN,
            GUESSING_FOR,
            FLAPPING_CONNECTS,
            FLAPPING_WITHIN,
            FLAPPING_FOR);

    /** Copies the list. */
    public BansConfig {
        except = List.copyOf(except);
    }

    static BansConfig from(Settings settings) {
        List<Network> except = new ArrayList<>();
        for (String range : settings.list(EXCEPT)) {
            try {
                except.add(Network.of(range));
            } catch (IllegalArgumentException e) {
                throw settings.refuse(EXCEPT.name().replace("[]", "." + except.size()), String.valueOf(e.getMessage()));
            }
        }
        return new BansConfig(
                settings.get(MAX),
                except,
                new BanRule(settings.get(GUESSING_FAILURES), settings.get(GUESSING_WITHIN), settings.get(GUESSING_FOR)),
                new BanRule(
                        settings.get(FLAPPING_CONNECTS), settings.get(FLAPPING_WITHIN), settings.get(FLAPPING_FOR)));
    }
}
