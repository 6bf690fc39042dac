package io.lacewing.node.auth.scram;

import com.ongres.saslprep.SASLprep;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/** The hashes that SCRAM is used with, and what it makes of them (RFC 5802, 2.2 and 3). */
public enum ScramAlgorithm {
    /** SCRAM-SHA-256 (RFC 7677). */
    SHA_256("SHA-256", "HmacSHA256", 32),
    /** SCRAM-SHA-512. */
    SHA_512("SHA-512", "HmacSHA512", 64);

    private final String digest;
    private final String mac;
    private final int size;

    ScramAlgorithm(String digest, String mac, int size) {
        this.digest = digest;
        this.mac = mac;
        this.size = size;
    }

    /** The method that clients name in their CONNECT. */
    public String method() {
        return "SCRAM-" + digest;
    }

    /** The hash's name, as {@code SHA-256}. */
    public String digest() {
        return digest;
    }

    /** Bytes of a key. */
    public int size() {
        return size;
    }

    byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac made = Mac.getInstance(mac);
            made.init(new SecretKeySpec(key, mac));
            return made.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + mac, e);
        }
    }

    byte[] hash(byte[] text) {
        try {
            return MessageDigest.getInstance(digest).digest(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + digest, e);
        }
    }

    /** {@code Hi} of RFC 5802, which is PBKDF2. Takes milliseconds: not for event loops. */
    byte[] salted(byte[] password, byte[] salt, int iterations) {
        Digest by = this == SHA_256 ? new SHA256Digest() : new SHA512Digest();
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(by);
        generator.init(password, salt, iterations);
        return ((KeyParameter) generator.generateDerivedMacParameters(size * 8)).getKey();
    }

    /** A name or password as SCRAM compares it (SASLprep, RFC 4013); null if it has what neither may have. */
    static @Nullable String prepared(String text) {
        try {
            return new SASLprep().prepareQuery(text);
        } catch (IllegalArgumentException prohibited) {
            return null;
        }
    }

    /** As {@link #prepared(String)}, of UTF-8; null if it is not. */
    static byte @Nullable [] prepared(byte[] text) {
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
        String prepared = prepared(decoded);
        return prepared == null || prepared.isEmpty() ? null : prepared.getBytes(StandardCharsets.UTF_8);
    }
}
