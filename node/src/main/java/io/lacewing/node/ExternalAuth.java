package io.lacewing.node;

import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.http.HttpSystem;
import io.lacewing.node.auth.ldap.LdapSystem;
import io.lacewing.node.auth.remote.OtherSystem;
import io.lacewing.node.auth.remote.RemoteAuthenticator;
import io.lacewing.node.auth.sql.SqlSystem;
import io.lacewing.node.config.ExternalAuthConfig;
import io.lacewing.node.config.HttpAuthConfig;
import io.lacewing.node.config.LdapAuthConfig;
import io.lacewing.node.config.RemoteConfig;
import io.lacewing.node.config.SqlAuthConfig;
import io.lacewing.node.files.FileException;
import io.lacewing.node.metrics.Metrics;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.function.BiConsumer;
import org.slf4j.Logger;

/** The authenticators that ask other systems, made of the configuration. Used by the thread that starts the node. */
record ExternalAuth(Vertx vertx, Metrics metrics, Parts parts, SecureRandom random, Logger log) {

    /**
     * Makes those that are configured, in the order in which they are asked.
     *
     * @param taker is told each with its name
     * @throws StartException if a file can't be used
     */
    void start(ExternalAuthConfig config, BiConsumer<String, Authenticator> taker) throws StartException {
        try {
            HttpAuthConfig http = config.http();
            if (http != null) {
                add("http", http.remote(), HttpSystem.open(vertx, http), taker);
                // Its query may hold a secret.
                log.info("auth.http: {} is asked who clients are", http.url().getAuthority());
            }
            LdapAuthConfig ldap = config.ldap();
            if (ldap != null) {
                add("ldap", ldap.remote(), LdapSystem.open(ldap), taker);
                log.info("auth.ldap: {} is asked who clients are", ldap.url());
            }
            SqlAuthConfig sql = config.sql();
            if (sql != null) {
                add("sql", sql.remote(), SqlSystem.open(sql, random), taker);
                log.info("auth.sql: {} is asked for users", sql.url());
            }
        } catch (FileException e) {
            throw StartException.taken(e.getMessage(), e);
        }
    }

    private void add(String name, RemoteConfig config, OtherSystem system, BiConsumer<String, Authenticator> taker)
            throws StartException {
        RemoteAuthenticator made =
                new RemoteAuthenticator("auth." + name, config, system, metrics.remote(name), vertx, random);
        parts.add("questions by " + name, Parts.closing(made));
        taker.accept(name, made);
    }

    /**
     * Looks whether {@link #start} would find what it needs.
     *
     * @throws StartException if not
     */
    static void check(ExternalAuthConfig config) throws StartException {
        try {
            if (config.http() != null) {
                HttpSystem.check(config.http());
            }
            if (config.ldap() != null) {
                LdapSystem.check(config.ldap());
            }
            if (config.sql() != null) {
                SqlSystem.check(config.sql());
            }
        } catch (FileException e) {
            throw StartException.taken(e.getMessage(), e);
        }
    }
}
