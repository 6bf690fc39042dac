package io.lacewing.node.config;

import java.time.Duration;
import java.util.List;

/**
 * How another system is asked who a client is; the same for each ({@code auth.http.*}, {@code auth.ldap.*}, {@code auth.sql.*}).
 *
 * @param timeout how long an answer may take
 * @param onError what a client is told when there is none
 * @param maxRequests how many questions are on their way at a time
 * @param breakerFailures after so many questions in a row without an answer no more are asked for a while
 * @param breakerPause that while
 * @param cacheTtl how long it is remembered that a client was let in; zero: it is not
 * @param deniedTtl the same for clients that were not
 * @param cacheEntries how many answers are remembered
 */
public record RemoteConfig(
        Duration timeout,
        OnError onError,
        int maxRequests,
        int breakerFailures,
        Duration breakerPause,
        Duration cacheTtl,
        Duration deniedTtl,
        int cacheEntries) {

    /** The keys for one such system. */
    record Keys(
            Key<Duration> timeout,
            Key<OnError> onError,
            Key<Integer> maxRequests,
            Key<Integer> breakerFailures,
            Key<Duration> breakerPause,
            Key<Duration> cacheTtl,
            Key<Duration> deniedTtl,
            Key<Integer> cacheEntries) {

        /** Those below {@code section}. */
        static Keys of(String section) {
            return new Keys(
                    new Key<>(
                            section + ".timeout",
                            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
                            "5s",
                            "How long an answer may take. Clients wait no longer than `limits.connectTimeout`, time in the"
                                    + " queue included."),
                    new Key<>(
                            section + ".onError",
                            KeyType.choice(OnError.class),
                            "deny",
                            "What happens to a client when there is no answer. `deny`: it is told to try again (0x88);"
                                    + " `next`: the next in the chain is asked."),
                    new Key<>(
                            section + ".maxRequests",
                            KeyType.integer(1, 256),
                            "16",
                            "How many questions, and connections to the server, there are at a time; up to 1024 clients wait"
                                    + " for their turn."),
                    new Key<>(
                            section + ".breaker.failures",
                            KeyType.integer(1, 1000),
                            "5",
                            "After so many questions in a row that the server could not be asked, or has not answered, it is"
                                    + " left alone for `breaker.pause`."),
                    new Key<>(
                            section + ".breaker.pause",
                            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
                            "10s",
                            "How long a server is left alone that does not answer. Then one client is asked about; if that"
                                    + " goes well, all are again."),
                    new Key<>(
                            section + ".cache.ttl",
                            KeyType.duration(Duration.ZERO, Duration.ofDays(1)),
                            "1m",
                            "How long it is remembered that a client with this password was let in; so long a password that"
                                    + " was changed or taken back is good. 0s: not at all."),
                    new Key<>(
                            section + ".cache.deniedTtl",
                            KeyType.duration(Duration.ZERO, Duration.ofHours(1)),
                            "10s",
                            "How long it is remembered that a client with this password was not let in. 0s: not at all."),
                    new Key<>(
                            section + ".cache.entries",
                            KeyType.integer(1, 1_000_000),
                            "10000",
                            "How many answers are remembered."));
        }

        List<Key<?>> all() {
            return List.of(
                    timeout, onError, maxRequests, breakerFailures, breakerPause, cacheTtl, deniedTtl, cacheEntries);
        }

        RemoteConfig from(Settings settings) {
            return new RemoteConfig(
                    settings.get(timeout),
                    settings.get(onError),
                    settings.get(maxRequests),
                    settings.get(breakerFailures),
                    settings.get(breakerPause),
                    settings.get(cacheTtl),
                    settings.get(deniedTtl),
                    settings.get(cacheEntries));
        }
    }
}
