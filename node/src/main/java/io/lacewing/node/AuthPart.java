package io.lacewing.node;

import io.lacewing.node.auth.Anonymous;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.Authorization;
import io.lacewing.node.auth.Authorization.OnDenied;
import io.lacewing.node.auth.Authorizer;
import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.auth.Tally;
import io.lacewing.node.auth.Tenancy;
import io.lacewing.node.auth.acl.AclAuthorizer;
import io.lacewing.node.auth.certificate.CertificateAuthenticator;
import io.lacewing.node.auth.certificate.CertificateBinding;
import io.lacewing.node.auth.jwt.JwtAuthenticator;
import io.lacewing.node.auth.jwt.KeyException;
import io.lacewing.node.auth.password.PasswordFile;
import io.lacewing.node.auth.password.PasswordFileAuthenticator;
import io.lacewing.node.auth.scram.ScramAlgorithm;
import io.lacewing.node.auth.scram.ScramMechanism;
import io.lacewing.node.config.AuthConfig;
import io.lacewing.node.config.CertificateConfig;
import io.lacewing.node.config.CertificateName;
import io.lacewing.node.config.JwtConfig;
import io.lacewing.node.config.ListenerConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.config.TenantsConfig;
import io.lacewing.node.files.FileException;
import io.lacewing.node.metrics.Metrics;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** How a node finds out who its clients are and what they may do, made of its configuration. Used by the thread that starts the node. */
final class AuthPart {
    private static final String PASSWORD_FILE = "auth.passwordFile";
    private static final String ACL_FILE = "auth.aclFile";

    private final AuthConfig config;
    private final Vertx vertx;
    private final Metrics metrics;
    private final Parts parts;
    private final SecureRandom random;
    private final Logger log;
    private final Consumer<String> told;
    private final Map<String, Mechanism> mechanisms = new LinkedHashMap<>();
    private final List<Authenticator> authenticators = new ArrayList<>();

    private AuthPart(
            AuthConfig config,
            Vertx vertx,
            Metrics metrics,
            Parts parts,
            SecureRandom random,
            Logger log,
            Consumer<String> told) {
        this.told = told;
        this.config = config;
        this.vertx = vertx;
        this.metrics = metrics;
        this.parts = parts;
        this.random = random;
        this.log = log;
    }

    /**
     * Starts what is configured, and says in the log who is let in.
     *
     * @param listeners the names of the listeners
     * @param mechanisms the methods of enhanced authentication
     * @param told hears of changed files, in words; any thread
     * @throws StartException if a file can't be used
     */
    static Authentication start(
            AuthConfig config,
            Set<String> listeners,
            Map<String, Mechanism> mechanisms,
            Vertx vertx,
            Metrics metrics,
            Parts parts,
            SecureRandom random,
            Logger log,
            Consumer<String> told)
            throws StartException {
        AuthPart part = new AuthPart(config, vertx, metrics, parts, random, log, told);
        part.mechanisms.putAll(mechanisms);
        return part.start(listeners);
    }

    /** The order of the authenticators is the order in which they are asked; docs/security.md tells it. */
    private Authentication start(Set<String> listeners) throws StartException {
        addCertificates();
        addTokens();
        addPasswordFile();
        new ExternalAuth(vertx, metrics, parts, random, log).start(config.external(), this::add);
        boolean namesAreChecked = !authenticators.isEmpty();
        sayWhoElse(namesAreChecked);
        add("anonymous", new Anonymous(reach(config), namesAreChecked));
        CertificateConfig certificate = config.certificate();
        return new Authentication(
                mechanisms,
                authenticators,
                new CertificateBinding(certificate.userName(), certificate.clientId(), certificate.disconnectExpired()),
                authorization(listeners),
                tenancy(config.tenants()));
    }

    private static @Nullable Tenancy tenancy(TenantsConfig tenants) {
        return switch (tenants.from()) {
            case NONE -> null;
            case USERNAME_PREFIX -> tenancy(tenants, Tenancy.Source.USER_NAME_PREFIX);
            case CERTIFICATE_O -> tenancy(tenants, Tenancy.Source.CERTIFICATE_O);
            case CERTIFICATE_OU -> tenancy(tenants, Tenancy.Source.CERTIFICATE_OU);
        };
    }

    private static Tenancy tenancy(TenantsConfig tenants, Tenancy.Source source) {
        return new Tenancy(source, tenants.separator(), tenants.required(), tenants.maxConnections());
    }

    private void add(String name, Authenticator authenticator) {
        authenticators.add(tally(name).authenticator(authenticator).named(name));
    }

    private void addMechanism(String name, Mechanism mechanism) {
        mechanisms.put(name, tally(name.toLowerCase(Locale.ROOT)).mechanism(mechanism));
    }

    private Tally tally(String name) {
        Tally tally = new Tally();
        metrics.showAuthentications(name, tally::allowed, tally::denied);
        return tally;
    }

    private void addCertificates() {
        CertificateName identity = config.certificate().identity();
        if (identity != CertificateName.NONE) {
            add("certificate", new CertificateAuthenticator(identity));
        }
    }

    private void addTokens() throws StartException {
        JwtConfig jwt = config.jwt();
        if (jwt == null) {
            return;
        }
        JwtAuthenticator tokens;
        try {
            tokens = JwtAuthenticator.open(vertx, jwt);
        } catch (KeyException e) {
            throw StartException.taken(String.valueOf(e.getMessage()), e);
        }
        parts.add("token checks", Parts.closing(tokens));
        metrics.showTokens(tokens::keys, tokens::waiting, tokens::fetched, tokens::failedFetches);
        add("jwt", tokens);
        log.info("auth.jwt: {} keys in files{}", jwt.keys().size(), jwt.jwks() == null ? "" : ", others are fetched");
    }

    private void addPasswordFile() throws StartException {
        Path file = config.passwordFile();
        if (file == null) {
            return;
        }
        PasswordFileAuthenticator passwords;
        try {
            passwords = PasswordFileAuthenticator.open(file, random);
        } catch (FileException e) {
            throw unusable(PASSWORD_FILE, e);
        }
        parts.add("password checks", Parts.closing(passwords));
        passwords.tell(told);
        metrics.showPasswordFile(passwords::users, passwords::rejectedFiles, passwords::waiting);
        add("password-file", passwords);
        if (config.scram()) {
            for (ScramAlgorithm each : ScramAlgorithm.values()) {
                addMechanism(each.method(), new ScramMechanism(each, passwords.scramUsers(), random));
            }
        }
        log.info("auth.passwordFile {}: {} users", file, passwords.users());
    }

    private Authorization authorization(Set<String> listeners) throws StartException {
        OnDenied onDenied = switch (config.onDenied()) {
            case REJECT -> OnDenied.REJECT;
            case DROP -> OnDenied.DROP;
            case DISCONNECT -> OnDenied.DISCONNECT;
        };
        Path file = config.aclFile();
        if (file == null) {
            return new Authorization(Authorizer.OWN_RULES, onDenied);
        }
        AclAuthorizer acl;
        try {
            acl = AclAuthorizer.open(file, listeners);
        } catch (FileException e) {
            throw unusable(ACL_FILE, e);
        }
        parts.add("rules file", Parts.closing(acl));
        acl.tell(told);
        metrics.showRulesFile(acl::rules, acl::rejectedFiles);
        log.info("auth.aclFile {}: {} rules", file, acl.rules());
        return new Authorization(acl, onDenied);
    }

    /**
     * Looks whether {@link #start} would find what it needs.
     *
     * @throws StartException if not
     */
    static void check(AuthConfig config, Set<String> listeners) throws StartException {
        ExternalAuth.check(config.external());
        JwtConfig jwt = config.jwt();
        if (jwt != null) {
            try {
                JwtAuthenticator.check(jwt);
            } catch (KeyException e) {
                throw StartException.taken(String.valueOf(e.getMessage()), e);
            }
        }
        Path file = config.passwordFile();
        if (file != null) {
            try {
                var unused = PasswordFile.read(file);
            } catch (FileException e) {
                throw unusable(PASSWORD_FILE, e);
            }
        }
        Path rules = config.aclFile();
        if (rules != null) {
            try {
                AclAuthorizer.check(rules, listeners);
            } catch (FileException e) {
                throw unusable(ACL_FILE, e);
            }
        }
    }

    /** The names that rules may name. */
    static Set<String> listeners(NodeConfig config) {
        return config.listeners().stream().map(ListenerConfig::name).collect(Collectors.toSet());
    }

    private static StartException unusable(String key, FileException e) {
        // A node that joins its cluster again tries until the file is in order.
        return StartException.taken(key + ": " + e.getMessage(), e);
    }

    private static Anonymous.Reach reach(AuthConfig config) {
        return switch (config.anonymous()) {
            case LOOPBACK -> Anonymous.Reach.LOOPBACK;
            case ALLOW -> Anonymous.Reach.EVERYWHERE;
            case DENY -> Anonymous.Reach.NOWHERE;
        };
    }

    private void sayWhoElse(boolean namesAreChecked) {
        switch (config.anonymous()) {
            case LOOPBACK -> {
                if (!namesAreChecked) {
                    log.info("only clients on this machine are let in: to let in others, set auth.passwordFile, or"
                            + " auth.anonymous to allow everybody");
                }
            }
            case ALLOW -> log.info("auth.anonymous is allow: everybody who reaches a listener is let in");
            case DENY -> {
                if (!namesAreChecked && mechanisms.isEmpty()) {
                    log.warn("nobody is let in: auth.anonymous is deny, and no auth.passwordFile is set");
                }
            }
        }
    }
}
