package io.lacewing.node.auth.password;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.BCrypt;

/**
 * A hash by bcrypt, as {@code htpasswd -B} and many others make it: {@code $2y$COST$SALTHASH}. Read, never made. As everywhere,
 * only the first 72 bytes of a password count. A password with a zero byte never matches: bcrypt ends a password by one, so
 * that "a" and "a", 0, "a" would be the same to it.
 */
final class BcryptHash implements PasswordHash {
    private static final Pattern FORM =
            Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})");
    private static final String DIGITS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int MAX_PASSWORD = 72;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 23;
    private static final int MIN_COST = 4;

    /** About five seconds; each further one doubles it. */
    private static final int MAX_COST = 16;

    private final String text;
    private final int cost;
    private final byte[] salt;
    private final byte[] hash;

    private BcryptHash(String text, int cost, byte[] salt, byte[] hash) {
        this.text = text;
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    static boolean isOne(String text) {
        return text.startsWith("$2a$") || text.startsWith("$2b$") || text.startsWith("$2y$");
    }

    /** How many doublings of work it takes. */
    int cost() {
        return cost;
    }

    static BcryptHash parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "the bcrypt hash is not of the form $2y$COST$ with 53 letters, digits, '.' or '/' behind it");
        }
        int cost = Integer.parseInt(form.group(1));
        if (cost < MIN_COST || cost > MAX_COST) {
            throw new IllegalArgumentException(
                    "the bcrypt hash has cost " + cost + ", which must be from " + MIN_COST + " to " + MAX_COST);
        }
        return new BcryptHash(text, cost, decode(form.group(2), SALT_BYTES), decode(form.group(3), HASH_BYTES));
    }

    /** bcrypt's own Base64. */
    private static byte[] decode(String text, int length) {
        byte[] bytes = new byte[length];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < text.length() && at < length; i++) {
            bits = (bits << 6) | DIGITS.indexOf(text.charAt(i));
            held += 6;
            if (held >= 8) {
                held -= 8;
                bytes[at++] = (byte) (bits >> held);
            }
        }
        return bytes;
    }

    @Override
    public boolean matches(byte[] password) {
        boolean hasZero = false;
        for (byte each : password) {
            hasZero |= each == 0;
        }
        byte[] key = Arrays.copyOf(password, Math.min(password.length, MAX_PASSWORD));
        byte[] derived;
        try {
            derived = BCrypt.generate(key, salt, cost, true);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        boolean same = MessageDigest.isEqual(hash, Arrays.copyOf(derived, HASH_BYTES));
        return same && !hasZero;
    }

    @Override
    public String text() {
        return text;
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "bcrypt";
    }
}
