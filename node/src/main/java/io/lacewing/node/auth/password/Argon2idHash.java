package io.lacewing.node.auth.password;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A hash by Argon2id (RFC 9106), version 0x13, in the form of the reference implementation:
 * {@code $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH}, the last two in Base64 without padding.
 */
final class Argon2idHash implements PasswordHash {
    static final String PREFIX = "$argon2id$";

    /** KiB. What RFC 9106 recommends where memory is scarce; more could be more than a node has for it. */
    static final int MAX_MEMORY = 65_536;

    private static final int MAX_PASSES = 16;
    private static final int MAX_LANES = 16;

    /** What new hashes take: the first choice of OWASP's Password Storage Cheat Sheet. */
    private static final int MEMORY = 19_456;

    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private static final String BASE64 = "([A-Za-z0-9+/]{1,128})";
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})\\$" + BASE64 + "\\$" + BASE64);

    private final int memory;
    private final int passes;
    private final int lanes;
    private final byte[] salt;
    private final byte[] hash;

    private Argon2idHash(int memory, int passes, int lanes, byte[] salt, byte[] hash) {
        this.memory = memory;
        this.passes = passes;
        this.lanes = lanes;
        this.salt = salt;
        this.hash = hash;
    }

    static Argon2idHash make(byte[] password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] hash = derive(password, MEMORY, PASSES, LANES, salt, HASH_BYTES);
        return new Argon2idHash(MEMORY, PASSES, LANES, salt, hash);
    }

    static Argon2idHash parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "the Argon2id hash is not of the form $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH");
        }
        int memory = Integer.parseInt(form.group(1));
        int passes = Integer.parseInt(form.group(2));
        int lanes = Integer.parseInt(form.group(3));
        check("t", passes, 1, MAX_PASSES);
        check("p", lanes, 1, MAX_LANES);
        check("m", memory, 8 * lanes, MAX_MEMORY);
        byte[] salt = base64("salt", form.group(4), 8);
        byte[] hash = base64("hash", form.group(5), 16);
        return new Argon2idHash(memory, passes, lanes, salt, hash);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "the Argon2id hash has " + name + "=" + value + ", which must be from " + min + " to " + max);
        }
    }

    private static byte[] base64(String name, String text, int least) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the Argon2id hash has a " + name + " that is not Base64", e);
        }
        if (bytes.length < least) {
            throw new IllegalArgumentException("the Argon2id hash has a " + name + " of " + bytes.length
                    + " bytes; it needs " + least + " or more");
        }
        return bytes;
    }

    private static byte[] derive(byte[] password, int memory, int passes, int lanes, byte[] salt, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] derived = new byte[length];
        generator.generateBytes(password, derived);
        return derived;
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, derive(password, memory, passes, lanes, salt, hash.length));
    }

    @Override
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return PREFIX + "v=19$m=" + memory + ",t=" + passes + ",p=" + lanes + "$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "Argon2id";
    }
}
