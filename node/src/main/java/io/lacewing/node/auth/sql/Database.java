package io.lacewing.node.auth.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.config.SqlAuthConfig;
import io.lacewing.node.config.SqlQuery;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.SmallFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections to a database, and what is asked by them. Thread-safe; all of it blocks, for about as long as the time-out. */
final class Database implements AutoCloseable {
    /** The least that the pool takes. */
    private static final long MIN_WAIT_MILLIS = 250;

    private static final int PG_PORT = 5432;
    private static final int MYSQL_PORT = 3306;

    /**
     * A user.
     *
     * @param name null if the query gives none
     */
    record Row(String hash, @Nullable String name) {}

    /**
     * What the queries give for a client.
     *
     * @param rows up to two: more than one is a fault of the query
     */
    record Found(List<Row> rows, List<String> groups) {}

    private final SqlAuthConfig config;
    private final HikariDataSource pool;

    private Database(SqlAuthConfig config, HikariDataSource pool) {
        this.config = config;
        this.pool = pool;
    }

    /**
     * Reads the files, and connects to nobody yet.
     *
     * @throws FileException if a file can't be used; names the key
     */
    static Database open(SqlAuthConfig config) throws FileException {
        check(config);
        HikariConfig options = new HikariConfig();
        options.setPoolName("lacewing-sql");
        options.setUsername(config.user());
        options.setPassword(new String(secret(config), StandardCharsets.UTF_8));
        options.setMaximumPoolSize(config.remote().maxRequests());
        options.setMinimumIdle(0);
        options.setReadOnly(true);
        // A node starts without its database, too.
        options.setInitializationFailTimeout(-1);
        long wait = Math.max(MIN_WAIT_MILLIS, config.remote().timeout().toMillis());
        options.setConnectionTimeout(wait);
        options.setValidationTimeout(wait);
        URI url = config.url();
        int port = url.getPort() >= 0 ? url.getPort() : config.isMySql() ? MYSQL_PORT : PG_PORT;
        options.setJdbcUrl((config.isMySql() ? "jdbc:mariadb://" : "jdbc:postgresql://") + url.getHost() + ":" + port
                + url.getPath());
        if (config.isMySql()) {
            mySql(options, config, wait);
        } else {
            postgreSql(options, config, wait);
        }
        return new Database(config, new HikariDataSource(options));
    }

    /**
     * Looks whether {@link #open} would find what it needs.
     *
     * @throws FileException if not
     */
    static void check(SqlAuthConfig config) throws FileException {
        var unused = secret(config);
        if (config.ca() != null) {
            try {
                var unusedAuthorities = SmallFile.authorities(config.ca());
            } catch (FileException e) {
                throw new FileException("auth.sql.ca: " + e.getMessage(), e);
            }
        }
    }

    private static byte[] secret(SqlAuthConfig config) throws FileException {
        try {
            return SmallFile.secret(config.passwordFile());
        } catch (FileException e) {
            throw new FileException("auth.sql.passwordFile: " + e.getMessage(), e);
        }
    }

    private static void postgreSql(HikariConfig options, SqlAuthConfig config, long wait) {
        String seconds = Long.toString((wait + 999) / 1000);
        options.addDataSourceProperty("connectTimeout", seconds);
        options.addDataSourceProperty("loginTimeout", seconds);
        options.addDataSourceProperty("socketTimeout", seconds);
        options.addDataSourceProperty("ApplicationName", "lacewing");
        // So that a name is compared as the column's type wants it.
        options.addDataSourceProperty("stringtype", "unspecified");
        options.addDataSourceProperty("sslmode", config.isByTls() ? "verify-full" : "disable");
        if (config.ca() != null) {
            options.addDataSourceProperty("sslrootcert", config.ca().toString());
        } else if (config.isByTls()) {
            options.addDataSourceProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
    }

    private static void mySql(HikariConfig options, SqlAuthConfig config, long wait) {
        options.addDataSourceProperty("connectTimeout", Long.toString(wait));
        options.addDataSourceProperty("socketTimeout", Long.toString(wait));
        options.addDataSourceProperty("allowLocalInfile", "false");
        options.addDataSourceProperty("sslMode", config.isByTls() ? "verify-full" : "disable");
        if (config.ca() != null) {
            options.addDataSourceProperty("serverSslCert", config.ca().toString());
        }
    }

    /** Asks about a client. Users that there are not are asked for their groups as well: that must not take less time. */
    Found find(ClientDetails client, String userName) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return new Found(rows(connection, client, userName), groups(connection, client, userName));
        }
    }

    private List<Row> rows(Connection connection, ClientDetails client, String userName) throws SQLException {
        try (PreparedStatement statement = prepare(connection, config.query(), 2, client, userName);
                ResultSet result = statement.executeQuery()) {
            int hashColumn = result.findColumn("password_hash");
            boolean named = isNamed(result);
            List<Row> rows = new ArrayList<>();
            while (result.next()) {
                String hash = result.getString(hashColumn);
                // Without a hash nobody can be it.
                if (hash != null) {
                    rows.add(new Row(hash, named ? result.getString("username") : null));
                }
            }
            return rows;
        }
    }

    private static boolean isNamed(ResultSet result) throws SQLException {
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            if (result.getMetaData().getColumnLabel(i).equalsIgnoreCase("username")) {
                return true;
            }
        }
        return false;
    }

    private List<String> groups(Connection connection, ClientDetails client, String userName) throws SQLException {
        List<String> groups = new ArrayList<>();
        SqlQuery query = config.groupsQuery();
        if (query == null) {
            return groups;
        }
        try (PreparedStatement statement = prepare(connection, query, SqlSystem.MAX_GROUPS + 1, client, userName);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                String group = result.getString(1);
                if (group != null && !group.isEmpty()) {
                    groups.add(group);
                }
            }
        }
        return groups;
    }

    private static PreparedStatement prepare(
            Connection connection, SqlQuery query, int maxRows, ClientDetails client, String userName)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query.text());
        try {
            statement.setMaxRows(maxRows);
            for (int i = 0; i < query.parameters().size(); i++) {
                statement.setString(
                        i + 1,
                        switch (query.parameters().get(i)) {
                            case USER_NAME -> userName;
                            case CLIENT_ID -> client.clientId();
                        });
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
