package io.lacewing.node.auth.jwt;

import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.JwksConfig;
import io.lacewing.node.config.JwtConfig;
import io.lacewing.node.config.TokenPlace;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in who has a token that is worth something, until it ends. Thread-safe.
 *
 * <p>What has the form of a token is judged here and by nobody else: if it is worth nothing, the client is refused, and is not
 * told why; the log at level debug is. A client without a token is for others to judge, but for one that gives a password and
 * no user name: nobody else would look at it.
 */
public final class JwtAuthenticator implements Authenticator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JwtAuthenticator.class);

    private static final CompletionStage<Verdict> NEXT = CompletableFuture.completedStage(new Verdict.Next());
    private static final CompletionStage<Verdict> WRONG = CompletableFuture.completedStage(Verdict.WRONG);
    private static final Verdict NO_KEYS =
            new Verdict.Deny(Denial.SERVER_UNAVAILABLE, "tokens can't be checked at present; try again later");

    private final TokenPlace from;
    private final TokenCheck check;
    private final List<TokenKey> fixed;
    private final @Nullable JwksSource jwks;
    private final CheckThreads checks;
    private final AtomicInteger looking = new AtomicInteger();

    private JwtAuthenticator(JwtConfig config, List<TokenKey> fixed, @Nullable JwksSource jwks, CheckThreads checks) {
        this.from = config.from();
        this.check = new TokenCheck(config);
        this.fixed = fixed;
        this.jwks = jwks;
        this.checks = checks;
    }

    /**
     * Reads the files with keys and begins to fetch others. Blocks for the files, but waits for no other machine.
     *
     * @throws KeyException if a file can't be used
     */
    public static JwtAuthenticator open(Vertx vertx, JwtConfig config) throws KeyException {
        List<TokenKey> fixed = readKeys(config);
        JwksConfig from = config.jwks();
        JwksSource jwks = from == null ? null : new JwksSource(vertx, from, readAuthorities(from));
        if (jwks != null) {
            jwks.start();
        }
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new JwtAuthenticator(config, fixed, jwks, new CheckThreads("token", threads));
    }

    /**
     * Looks whether {@link #open} would find what it needs. Blocks.
     *
     * @throws KeyException if not
     */
    public static void check(JwtConfig config) throws KeyException {
        var unusedKeys = readKeys(config);
        JwksConfig from = config.jwks();
        if (from != null) {
            var unusedAuthorities = readAuthorities(from);
        }
    }

    private static List<TokenKey> readKeys(JwtConfig config) throws KeyException {
        List<TokenKey> keys = new ArrayList<>();
        for (Map.Entry<String, JwtConfig.SigningKey> each : config.files().entrySet()) {
            try {
                keys.add(KeyFile.read(each.getValue()));
            } catch (KeyException e) {
                throw new KeyException(each.getKey() + ": " + e.getMessage());
            }
        }
        return List.copyOf(keys);
    }

    private static byte @Nullable [] readAuthorities(JwksConfig config) throws KeyException {
        if (config.ca() == null) {
            return null;
        }
        try {
            return KeyFile.authorities(config.ca());
        } catch (KeyException e) {
            throw new KeyException("auth.jwt.jwks.ca: " + e.getMessage());
        }
    }

    /** Keys that tokens can be checked by now. */
    public int keys() {
        return known().size();
    }

    /** Clients that wait for the check of their token now. */
    public int waiting() {
        return checks.waiting() + looking.get();
    }

    /** Fetches of keys that have succeeded. */
    public long fetched() {
        return jwks == null ? 0 : jwks.succeeded();
    }

    /** Fetches of keys that have failed. */
    public long failedFetches() {
        return jwks == null ? 0 : jwks.failed();
    }

    private List<TokenKey> known() {
        if (jwks == null) {
            return fixed;
        }
        List<TokenKey> all = new ArrayList<>(fixed);
        all.addAll(jwks.keys());
        return all;
    }

    @Override
    public CompletionStage<Verdict> authenticate(Credentials credentials) {
        ClientDetails client = credentials.client();
        byte[] password = credentials.password();
        String text = switch (from) {
            case USER_NAME -> client.userName();
            case PASSWORD -> password == null ? null : new String(password, StandardCharsets.ISO_8859_1);
        };
        if (text == null) {
            return NEXT;
        }
        if (!TokenCheck.looksLikeToken(text)) {
            return client.userName() == null ? WRONG : NEXT;
        }
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        checks.run(answer, () -> first(text, client, answer));
        return answer;
    }

    /** Null if new keys are asked for, after which the answer is completed. */
    private @Nullable Verdict first(String token, ClientDetails client, CompletableFuture<Verdict> answer) {
        TokenCheck.Outcome outcome = check.check(token, client, known());
        if (!(outcome instanceof TokenCheck.UnknownKey) || jwks == null) {
            return verdict(outcome, client);
        }
        if (looking.incrementAndGet() > CheckThreads.MAX_WAITING) {
            looking.decrementAndGet();
            return CheckThreads.BUSY;
        }
        jwks.look().onComplete(looked -> {
            looking.decrementAndGet();
            checks.run(answer, () -> verdict(check.check(token, client, known()), client));
        });
        return null;
    }

    private Verdict verdict(TokenCheck.Outcome outcome, ClientDetails client) {
        return switch (outcome) {
            case TokenCheck.Proven(Verdict.Allow verdict) -> verdict;
            case TokenCheck.Worthless(String why) -> refuse(client, why);
            case TokenCheck.UnknownKey unknown ->
                jwks != null && jwks.isInDoubt()
                        ? NO_KEYS
                        : refuse(client, "it names a key or an algorithm that is not known here");
        };
    }

    private static Verdict refuse(ClientDetails client, String why) {
        LOG.debug("{}: the token proves nothing: {}", client.remoteAddress(), why);
        return Verdict.WRONG;
    }

    /** Clients that wait are not answered any more. */
    @Override
    public void close() {
        checks.close();
        if (jwks != null) {
            jwks.close();
        }
    }
}
