package io.lacewing.node.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of public keys that is fetched (RFC 7517, 5; {@code auth.jwt.jwks.*}).
 *
 * @param url https, or http on this machine
 * @param ca a PEM file with the authorities of the server's certificate; null: those of the JDK
 * @param algorithms what tokens may be signed by with these keys; not empty
 * @param refresh how often the set is fetched
 * @param cooldown a token with an unknown key leads to a fetch at most this often; also the first wait after a failure
 * @param timeout how long a fetch may take
 * @param keepFor how long keys are used after the last fetch that has succeeded
 */
public record JwksConfig(
        URI url,
        @Nullable Path ca,
        List<String> algorithms,
        Duration refresh,
        Duration cooldown,
        Duration timeout,
        Duration keepFor) {
    static final String ALGORITHM_NAMES = "RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA";

    static final Key<String> URL = new Key<>(
            "auth.jwt.jwks.url",
            KeyType.text("a URL that begins with https://", "https?://[^\\s\\p{Cntrl}]{1,2000}"),
            null,
            "Where a set of public keys is (JWKS); with `http://` on this machine only. Default: nowhere.");
    static final Key<Path> CA = new Key<>(
            "auth.jwt.jwks.ca",
            KeyType.path(),
            null,
            "PEM file: the authorities that the certificate of that server must be from. Default: those of the JDK.");
    static final Key<String> ALGORITHMS = new Key<>(
            "auth.jwt.jwks.algorithms[]",
            KeyType.text(ALGORITHM_NAMES.replace("|", ", "), ALGORITHM_NAMES),
            null,
            "What tokens may be signed by with these keys. Default: all but HS256, HS384 and HS512, which these keys are never"
                    + " used for.");
    static final Key<Duration> REFRESH = new Key<>(
            "auth.jwt.jwks.refresh",
            KeyType.duration(Duration.ofSeconds(10), Duration.ofDays(1)),
            "10m",
            "How often the keys are fetched.");
    static final Key<Duration> COOLDOWN = new Key<>(
            "auth.jwt.jwks.cooldown",
            KeyType.duration(Duration.ofMillis(100), Duration.ofHours(1)),
            "10s",
            "A token that names an unknown key leads to a fetch at most this often; so do failures, which double the wait"
                    + " each, up to 5 minutes.");
    static final Key<Duration> TIMEOUT = new Key<>(
            "auth.jwt.jwks.timeout",
            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
            "5s",
            "How long a fetch may take.");
    static final Key<Duration> KEEP_FOR = new Key<>(
            "auth.jwt.jwks.keepFor",
            KeyType.duration(Duration.ofSeconds(1), Duration.ofDays(30)),
            "1d",
            "How long keys are used while they can't be fetched again. Then nobody is let in by them.");
    static final List<Key<?>> KEYS = List.of(URL, CA, ALGORITHMS, REFRESH, COOLDOWN, TIMEOUT, KEEP_FOR);

    /** Copies the list. */
    public JwksConfig {
        algorithms = List.copyOf(algorithms);
    }

    /** Null if no keys are fetched. */
    static @Nullable JwksConfig from(Settings settings) {
        String text = settings.find(URL);
        if (text == null) {
            String set = settings.anySet("auth.jwt.jwks");
            if (set != null) {
                throw settings.refuse(set, "needs " + URL.name());
            }
            return null;
        }
        List<String> chosen = settings.list(ALGORITHMS);
        return new JwksConfig(
                ServerUrl.https(URL, text, settings),
                settings.find(CA),
                chosen.isEmpty() ? List.of(ALGORITHM_NAMES.split("\\|", -1)) : chosen,
                settings.get(REFRESH),
                settings.get(COOLDOWN),
                settings.get(TIMEOUT),
                settings.get(KEEP_FOR));
    }
}
