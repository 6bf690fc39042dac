package io.lacewing.node.auth.password;

import io.lacewing.node.auth.scram.ScramAlgorithm;
import io.lacewing.node.auth.scram.ScramKeys;
import java.util.Base64;
import java.util.Locale;

/**
 * The keys of SCRAM as a hash among others, so that their user can log in by a password, too:
 * {@code $scram-sha-256$i=15000$salt$storedKey$serverKey}, each in base64 without padding.
 *
 * @param keys what it holds
 */
record ScramHash(ScramKeys keys) implements PasswordHash {
    private static final int MIN_SALT = 8;
    private static final int MAX_SALT = 64;

    /** True if {@code text} begins as one. */
    static boolean isOne(String text) {
        for (ScramAlgorithm each : ScramAlgorithm.values()) {
            if (text.startsWith(prefix(each))) {
                return true;
            }
        }
        return false;
    }

    private static String prefix(ScramAlgorithm algorithm) {
        return "$scram-" + algorithm.digest().toLowerCase(Locale.ROOT) + "$";
    }

    @Override
    public boolean matches(byte[] password) {
        return keys.matches(password);
    }

    @Override
    public String text() {
        return prefix(keys.algorithm()) + "i=" + keys.iterations() + "$" + base64(keys.salt()) + "$"
                + base64(keys.storedKey()) + "$" + base64(keys.serverKey());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    /** As {@link PasswordHash#parse}. */
    static ScramHash parse(String text) {
        for (ScramAlgorithm each : ScramAlgorithm.values()) {
            if (text.startsWith(prefix(each))) {
                return parse(each, text.substring(prefix(each).length()).split("\\$", -1));
            }
        }
        throw new IllegalArgumentException("the hash is not SCRAM's");
    }

    private static ScramHash parse(ScramAlgorithm algorithm, String[] parts) {
        String iterations = parts[0].startsWith("i=") ? parts[0].substring(2) : "";
        if (parts.length != 4 || !iterations.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(
                    "a SCRAM hash must be " + prefix(algorithm) + "i=iterations$salt$storedKey$serverKey");
        }
        int count = Integer.parseInt(iterations);
        if (count < ScramKeys.MIN_ITERATIONS || count > ScramKeys.MAX_ITERATIONS) {
            throw new IllegalArgumentException("the SCRAM hash must have " + ScramKeys.MIN_ITERATIONS + " to "
                    + ScramKeys.MAX_ITERATIONS + " iterations");
        }
        byte[] salt = decode(parts[1]);
        byte[] storedKey = decode(parts[2]);
        byte[] serverKey = decode(parts[3]);
        if (salt.length < MIN_SALT || salt.length > MAX_SALT) {
            throw new IllegalArgumentException(
                    "the salt of the SCRAM hash must have " + MIN_SALT + " to " + MAX_SALT + " bytes");
        }
        if (storedKey.length != algorithm.size() || serverKey.length != algorithm.size()) {
            throw new IllegalArgumentException(
                    "the keys of the SCRAM hash must have " + algorithm.size() + " bytes each");
        }
        return new ScramHash(new ScramKeys(algorithm, count, salt, storedKey, serverKey));
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the SCRAM hash is no base64", e);
        }
    }
}
