package io.lacewing.node.auth.password;

import java.security.SecureRandom;

/**
 * What is kept of a password. Immutable. Passwords are bytes, of any value and number that MQTT's binary data can have: not
 * text in whatever encoding.
 */
sealed interface PasswordHash permits Argon2idHash, BcryptHash, ScramHash {

    /**
     * True if this was made of {@code password}. Takes as long if not, and tens of milliseconds in any case: not for event
     * loops.
     */
    boolean matches(byte[] password);

    /** As it stands in the file. */
    String text();

    /** A new hash of {@code password}, by Argon2id with a salt of its own. */
    static PasswordHash make(byte[] password, SecureRandom random) {
        return Argon2idHash.make(password, random);
    }

    /**
     * Reads what {@link #text} has written, or another program that makes such hashes.
     *
     * @throws IllegalArgumentException if it is no such hash, or one that would take too much; the message says what is wrong,
     *     without the hash
     */
    static PasswordHash parse(String text) {
        if (text.startsWith(Argon2idHash.PREFIX)) {
            return Argon2idHash.parse(text);
        }
        if (BcryptHash.isOne(text)) {
            return BcryptHash.parse(text);
        }
        if (ScramHash.isOne(text)) {
            return ScramHash.parse(text);
        }
        throw new IllegalArgumentException(
                "the hash is of no kind that is known here: it must begin with $argon2id$, for bcrypt with $2a$, $2b$ or"
                        + " $2y$, or for SCRAM with $scram-sha-256$ or $scram-sha-512$");
    }
}
