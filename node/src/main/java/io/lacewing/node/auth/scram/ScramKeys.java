package io.lacewing.node.auth.scram;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * What a server keeps of a password for SCRAM (RFC 5802, 3). Who steals it can check guesses, and play this server to the
 * client, but not the client to any server. Immutable; its arrays must not be changed.
 *
 * @param algorithm which hash
 * @param iterations how often; what makes guessing expensive, for the client, too
 * @param salt of this password alone
 * @param storedKey by which a client's proof is checked
 * @param serverKey by which the server proves that it knows the user
 */
public record ScramKeys(ScramAlgorithm algorithm, int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    /** What RFC 7677 asks for at least. */
    public static final int MIN_ITERATIONS = 4_096;

    /** More takes a small client seconds. */
    public static final int MAX_ITERATIONS = 1_000_000;

    /** What new keys have where nobody says otherwise. */
    public static final int DEFAULT_ITERATIONS = 15_000;

    private static final int SALT = 16;
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);

    /**
     * Those of a password, with a salt of their own. Takes milliseconds.
     *
     * @throws IllegalArgumentException if the password is no text that SCRAM can compare
     */
    public static ScramKeys of(ScramAlgorithm algorithm, byte[] password, int iterations, SecureRandom random) {
        byte[] prepared = ScramAlgorithm.prepared(password);
        if (prepared == null) {
            throw new IllegalArgumentException("a password for SCRAM must be text (UTF-8) without control characters");
        }
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        byte[] salted = algorithm.salted(prepared, salt, iterations);
        return new ScramKeys(
                algorithm,
                iterations,
                salt,
                algorithm.hash(algorithm.hmac(salted, CLIENT_KEY)),
                algorithm.hmac(salted, SERVER_KEY));
    }

    /** True if these were made of this password. Takes milliseconds: not for event loops. */
    public boolean matches(byte[] password) {
        byte[] prepared = ScramAlgorithm.prepared(password);
        byte[] salted = algorithm.salted(prepared == null ? password : prepared, salt, iterations);
        byte[] stored = algorithm.hash(algorithm.hmac(salted, CLIENT_KEY));
        return MessageDigest.isEqual(stored, storedKey) && prepared != null;
    }

    /**
     * Looks whether clients can give a name by SCRAM.
     *
     * @throws IllegalArgumentException if not; the message says what they would give
     */
    public static void checkName(String name) {
        String prepared = ScramAlgorithm.prepared(name);
        if (!name.equals(prepared)) {
            throw new IllegalArgumentException(
                    prepared == null
                            ? "the user name has characters that SCRAM does not allow"
                            : "the user name is '" + prepared + "' for SCRAM (RFC 4013); take that one");
        }
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "keys for " + algorithm.method();
    }
}
