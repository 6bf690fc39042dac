package io.lacewing.node;

import io.lacewing.node.audit.Audit;
import io.lacewing.node.auth.password.PasswordFile;
import io.lacewing.node.auth.password.PasswordFileEditor;
import io.lacewing.node.config.HttpConfig;
import io.lacewing.node.config.HttpTlsConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.files.FileException;
import io.lacewing.node.http.AdminRole;
import io.lacewing.node.http.AdminUsers;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The HTTP port of a node, with its users and its TLS. Used by the thread that starts the node. */
final class HttpPart {
    private static final String NAME = "http";
    private static final String USERS_KEY = "http.users";
    private static final String FIRST_USER = "admin";

    /** 20 characters, more than anybody can guess. */
    private static final int PASSWORD_BYTES = 15;

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
        if (config.users() == null && !config.isOfThisMachine()) {
            makeFirstUser(file, node);
        }
        AdminUsers users = open(file, node.random, config.users() == null);
        node.parts.add("users of http", Parts.closing(users));
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

    /** Where others reach the port, somebody must be able to log in: the password is said this once, and kept by nobody. */
    private static void makeFirstUser(Path file, Surroundings node) throws StartException {
        byte[] bytes = new byte[PASSWORD_BYTES];
        node.random.nextBytes(bytes);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            if (Files.exists(file) && PasswordFile.read(file).size() > 0) {
                return;
            }
            PasswordFileEditor editor = PasswordFileEditor.open(file);
            editor.put(
                    FIRST_USER,
                    password.getBytes(StandardCharsets.UTF_8),
                    Set.of(AdminRole.ADMINISTER.word()),
                    node.random);
            editor.save();
        } catch (FileException e) {
            throw StartException.taken(USERS_KEY + ": " + e.getMessage(), e);
        }
        node.log.warn(
                "first start: the user of the HTTP port is '{}' with the password {} , which is not told again; to change it:"
                        + " lacewing passwd --role administer {} {}",
                FIRST_USER,
                password,
                file,
                FIRST_USER);
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
