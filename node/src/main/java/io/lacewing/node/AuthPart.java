package io.lacewing.node;

import io.lacewing.node.auth.Anonymous;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.Authorization;
import io.lacewing.node.auth.Authorization.OnDenied;
import io.lacewing.node.auth.Authorizer;
import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.auth.acl.AclAuthorizer;
import io.lacewing.node.auth.password.PasswordFile;
import io.lacewing.node.auth.password.PasswordFileAuthenticator;
import io.lacewing.node.files.FileException;
import io.lacewing.node.config.AuthConfig;
import io.lacewing.node.config.ListenerConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.metrics.Metrics;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** How a node finds out who its clients are and what they may do, made of its configuration. Used by the thread that starts the node. */
final class AuthPart {
    private static final String PASSWORD_FILE = "auth.passwordFile";
    private static final String ACL_FILE = "auth.aclFile";

    private AuthPart() {}

    /**
     * Starts what is configured, and says in the log who is let in.
     *
     * @param listeners the names of the listeners
     * @param mechanisms the methods of enhanced authentication
     * @throws StartException if a file can't be used
     */
    static Authentication start(
            AuthConfig config,
            Set<String> listeners,
            Map<String, Mechanism> mechanisms,
            Metrics metrics,
            Parts parts,
            SecureRandom random,
            Logger log)
            throws StartException {
        List<Authenticator> authenticators = new ArrayList<>();
        Path file = config.passwordFile();
        if (file != null) {
            PasswordFileAuthenticator passwords;
            try {
                passwords = PasswordFileAuthenticator.open(file, random);
            } catch (FileException e) {
                throw unusable(PASSWORD_FILE, e);
            }
            parts.add("password checks", Parts.closing(passwords));
            metrics.showPasswordFile(passwords::users, passwords::rejectedFiles, passwords::waiting);
            authenticators.add(passwords);
            log.info("auth.passwordFile {}: {} users", file, passwords.users());
        }
        boolean namesAreChecked = file != null;
        sayWhoElse(config, namesAreChecked, !mechanisms.isEmpty(), log);
        authenticators.add(new Anonymous(reach(config), namesAreChecked));
        return new Authentication(mechanisms, authenticators, authorization(config, listeners, metrics, parts, log));
    }

    private static Authorization authorization(
            AuthConfig config, Set<String> listeners, Metrics metrics, Parts parts, Logger log) throws StartException {
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

    private static void sayWhoElse(AuthConfig config, boolean namesAreChecked, boolean hasMechanisms, Logger log) {
        switch (config.anonymous()) {
            case LOOPBACK -> {
                if (!namesAreChecked) {
                    log.info("only clients on this machine are let in: to let in others, set auth.passwordFile, or"
                            + " auth.anonymous to allow everybody");
                }
            }
            case ALLOW -> log.info("auth.anonymous is allow: everybody who reaches a listener is let in");
            case DENY -> {
                if (!namesAreChecked && !hasMechanisms) {
                    log.warn("nobody is let in: auth.anonymous is deny, and no auth.passwordFile is set");
                }
            }
        }
    }
}
