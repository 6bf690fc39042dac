package io.lacewing.node.config;

import org.jspecify.annotations.Nullable;

/**
 * Other systems that are asked who clients are.
 *
 * @param http null if none is asked by HTTP
 * @param ldap null if none is asked by LDAP
 * @param sql null if no database is asked
 */
public record ExternalAuthConfig(
        @Nullable HttpAuthConfig http,
        @Nullable LdapAuthConfig ldap,
        @Nullable SqlAuthConfig sql) {
    static ExternalAuthConfig from(Settings settings) {
        return new ExternalAuthConfig(
                HttpAuthConfig.from(settings), LdapAuthConfig.from(settings), SqlAuthConfig.from(settings));
    }
}
