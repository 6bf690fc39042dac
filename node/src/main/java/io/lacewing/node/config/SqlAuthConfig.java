package io.lacewing.node.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A database that is asked for the hash of a user's password ({@code auth.sql.*}). The files are not looked at here.
 *
 * @param url postgresql or mysql, with a host and a database
 * @param ca a PEM file with the authorities of the server's certificate; null: those of the JDK
 * @param user as whom the broker connects
 * @param passwordFile with its password
 * @param query gives the user's hash
 * @param groupsQuery gives the user's groups; null: it has none
 * @param remote how it is asked
 */
public record SqlAuthConfig(
        URI url,
        @Nullable Path ca,
        String user,
        Path passwordFile,
        SqlQuery query,
        @Nullable SqlQuery groupsQuery,
        RemoteConfig remote) {
    static final String SECTION = "auth.sql";
    private static final KeyType<String> QUERY =
            KeyType.text("a SELECT with ${username} outside of quotes", "(?is)\\s*(select|with|call)\\s.{1,8000}");

    static final Key<String> URL = new Key<>(
            "auth.sql.url",
            KeyType.text(
                    "postgresql://host/database or mysql://host/database, with or without a port",
                    "(postgresql|mysql)://[^\\s\\p{Cntrl}/?#]{1,300}/[A-Za-z0-9_.-]{1,64}"),
            null,
            "The database that is asked for the hashes of passwords; `mysql` is for MariaDB, too. Unless it is on this machine,"
                    + " only by TLS. Default: none. [Security](security.md#databases) tells more.");
    static final Key<Path> CA = new Key<>(
            "auth.sql.ca",
            KeyType.path(),
            null,
            "PEM file: the authorities that the certificate of that server must be from; with it, TLS is used on this machine,"
                    + " too. Default: those of the JDK.");
    static final Key<String> USER = new Key<>(
            "auth.sql.user",
            KeyType.text("1 to 256 characters", "[^\\p{Cntrl}]{1,256}"),
            null,
            "As whom the broker connects; it needs to read what the queries do, and nothing else.");
    static final Key<Path> PASSWORD_FILE = new Key<>(
            "auth.sql.passwordFile",
            KeyType.path(),
            null,
            "File with the password of that user; a line end at its end is not part of it.");
    static final Key<String> QUERY_KEY = new Key<>(
            "auth.sql.query",
            QUERY,
            null,
            "Gives one row for a user, with its hash as `password_hash` and its name as `username`: `SELECT username,"
                    + " password_hash FROM mqtt_user WHERE username = ${username}`. `${username}` and `${clientid}` become"
                    + " parameters of a prepared statement.");
    static final Key<String> GROUPS_QUERY = new Key<>(
            "auth.sql.groupsQuery",
            QUERY,
            null,
            "Gives a row for each group of the user, with its name as first column. Default: users have no groups.");
    private static final RemoteConfig.Keys REMOTE = RemoteConfig.Keys.of(SECTION);
    static final List<Key<?>> KEYS = Stream.concat(
                    Stream.<Key<?>>of(URL, CA, USER, PASSWORD_FILE, QUERY_KEY, GROUPS_QUERY), REMOTE.all().stream())
            .toList();

    /** Null if no database is asked. */
    static @Nullable SqlAuthConfig from(Settings settings) {
        String text = settings.find(URL);
        if (text == null) {
            String set = settings.anySet(SECTION);
            if (set != null) {
                throw settings.refuse(set, "needs " + URL.name());
            }
            return null;
        }
        String groups = settings.find(GROUPS_QUERY);
        return new SqlAuthConfig(
                ServerUrl.withHost(URL, text, URL.type().allowed(), settings),
                settings.find(CA),
                needed(USER, settings),
                needed(PASSWORD_FILE, settings),
                query(QUERY_KEY, needed(QUERY_KEY, settings), settings),
                groups == null ? null : query(GROUPS_QUERY, groups, settings),
                REMOTE.from(settings));
    }

    private static <T> T needed(Key<T> key, Settings settings) {
        T value = settings.find(key);
        if (value == null) {
            throw settings.refuse(URL.name(), "needs " + key.name());
        }
        return value;
    }

    private static SqlQuery query(Key<String> key, String text, Settings settings) {
        try {
            return SqlQuery.parse(text);
        } catch (IllegalArgumentException e) {
            throw settings.refuse(key.name(), String.valueOf(e.getMessage()));
        }
    }

    /** True for MySQL and MariaDB, false for PostgreSQL. */
    public boolean isMySql() {
        return url.getScheme().equals("mysql");
    }

    /** True if the connection is by TLS. */
    public boolean isByTls() {
        return ca != null || !ServerUrl.isHere(url);
    }
}
