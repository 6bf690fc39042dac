package io.lacewing.node.auth.sql;

import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.password.StoredPasswords;
import io.lacewing.node.auth.remote.OtherSystem;
import io.lacewing.node.auth.remote.Question;
import io.lacewing.node.auth.remote.QuestionThreads;
import io.lacewing.node.auth.remote.UnfitException;
import io.lacewing.node.config.SqlAuthConfig;
import io.lacewing.node.files.FileException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database for the hash of a user's password, and checks it here. A user that there is not takes as long as one with a
 * wrong password. Thread-safe; what blocks runs on threads of its own.
 */
public final class SqlSystem implements OtherSystem {
    static final int MAX_GROUPS = 1_000;

    private static final Verdict NEXT = new Verdict.Next();

    private final SqlAuthConfig config;
    private final Database database;
    private final StoredPasswords passwords;
    private final QuestionThreads threads;

    private SqlSystem(SqlAuthConfig config, Database database, SecureRandom random) {
        this.config = config;
        this.database = database;
        this.passwords = new StoredPasswords("sql-password", random);
        this.threads = new QuestionThreads("sql", config.remote().maxRequests());
    }

    /**
     * Reads the files. Blocks for them, and waits for no other machine.
     *
     * @throws FileException if one can't be used; names the key
     */
    public static SqlSystem open(SqlAuthConfig config, SecureRandom random) throws FileException {
        return new SqlSystem(config, Database.open(config), random);
    }

    /**
     * Looks whether {@link #open} would find what it needs. Blocks.
     *
     * @throws FileException if not
     */
    public static void check(SqlAuthConfig config) throws FileException {
        Database.check(config);
    }

    @Override
    public @Nullable Verdict withoutAsking(Credentials credentials) {
        return credentials.password() == null ? NEXT : null;
    }

    @Override
    public Asked ask(Question question) {
        byte[] password = question.password();
        if (password == null) {
            throw new IllegalArgumentException("a question without a password");
        }
        return threads.ask(() -> judge(question, password));
    }

    private Verdict judge(Question question, byte[] password) throws Exception {
        Database.Found found;
        try {
            found = database.find(question.client(), question.userName());
        } catch (SQLException e) {
            if (isOfTheServer(e)) {
                throw e;
            }
            // The message may hold what the client has chosen.
            throw new UnfitException("a query fails with SQLSTATE " + e.getSQLState() + ", code " + e.getErrorCode());
        }
        if (found.rows().size() > 1) {
            throw new UnfitException("auth.sql.query gives more than one row for a user name");
        }
        if (found.groups().size() > MAX_GROUPS) {
            throw new UnfitException("a user is in more than " + MAX_GROUPS + " groups");
        }
        Database.Row row = found.rows().isEmpty() ? null : found.rows().getFirst();
        String hash = row == null ? null : row.hash();
        Verdict right = row == null ? NEXT : allow(row, question.userName(), found.groups());
        try {
            return passwords.check(hash, password, right).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IllegalArgumentException noHash
                    ? new UnfitException("auth.sql.query: " + noHash.getMessage())
                    : e;
        }
    }

    private Verdict allow(Database.Row row, String userName, List<String> groups) throws UnfitException {
        String name = row.name();
        if (name == null && config.isMySql()) {
            // It takes Ann and ann for the same, but rules do not.
            throw new UnfitException("auth.sql.query gives no column username");
        }
        return new Verdict.Allow(Identity.of(name == null ? userName : name, new HashSet<>(groups)));
    }

    /** True if it would be the same for all clients: there is no connection, or nothing can be asked by it. */
    private static boolean isOfTheServer(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return e instanceof SQLTransientException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException
                || state.startsWith("08")
                || state.startsWith("28")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("58");
    }

    @Override
    public void close() {
        threads.close();
        passwords.close();
        database.close();
    }
}
