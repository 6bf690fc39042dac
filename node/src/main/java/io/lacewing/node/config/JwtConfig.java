package io.lacewing.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens as proof of who a client is ({@code auth.jwt.*}). The files are not looked at here.
 *
 * @param from where in CONNECT the token is
 * @param keys what tokens may be signed by; may be empty if there is {@code jwks}
 * @param jwks where more keys are; null if nowhere
 * @param issuer what the claim {@code iss} must be; null: anything
 * @param audience what the claim {@code aud} must hold; null: it is not looked at
 * @param leeway by how much the clocks may differ
 * @param claims what is taken from the token
 */
public record JwtConfig(
        TokenPlace from,
        List<SigningKey> keys,
        @Nullable JwksConfig jwks,
        @Nullable String issuer,
        @Nullable String audience,
        Duration leeway,
        Claims claims) {

    /**
     * A key in a file.
     *
     * @param algorithm the only one it is used for, as RFC 7518 names it
     * @param file a secret for HS256 and its like, else a public key
     * @param id what tokens call it; null: it is tried for tokens that name any key or none
     */
    public record SigningKey(
            String algorithm, Path file, @Nullable String id) {}

    /**
     * The names of claims.
     *
     * @param userName of the user's name
     * @param matchUserName true if a user name in CONNECT must be the same
     * @param clientId of the only client id that the token is good for; null: it is good for all
     * @param groups of the user's groups; null: it has none
     */
    public record Claims(
            String userName,
            boolean matchUserName,
            @Nullable String clientId,
            @Nullable String groups) {}

    static final String SECTION = "auth.jwt";
    private static final String ALGORITHMS = "HS256|HS384|HS512|" + JwksConfig.ALGORITHM_NAMES;
    private static final KeyType<String> CLAIM = KeyType.text("the name of a claim", "[^\\p{Cntrl}]{1,256}");
    private static final KeyType<String> ANY = KeyType.text("1 to 1024 characters", "[^\\p{Cntrl}]{1,1024}");

    static final Key<TokenPlace> FROM = new Key<>(
            "auth.jwt.from",
            KeyType.choice(TokenPlace.class),
            "password",
            "Where clients give their token (JWT). [Security](security.md#tokens) tells more.");
    static final Key<String> ALGORITHM = new Key<>(
            "auth.jwt.keys[].algorithm",
            KeyType.text(ALGORITHMS.replace("|", ", "), ALGORITHMS),
            null,
            "What tokens are signed by with this key; it is used for nothing else.");
    static final Key<Path> FILE = new Key<>(
            "auth.jwt.keys[].file",
            KeyType.path(),
            null,
            "For HS256, HS384, HS512 a secret of at least 32, 48, 64 bytes; else a PEM file with a public key or a"
                    + " certificate.");
    static final Key<String> ID = new Key<>(
            "auth.jwt.keys[].id",
            ANY,
            null,
            "Only tokens that name this key (`kid`) are checked by it. Default: it is tried for all.");
    static final Key<String> ISSUER =
            new Key<>("auth.jwt.issuer", ANY, null, "What the claim `iss` must be. Default: anything.");
    static final Key<String> AUDIENCE = new Key<>(
            "auth.jwt.audience", ANY, null, "What the claim `aud` must be or hold. Default: it is not looked at.");
    static final Key<Duration> LEEWAY = new Key<>(
            "auth.jwt.leeway",
            KeyType.duration(Duration.ZERO, Duration.ofMinutes(10)),
            "30s",
            "By how much the clocks of who signs and of the broker may differ, for `exp` and `nbf`.");
    static final Key<String> USER_NAME_CLAIM =
            new Key<>("auth.jwt.userNameClaim", CLAIM, "sub", "The claim that holds the user's name.");
    static final Key<Boolean> MATCH_USER_NAME = new Key<>(
            "auth.jwt.matchUserName",
            KeyType.bool(),
            "true",
            "Whether a user name in CONNECT, beside a token as password, must be the one of the claim.");
    static final Key<String> CLIENT_ID_CLAIM = new Key<>(
            "auth.jwt.clientIdClaim",
            CLAIM,
            null,
            "A claim that must be the client id. Default: a token is good for any client id.");
    static final Key<String> GROUPS_CLAIM = new Key<>(
            "auth.jwt.groupsClaim",
            CLAIM,
            null,
            "The claim that holds the user's groups: a list of texts, or a text with spaces between. Default: none.");
    static final List<Key<?>> KEYS = List.of(
            FROM,
            ALGORITHM,
            FILE,
            ID,
            ISSUER,
            AUDIENCE,
            LEEWAY,
            USER_NAME_CLAIM,
            MATCH_USER_NAME,
            CLIENT_ID_CLAIM,
            GROUPS_CLAIM);

    /** Copies the list. */
    public JwtConfig {
        keys = List.copyOf(keys);
    }

    /** Null if tokens are not taken. */
    static @Nullable JwtConfig from(Settings settings) {
        List<SigningKey> keys = keys(settings);
        JwksConfig jwks = JwksConfig.from(settings);
        if (keys.isEmpty() && jwks == null) {
            String set = settings.anySet(SECTION);
            if (set != null) {
                throw settings.refuse(set, "tokens need a key; set auth.jwt.keys or auth.jwt.jwks.url");
            }
            return null;
        }
        return new JwtConfig(
                settings.get(FROM),
                keys,
                jwks,
                settings.find(ISSUER),
                settings.find(AUDIENCE),
                settings.get(LEEWAY),
                new Claims(
                        settings.get(USER_NAME_CLAIM),
                        settings.get(MATCH_USER_NAME),
                        settings.find(CLIENT_ID_CLAIM),
                        settings.find(GROUPS_CLAIM)));
    }

    private static List<SigningKey> keys(Settings settings) {
        List<SigningKey> keys = new ArrayList<>();
        for (int i = 0; i < settings.length(SECTION + ".keys"); i++) {
            String algorithm = settings.find(ALGORITHM, i);
            Path file = settings.find(FILE, i);
            if (algorithm == null || file == null) {
                Key<?> missing = algorithm == null ? ALGORITHM : FILE;
                throw new ConfigException(
                        missing.at(i) + ": must be " + missing.type().allowed());
            }
            keys.add(new SigningKey(algorithm, file, settings.find(ID, i)));
        }
        return keys;
    }

    /** The configuration's name of each file that must be there. */
    public Map<String, SigningKey> files() {
        Map<String, SigningKey> files = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            files.put(FILE.at(i), keys.get(i));
        }
        return files;
    }
}
