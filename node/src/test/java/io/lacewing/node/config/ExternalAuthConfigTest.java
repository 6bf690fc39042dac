package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys about systems that are asked who clients are. */
class ExternalAuthConfigTest {
    private static final RemoteConfig DEFAULTS = new RemoteConfig(
            Duration.ofSeconds(5),
            OnError.DENY,
            16,
            5,
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            10_000);

    private static ExternalAuthConfig load(String... sets) {
        return ConfigLoader.load(new ConfigSources(null, Map.of(), List.of(sets)))
                .auth()
                .external();
    }

    @Test
    void nobodyIsAskedByDefault() {
        ExternalAuthConfig none = load();
        assertNull(none.http());
        assertNull(none.ldap());
        assertNull(none.sql());
    }

    @Test
    void allKeysOfHttp() {
        assertEquals(
                new HttpAuthConfig(
                        URI.create("https://auth.example/mqtt?x=1"),
                        Path.of("ca.pem"),
                        BodyFormat.FORM,
                        List.of(
                                new HttpAuthConfig.Header("Authorization", null, Path.of("secret")),
                                new HttpAuthConfig.Header("X-From", "broker 1", null)),
                        new RemoteConfig(
                                Duration.ofSeconds(2),
                                OnError.NEXT,
                                7,
                                9,
                                Duration.ofSeconds(3),
                                Duration.ZERO,
                                Duration.ofSeconds(4),
                                11)),
                load(
                                "auth.http.url=https://auth.example/mqtt?x=1",
                                "auth.http.ca=ca.pem",
                                "auth.http.format=form",
                                "auth.http.headers=[{name: Authorization, file: secret}, {name: X-From, value: broker 1}]",
                                "auth.http.timeout=2s",
                                "auth.http.onError=next",
                                "auth.http.maxRequests=7",
                                "auth.http.breaker.failures=9",
                                "auth.http.breaker.pause=3s",
                                "auth.http.cache.ttl=0s",
                                "auth.http.cache.deniedTtl=4s",
                                "auth.http.cache.entries=11")
                        .http());
    }

    @Test
    void allKeysOfLdap() {
        assertEquals(
                new LdapAuthConfig(
                        URI.create("ldap://dir.example:1389"),
                        null,
                        true,
                        null,
                        new LdapAuthConfig.Search(
                                "dc=example", "(mail=${username})", "cn=broker,dc=example", Path.of("secret")),
                        "mail",
                        new LdapAuthConfig.Groups(null, "ou=groups", "(memberUid=${username})", "ou"),
                        DEFAULTS),
                load(
                                "auth.ldap.url=ldap://dir.example:1389",
                                "auth.ldap.startTls=true",
                                "auth.ldap.search.base=dc=example",
                                "auth.ldap.search.filter=(mail=${username})",
                                "auth.ldap.search.bindDn=cn=broker,dc=example",
                                "auth.ldap.search.passwordFile=secret",
                                "auth.ldap.userNameAttribute=mail",
                                "auth.ldap.groups.base=ou=groups",
                                "auth.ldap.groups.filter=(memberUid=${username})",
                                "auth.ldap.groups.nameAttribute=ou")
                        .ldap());
        assertEquals(
                new LdapAuthConfig(
                        URI.create("ldaps://dir.example"),
                        Path.of("ca.pem"),
                        false,
                        "uid=${username},dc=example",
                        null,
                        "uid",
                        new LdapAuthConfig.Groups("memberOf", null, "(member=${dn})", "cn"),
                        DEFAULTS),
                load(
                                "auth.ldap.url=ldaps://dir.example",
                                "auth.ldap.ca=ca.pem",
                                "auth.ldap.userDn=uid=${username},dc=example",
                                "auth.ldap.groups.attribute=memberOf")
                        .ldap());
    }

    @Test
    void allKeysOfSql() {
        SqlAuthConfig expected = new SqlAuthConfig(
                URI.create("mysql://db.example:3307/mqtt"),
                null,
                "broker",
                Path.of("secret"),
                new SqlQuery("SELECT h FROM u WHERE n = ?", List.of(SqlQuery.Parameter.USER_NAME)),
                new SqlQuery("SELECT g FROM g WHERE n = ?", List.of(SqlQuery.Parameter.USER_NAME)),
                DEFAULTS);
        SqlAuthConfig loaded = load(
                        "auth.sql.url=mysql://db.example:3307/mqtt",
                        "auth.sql.user=broker",
                        "auth.sql.passwordFile=secret",
                        "auth.sql.query=SELECT h FROM u WHERE n = ${username}",
                        "auth.sql.groupsQuery=SELECT g FROM g WHERE n = ${username}")
                .sql();
        assertEquals(expected, loaded);
        assertTrue(expected.isByTls());
        assertTrue(expected.isMySql());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth.http.url=http://auth.example/ | https://",
                "auth.http.url=https://me:secret@auth.example/ | without a user",
                "auth.http.format=form | needs auth.http.url",
                "auth.http.url=https://a/ ; auth.http.headers=[{value: x}] | auth.http.headers.0.name",
                "auth.http.url=https://a/ ; auth.http.headers=[{name: x}] | needs one of",
                "auth.http.url=https://a/ ; auth.http.headers=[{name: x, value: y, file: z}] | needs one of",
                "auth.http.url=https://a/ ; auth.http.onError=allow | deny or next",
                "auth.ldap.url=ldap://dir.example ; auth.ldap.userDn=uid=${username} | ldaps://",
                "auth.ldap.url=ldaps://dir.example | needs one of",
                "auth.ldap.url=ldaps://d ; auth.ldap.userDn=uid=${username} ; auth.ldap.search.base=x=y | needs one of",
                "auth.ldap.url=ldaps://d ; auth.ldap.userDn=uid=ann | ${username}",
                "auth.ldap.url=ldaps://d ; auth.ldap.userDn=uid=${username} ; auth.ldap.startTls=true | ldap:// alone",
                "auth.ldap.url=ldaps://d ; auth.ldap.search.base=x=y ; auth.ldap.search.bindDn=x=z | search.passwordFile",
                "auth.ldap.url=ldaps://d ; auth.ldap.search.base=x=y ; auth.ldap.search.filter=(uid=ann) | ${username}",
                "auth.ldap.url=ldaps://d ; auth.ldap.search.base=x=y ; auth.ldap.groups.filter=(m=${dn}) | groups.base",
                "auth.ldap.userDn=uid=${username} | needs auth.ldap.url",
                "auth.sql.url=oracle://d/x | postgresql://",
                "auth.sql.url=mysql://d/x?allowLocalInfile=true | postgresql://",
                "auth.sql.url=mysql://d/x | needs auth.sql.user",
                "auth.sql.user=x | needs auth.sql.url",
                "auth.sql.url=mysql://d/x ; auth.sql.user=u ; auth.sql.passwordFile=f ;"
                        + " auth.sql.query=SELECT a WHERE b='${username}' | outside of quotes",
                "auth.sql.url=mysql://d/x ; auth.sql.user=u ; auth.sql.passwordFile=f ; auth.sql.query=DROP TABLE a |"
                        + " SELECT"
            })
    void whatIsWrongIsNamed(String sets, String expected) {
        ConfigException refused = assertThrows(ConfigException.class, () -> load(sets.split(" ; ", -1)));
        assertTrue(String.valueOf(refused.getMessage()).contains(expected), refused.getMessage());
    }
}
