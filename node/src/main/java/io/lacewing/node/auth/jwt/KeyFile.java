package io.lacewing.node.auth.jwt;

import io.lacewing.node.config.JwtConfig.SigningKey;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.SmallFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Set;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;

/** Reads the files with keys for tokens. */
final class KeyFile {
    private KeyFile() {}

    /**
     * Reads a key. Blocks.
     *
     * @throws KeyException if it can't be read, or is not for its algorithm
     */
    static TokenKey read(SigningKey asked) throws KeyException {
        Path file = asked.file();
        byte[] content = bytes(file);
        String algorithm = asked.algorithm();
        if (algorithm.startsWith("HS")) {
            byte[] secret = SmallFile.withoutLineEnd(content);
            int least = Algorithms.secretBytes(algorithm);
            if (secret.length < least) {
                throw new KeyException(file + ": has a secret of " + secret.length + " bytes; " + algorithm
                        + " needs at least " + least + " (openssl rand -base64 64 > FILE)");
            }
            return new TokenKey(asked.id(), Set.of(algorithm), new HmacKey(secret));
        }
        PublicKey key = publicKey(file, content);
        if (!Algorithms.of(key).contains(algorithm)) {
            throw new KeyException(
                    file + ": its key, " + Algorithms.describe(key) + ", can't be used for " + algorithm);
        }
        return new TokenKey(asked.id(), Set.of(algorithm), key);
    }

    /**
     * A PEM file with certificates, as it is. Blocks.
     *
     * @throws KeyException if it can't be read or holds none
     */
    static byte[] authorities(Path file) throws KeyException {
        try {
            return SmallFile.authorities(file);
        } catch (FileException e) {
            throw new KeyException(e.getMessage());
        }
    }

    private static byte[] bytes(Path file) throws KeyException {
        try {
            return SmallFile.read(file);
        } catch (FileException e) {
            throw new KeyException(e.getMessage());
        }
    }

    private static PublicKey publicKey(Path file, byte[] content) throws KeyException {
        PemObject block;
        try (PemReader reader = new PemReader(new StringReader(new String(content, StandardCharsets.ISO_8859_1)))) {
            block = reader.readPemObject();
        } catch (IOException | RuntimeException damaged) {
            throw new KeyException(file + ": its PEM block is damaged");
        }
        String type = block == null ? "" : block.getType();
        if (type.endsWith("PRIVATE KEY")) {
            throw new KeyException(
                    file + ": holds a private key, which is for who signs tokens only; take its public key"
                            + " (openssl pkey -in FILE -pubout)");
        }
        if (block != null && type.equals("CERTIFICATE")) {
            try {
                return CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(block.getContent()))
                        .getPublicKey();
            } catch (CertificateException e) {
                throw new KeyException(file + ": its certificate is damaged");
            }
        }
        if (block == null || !type.equals("PUBLIC KEY")) {
            throw new KeyException(
                    file + ": holds no public key in PEM form (-----BEGIN PUBLIC KEY-----), and no certificate");
        }
        return decode(file, new X509EncodedKeySpec(block.getContent()));
    }

    private static PublicKey decode(Path file, X509EncodedKeySpec encoded) throws KeyException {
        for (String type : List.of("RSA", "EC", "EdDSA")) {
            PublicKey key = tryDecode(type, encoded);
            if (key != null) {
                return key;
            }
        }
        throw new KeyException(file + ": holds no public key that can be read (RSA, EC, Ed25519 or Ed448)");
    }

    private static @Nullable PublicKey tryDecode(String type, X509EncodedKeySpec encoded) throws KeyException {
        try {
            return KeyFactory.getInstance(type).generatePublic(encoded);
        } catch (InvalidKeySpecException notThis) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new KeyException("this Java has no " + type + ": " + e.getMessage());
        }
    }
}
