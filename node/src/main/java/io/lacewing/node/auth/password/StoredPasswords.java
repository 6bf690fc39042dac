package io.lacewing.node.auth.password;

import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.Verdict;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Checks passwords against hashes that others keep, on a few threads and with a bound on who waits, as the password file does.
 * Thread-safe.
 */
public final class StoredPasswords implements AutoCloseable {
    private static final Verdict NEXT = new Verdict.Next();

    private final CheckThreads checks;

    /** Stands in for users that there are not: the hash that was checked last, so that it takes as long. */
    private volatile PasswordHash decoy;

    /** Makes its threads, whose names begin with {@code name}. */
    public StoredPasswords(String name, SecureRandom random) {
        Runtime machine = Runtime.getRuntime();
        this.checks = new CheckThreads(
                name, PasswordFileAuthenticator.threads(machine.availableProcessors(), machine.maxMemory()));
        this.decoy = PasswordHash.make(new byte[0], random);
    }

    /**
     * Checks a password.
     *
     * @param hash as in a password file; null if there is no such user, which takes as long and ends by {@link Verdict.Next}
     * @param right what is said if it is the password
     * @return fails with an {@link IllegalArgumentException} if the hash is none; its message does not have the hash in it
     */
    public CompletableFuture<Verdict> check(@Nullable String hash, byte[] password, Verdict right) {
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        checks.run(answer, () -> {
            if (hash == null) {
                var unused = decoy.matches(password);
                return NEXT;
            }
            PasswordHash parsed = PasswordHash.parse(hash);
            decoy = parsed;
            return parsed.matches(password) ? right : Verdict.WRONG;
        });
        return answer;
    }

    /** Who waits is not answered any more. */
    @Override
    public void close() {
        checks.close();
    }
}
