package io.lacewing.node;

import io.lacewing.node.audit.Audit;
import io.lacewing.node.config.HttpConfig;
import io.lacewing.node.config.HttpTlsConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.files.FileException;
import io.lacewing.node.http.AdminUsers;
import io.lacewing.node.http.FirstPassword;
import io.lacewing.node.http.Gate;
import io.lacewing.node.http.HttpEndpoint;
import io.lacewing.node.http.OperateHandler;
import io.lacewing.node.http.Readiness;
import io.lacewing.node.metrics.HttpNumbers;
import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.tls.TlsException;
import io.lacewing.node.tls.TlsMaterial;
import io.lacewing.node.tls.TlsNames;
import io.lacewing.node.tls.TlsWatch;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The HTTP port of a node, with its users and its TLS. Used by the thread that starts the node. */
final class HttpPart {
    private static final String NAME = "http";
    private static final String USERS_KEY = "http.users";

    private final HttpEndpoint endpoint;
    private final @Nullable TlsWatch tls;

    private HttpPart(HttpEndpoint endpoint, @Nullable TlsWatch tls) {
        this.endpoint = endpoint;
        this.tls = tls;
    }

    /** What it takes of the node. */
    record Surroundings(
            Vertx vertx,
            Path data,
            Metrics metrics,
            Readiness readiness,
            Parts parts,
            Audit audit,
            SecureRandom random,
            Logger log) {}

    /**
     * Binds the port, so that a node that waits for its cluster can be watched; null if none is wanted.
     *
     * @throws StartException if it can't be bound, or a file can't be used
     */
    static @Nullable HttpPart start(HttpConfig config, Surroundings node) throws StartException {
        if (!config.enabled()) {
            return null;
        }
        Path file = users(config, node.data);
        FirstPassword first = new FirstPassword(node.data);
        if (config.users() == null && !config.isOfThisMachine()) {
            makeFirstUser(file, first, node);
        }
        AdminUsers users = open(file, node.random, config.users() == null);
        node.parts.add("users of http", Parts.closing(users));
        first.follow(users);
        String token = AdminToken.create(node.data, node.random);
        node.parts.add("token for operators", Parts.closing(() -> AdminToken.remove(node.data)));
        Gate gate = new Gate(config, token, users, node.random, System::nanoTime);
        node.parts.add("password checks of http", Parts.closing(gate));
        TlsWatch tls = watch(config);
        HttpEndpoint endpoint = new HttpEndpoint(
                node.vertx,
                config,
                tls == null ? null : tls.material().options(),
                new HttpEndpoint.Content(
                        gate,
                        users,
                        node.readiness,
                        new HttpEndpoint.Scrape(node.metrics::scrape, Metrics.CONTENT_TYPE),
                        node.audit::admin));
        node.parts.add(NAME, endpoint::stop);
        Listeners.bind(endpoint.start(), NAME, config.host(), config.port(), NAME);
        node.metrics.showHttp(numbers(gate, endpoint));
        node.log.info(
                "{} on {}:{}: /health/live /health/ready /metrics /admin/status",
                tls == null ? "http" : "https",
                config.host(),
                endpoint.port());
        return new HttpPart(endpoint, tls);
    }

    int port() {
        return endpoint.port();
    }

    /** From now on what operators want is carried out by this. */
    void operators(OperateHandler handler) {
        endpoint.operators(handler);
    }

    /** Has the files of TLS looked at. */
    void secure(SecuredPlaces secured) {
        if (tls != null) {
            secured.add(NAME, endpoint::updateTls, endpoint::failedHandshakes, tls);
        }
    }

    private static HttpNumbers numbers(Gate gate, HttpEndpoint endpoint) {
        return new HttpNumbers(
                endpoint::connections,
                endpoint::refusedConnections,
                gate::users,
                gate::rejectedFiles,
                gate::allowed,
                gate::denied,
                gate::limited,
                gate::busy);
    }

    private static Path users(HttpConfig config, Path data) {
        Path configured = config.users();
        return configured == null ? data.resolve(USERS_KEY) : configured;
    }

    /** Where others reach the port, somebody must be able to log in. The log may be read by more than should know the password. */
    private static void makeFirstUser(Path users, FirstPassword first, Surroundings node) throws StartException {
        try {
            if (first.make(users, node.random)) {
                node.log.info(
                        "first start: the user of the HTTP port is '{}', its password is in {} until you change it by:"
                                + " lacewing passwd --role administer {} {}",
                        FirstPassword.USER,
                        first.file(),
                        users,
                        FirstPassword.USER);
            }
        } catch (FileException e) {
            throw StartException.taken(USERS_KEY + ": " + e.getMessage(), e);
        }
    }

    private static AdminUsers open(Path file, SecureRandom random, boolean mayBeMissing) throws StartException {
        try {
            return AdminUsers.open(file, mayBeMissing, random);
        } catch (FileException e) {
            // A node that joins its cluster again tries until the file is in order.
            throw StartException.taken(USERS_KEY + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable TlsWatch watch(HttpConfig config) throws StartException {
        HttpTlsConfig tls = config.tls();
        if (tls == null) {
            return null;
        }
        try {
            return TlsWatch.begin(NAME, tls.asServer(), new TlsNames.Http(), InstantSource.system());
        } catch (TlsException e) {
            throw StartException.taken(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Looks whether {@link #start} would find what it needs.
     *
     * @return what it would warn of
     * @throws StartException if it would not
     */
    static List<String> check(NodeConfig config, Instant now) throws StartException {
        HttpConfig http = config.monitoring().http();
        Path users = http.users();
        HttpTlsConfig tls = http.tls();
        try {
            if (http.enabled() && users != null) {
                AdminUsers.check(users);
            }
            return http.enabled() && tls != null
                    ? TlsMaterial.read(tls.asServer(), new TlsNames.Http()).warnings(now)
                    : List.of();
        } catch (FileException e) {
            throw StartException.configuration(USERS_KEY + ": " + e.getMessage(), e);
        } catch (TlsException e) {
            throw StartException.configuration(String.valueOf(e.getMessage()), e);
        }
    }
}
