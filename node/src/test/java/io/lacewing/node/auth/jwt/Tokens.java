package io.lacewing.node.auth.jwt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Makes keys and tokens for tests, by the JDK alone. */
public final class Tokens {
    private Tokens() {}

    /** A pair for an algorithm. */
    public static KeyPair pair(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(
                switch (algorithm.substring(0, 2)) {
                    case "RS", "PS" -> "RSA";
                    case "ES" -> "EC";
                    default -> "Ed25519";
                });
        switch (algorithm) {
            case "ES256" -> generator.initialize(256);
            case "ES384" -> generator.initialize(384);
            case "ES512" -> generator.initialize(521);
            case "EdDSA" -> {}
            default -> generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }

    /** Writes a public key as PEM. */
    public static Path write(Path file, PublicKey key) throws IOException {
        return Files.writeString(file, pem("PUBLIC KEY", key.getEncoded()));
    }

    static String pem(String type, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String start(String algorithm, @Nullable String keyId, String claims) {
        String id = keyId == null ? "" : ",\"kid\":\"" + keyId + "\"";
        String header = "{\"alg\":\"" + algorithm + "\"" + id + "}";
        return base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
    }

    /** A token with these claims, signed by a private key. */
    public static String signed(String algorithm, @Nullable String keyId, PrivateKey key, String claims)
            throws GeneralSecurityException {
        String hash = algorithm.substring(2);
        Signature signature = Signature.getInstance(
                switch (algorithm.substring(0, 2)) {
                    case "RS" -> "SHA" + hash + "withRSA";
                    case "PS" -> "RSASSA-PSS";
                    case "ES" -> "SHA" + hash + "withECDSAinP1363Format";
                    default -> "Ed25519";
                });
        if (algorithm.startsWith("PS")) {
            String name = "SHA-" + hash;
            signature.setParameter(new PSSParameterSpec(
                    name,
                    "MGF1",
                    new MGF1ParameterSpec(name),
                    Integer.parseInt(hash) / 8,
                    PSSParameterSpec.TRAILER_FIELD_BC));
        }
        signature.initSign(key);
        String start = start(algorithm, keyId, claims);
        signature.update(start.getBytes(StandardCharsets.US_ASCII));
        return start + "." + base64(signature.sign());
    }

    /** A token with these claims, signed by a secret. */
    public static String signed(String algorithm, @Nullable String keyId, byte[] secret, String claims)
            throws GeneralSecurityException {
        String name = "HmacSHA" + algorithm.substring(2);
        Mac mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(secret, name));
        String start = start(algorithm, keyId, claims);
        return start + "." + base64(mac.doFinal(start.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A token that is not signed. */
    public static String unsigned(String claims) {
        return start("none", null, claims) + ".";
    }

    /** An Ed25519 key as a member of a set (RFC 8037, 2). */
    public static String jwk(String keyId, PublicKey key) {
        byte[] info = key.getEncoded();
        byte[] raw = Arrays.copyOfRange(info, info.length - 32, info.length);
        return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" + keyId + "\",\"x\":\"" + base64(raw) + "\"}";
    }

    /** Claims of a user until {@code seconds} from now, and others. */
    public static String claims(String user, long seconds, String others) {
        long end = System.currentTimeMillis() / 1000 + seconds;
        return "{\"sub\":\"" + user + "\",\"exp\":" + end + others + "}";
    }
}
