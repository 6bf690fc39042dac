package io.lacewing.node.http;

import io.lacewing.node.config.HttpAccess;
import io.lacewing.node.config.HttpConfig;
import io.lacewing.node.config.HttpTlsConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Decides who may what over HTTP: users by their password, and whoever shows the token of the data directory on this machine.
 * Used by the endpoint's event loop; counters may be read by any thread.
 */
public final class Gate implements AutoCloseable {
    private static final String BEARER = "Bearer ";

    private final RequestRules rules;
    private final byte[] token;
    private final boolean certificates;
    private final Logins logins;

    /**
     * Lets in whom the token and the users allow.
     *
     * @param token what commands on this machine show
     * @param clock nanoseconds
     */
    public Gate(HttpConfig config, String token, AdminUsers users, SecureRandom random, LongSupplier clock) {
        this.rules = new RequestRules(config);
        this.token = token.getBytes(StandardCharsets.UTF_8);
        HttpTlsConfig tls = config.tls();
        this.certificates = tls != null && tls.clientCa() != null;
        this.logins = new Logins(users, random, clock);
    }

    RequestRules rules() {
        return rules;
    }

    /** Lets a reader of something pass that {@code access} is for; failed with {@link Refused} if not. */
    Future<?> read(HttpServerRequest request, HttpAccess access, Context context) {
        boolean open = access == HttpAccess.OPEN || (access == HttpAccess.LOOPBACK && rules.isFromHere(request));
        return open ? Future.succeededFuture() : admit(request, AdminRole.READ, context);
    }

    /** Who has sent this, and has the role; failed with {@link Refused} if nobody who is known, or without the role. */
    Future<Caller> admit(HttpServerRequest request, AdminRole needed, Context context) {
        return caller(request, context).map(caller -> {
            if (!caller.role().covers(needed)) {
                throw new Refused(403, "this needs a user with the role " + needed.word());
            }
            return caller;
        });
    }

    private Future<Caller> caller(HttpServerRequest request, Context context) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (given == null) {
            return Future.failedFuture(new Refused(401, "give user name and password, by Basic authentication"));
        }
        if (given.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return byToken(request, given.substring(BEARER.length()));
        }
        BasicLogin login = BasicLogin.parse(given);
        SocketAddress remote = request.remoteAddress();
        if (login == null || remote == null || remote.hostAddress() == null) {
            return Future.failedFuture(new Refused(
                    401, "the header Authorization is neither Basic, with name:password in Base64, nor Bearer"));
        }
        if (certificates && !showsCertificate(request)) {
            login.clear();
            return Future.failedFuture(new Refused(
                    403, "users need a certificate of an authority in http.tls.clientCa besides the password"));
        }
        return logins.prove(remote.hostAddress(), login, context);
    }

    private Future<Caller> byToken(HttpServerRequest request, String given) {
        if (!rules.isFromHere(request)) {
            return Future.failedFuture(
                    new Refused(401, "the token is for commands on this machine; give user name and password"));
        }
        return MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8))
                ? Future.succeededFuture(Caller.COMMAND)
                : Future.failedFuture(new Refused(401, "the token is not that of this node"));
    }

    /** What is shown was checked by the handshake. */
    private static boolean showsCertificate(HttpServerRequest request) {
        try {
            return request.isSSL() && !request.connection().peerCertificates().isEmpty();
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }

    /** Users of the file now. */
    public long users() {
        return logins.users();
    }

    /** Changes of the file of users that were not taken. */
    public long rejectedFiles() {
        return logins.rejectedFiles();
    }

    /** Passwords that were right. */
    public long allowed() {
        return logins.allowed();
    }

    /** Passwords that were wrong. */
    public long denied() {
        return logins.denied();
    }

    /** Passwords that were not checked, as their address had been wrong too often. */
    public long limited() {
        return logins.limited();
    }

    /** Passwords that were not checked, as too many waited. */
    public long busy() {
        return logins.busy();
    }

    @Override
    public void close() {
        logins.close();
    }
}
