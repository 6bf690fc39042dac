package io.lacewing.node.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is asked by LDAP who a client is ({@code auth.ldap.*}). The files are not looked at here, nor whether names and
 * filters are such.
 *
 * @param url ldaps, or ldap with StartTLS or on this machine
 * @param ca a PEM file with the authorities of the server's certificate; null: those of the JDK
 * @param startTls true if an ldap connection becomes one by TLS before anything is said
 * @param userDn the user's distinguished name, with {@code ${username}}; null if it is searched for
 * @param search how it is searched for; null if it is not
 * @param userNameAttribute what the user is called
 * @param groups the user's groups
 * @param remote how it is asked
 */
public record LdapAuthConfig(
        URI url,
        @Nullable Path ca,
        boolean startTls,
        @Nullable String userDn,
        @Nullable Search search,
        String userNameAttribute,
        Groups groups,
        RemoteConfig remote) {

    /**
     * How the entry of a user is found.
     *
     * @param base below this name
     * @param filter with {@code ${username}}
     * @param bindDn as whom the broker searches; null: as nobody
     * @param passwordFile with its password; null if and only if {@code bindDn} is
     */
    public record Search(
            String base,
            String filter,
            @Nullable String bindDn,
            @Nullable Path passwordFile) {}

    /**
     * How a user's groups are found. Neither {@code attribute} nor {@code base}: it has none.
     *
     * @param attribute of the user's entry
     * @param base groups are searched for below this name
     * @param filter with {@code ${dn}}, {@code ${username}} or both
     * @param nameAttribute what a group is called
     */
    public record Groups(
            @Nullable String attribute, @Nullable String base, String filter, String nameAttribute) {}

    static final String SECTION = "auth.ldap";
    private static final KeyType<String> DN = KeyType.text("a distinguished name", "[^\\p{Cntrl}]{1,1024}");
    private static final KeyType<String> ATTRIBUTE =
            KeyType.text("the name of an attribute", "[A-Za-z][A-Za-z0-9;-]{0,63}");

    static final Key<String> URL = new Key<>(
            "auth.ldap.url",
            KeyType.text(
                    "ldaps://host or ldap://host, with or without a port", "ldaps?://[^\\s\\p{Cntrl}/?#]{1,300}/?"),
            null,
            "The directory that is asked who a client is. With `ldap://` only with `startTls` or on this machine. Default:"
                    + " none. [Security](security.md#ldap) tells more.");
    static final Key<Path> CA = new Key<>(
            "auth.ldap.ca",
            KeyType.path(),
            null,
            "PEM file: the authorities that the certificate of that server must be from. Default: those of the JDK.");
    static final Key<Boolean> START_TLS = new Key<>(
            "auth.ldap.startTls",
            KeyType.bool(),
            "false",
            "Whether a connection by `ldap://` is made one by TLS (StartTLS) before anything else is said.");
    static final Key<String> USER_DN = new Key<>(
            "auth.ldap.userDn",
            DN,
            null,
            "The name of a user's entry with `${username}` in it, as `uid=${username},ou=people,dc=example,dc=org`; a user is"
                    + " who can bind as that. Set this or `search.base`.");
    static final Key<String> SEARCH_BASE = new Key<>(
            "auth.ldap.search.base",
            DN,
            null,
            "Below this name the entry of a user is searched for; a user is who can bind as that entry.");
    static final Key<String> SEARCH_FILTER = new Key<>(
            "auth.ldap.search.filter",
            KeyType.text("a filter with ${username}", "\\(.*\\$\\{username}.*\\)"),
            "(uid=${username})",
            "The filter that finds it, with `${username}` in it.");
    static final Key<String> SEARCH_BIND_DN = new Key<>(
            "auth.ldap.search.bindDn", DN, null, "As whom the broker searches. Default: as nobody (anonymous).");
    static final Key<Path> SEARCH_PASSWORD_FILE = new Key<>(
            "auth.ldap.search.passwordFile",
            KeyType.path(),
            null,
            "File with the password of `search.bindDn`; a line end at its end is not part of it.");
    static final Key<String> USER_NAME_ATTRIBUTE = new Key<>(
            "auth.ldap.userNameAttribute",
            ATTRIBUTE,
            "uid",
            "The attribute of the entry with the user's name, by which rules know it: directories take `Ann` and `ann` for the"
                    + " same, rules do not. For Active Directory `sAMAccountName`.");
    static final Key<String> GROUP_ATTRIBUTE = new Key<>(
            "auth.ldap.groups.attribute",
            ATTRIBUTE,
            null,
            "The attribute of the entry that lists the user's groups, as `memberOf`. Of a distinguished name the first value"
                    + " counts: `ops` of `cn=ops,ou=groups`.");
    static final Key<String> GROUP_BASE = new Key<>(
            "auth.ldap.groups.base",
            DN,
            null,
            "Below this name groups are searched for; instead of `groups.attribute`.");
    static final Key<String> GROUP_FILTER = new Key<>(
            "auth.ldap.groups.filter",
            KeyType.text("a filter with ${dn} or ${username}", "\\(.*\\$\\{(dn|username)}.*\\)"),
            "(member=${dn})",
            "The filter that finds a user's groups; `${dn}` is the name of its entry.");
    static final Key<String> GROUP_NAME_ATTRIBUTE = new Key<>(
            "auth.ldap.groups.nameAttribute", ATTRIBUTE, "cn", "The attribute of a group's entry with its name.");
    private static final RemoteConfig.Keys REMOTE = RemoteConfig.Keys.of(SECTION);
    static final List<Key<?>> KEYS = Stream.concat(
                    Stream.<Key<?>>of(
                            URL,
                            CA,
                            START_TLS,
                            USER_DN,
                            SEARCH_BASE,
                            SEARCH_FILTER,
                            SEARCH_BIND_DN,
                            SEARCH_PASSWORD_FILE,
                            USER_NAME_ATTRIBUTE,
                            GROUP_ATTRIBUTE,
                            GROUP_BASE,
                            GROUP_FILTER,
                            GROUP_NAME_ATTRIBUTE),
                    REMOTE.all().stream())
            .toList();

    /** Null if no directory is asked. */
    static @Nullable LdapAuthConfig from(Settings settings) {
        String text = settings.find(URL);
        if (text == null) {
            String set = settings.anySet(SECTION);
            if (set != null) {
                throw settings.refuse(set, "needs " + URL.name());
            }
            return null;
        }
        URI url = ServerUrl.withHost(URL, text, URL.type().allowed(), settings);
        boolean startTls = settings.get(START_TLS);
        boolean ldaps = url.getScheme().equals("ldaps");
        if (startTls && ldaps) {
            throw settings.refuse(START_TLS.name(), "is for ldap:// alone: " + URL.name() + " is by TLS already");
        }
        if (!ldaps && !startTls && !ServerUrl.isHere(url)) {
            throw settings.refuse(
                    URL.name(), "must begin with ldaps://, or have auth.ldap.startTls, unless it is on this machine");
        }
        return new LdapAuthConfig(
                url,
                settings.find(CA),
                startTls,
                userDn(settings),
                search(settings),
                settings.get(USER_NAME_ATTRIBUTE),
                groups(settings),
                REMOTE.from(settings));
    }

    private static @Nullable String userDn(Settings settings) {
        String dn = settings.find(USER_DN);
        if ((dn == null) == (settings.find(SEARCH_BASE) == null)) {
            throw settings.refuse(
                    dn == null ? URL.name() : USER_DN.name(),
                    "needs one of " + USER_DN.name() + " and " + SEARCH_BASE.name());
        }
        if (dn != null && !dn.contains("${username}")) {
            throw settings.refuse(USER_DN.name(), "must have ${username} in it");
        }
        return dn;
    }

    private static @Nullable Search search(Settings settings) {
        String base = settings.find(SEARCH_BASE);
        if (base == null) {
            String set = settings.anySet("auth.ldap.search");
            if (set != null) {
                throw settings.refuse(set, "needs " + SEARCH_BASE.name());
            }
            return null;
        }
        String bindDn = settings.find(SEARCH_BIND_DN);
        Path file = settings.find(SEARCH_PASSWORD_FILE);
        if ((bindDn == null) != (file == null)) {
            Key<?> given = bindDn == null ? SEARCH_PASSWORD_FILE : SEARCH_BIND_DN;
            Key<?> missing = bindDn == null ? SEARCH_BIND_DN : SEARCH_PASSWORD_FILE;
            throw settings.refuse(given.name(), "needs " + missing.name());
        }
        return new Search(base, settings.get(SEARCH_FILTER), bindDn, file);
    }

    private static Groups groups(Settings settings) {
        String attribute = settings.find(GROUP_ATTRIBUTE);
        String base = settings.find(GROUP_BASE);
        if (attribute != null && base != null) {
            throw settings.refuse(GROUP_BASE.name(), "can't be set beside " + GROUP_ATTRIBUTE.name());
        }
        for (Key<?> of : List.of(GROUP_FILTER, GROUP_NAME_ATTRIBUTE)) {
            if (base == null && settings.isSet(of.name())) {
                throw settings.refuse(of.name(), "needs " + GROUP_BASE.name());
            }
        }
        return new Groups(attribute, base, settings.get(GROUP_FILTER), settings.get(GROUP_NAME_ATTRIBUTE));
    }
}
