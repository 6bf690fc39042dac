package io.lacewing.node.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Private keys of files, in the forms that are in use. */
final class PrivateKeys {
    /** What certificates' keys may be, with what they sign by. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {2, 1, 0};

    private PrivateKeys() {}

    /**
     * The key of {@code file}, which is that of {@code owner}.
     *
     * @throws TlsException if it can't be read, or is another's
     */
    static PrivateKey of(PemFile file, PemFile certificate, PublicKey owner) throws TlsException {
        String algorithm = owner.getAlgorithm();
        String signature = SIGNATURES.get(algorithm);
        if (signature == null) {
            throw certificate.refuse("has a key of type " + algorithm + "; RSA, EC and Ed25519 can be used");
        }
        PemFile.Encoded encoded = file.privateKey();
        PrivateKey key = read(file, encoded, owner);
        if (!key.getAlgorithm().equals(algorithm) || !fits(key, owner, signature)) {
            throw file.refuse("is not the key of the certificate in " + certificate.path());
        }
        return key;
    }

    private static PrivateKey read(PemFile file, PemFile.Encoded encoded, PublicKey owner) throws TlsException {
        byte[] pkcs8 = switch (encoded.label()) {
            case "PRIVATE KEY" -> encoded.bytes();
            case "RSA PRIVATE KEY" -> wrap(file, encoded.bytes(), "RSA", owner);
            case "EC PRIVATE KEY" -> wrap(file, encoded.bytes(), "EC", owner);
            default -> throw file.refuse("holds a " + encoded.label() + "; RSA, EC and Ed25519 can be used");
        };
        for (String algorithm : SIGNATURES.keySet()) {
            PrivateKey key = tryRead(pkcs8, algorithm);
            if (key != null) {
                return key;
            }
        }
        throw file.refuse("holds no private key that can be read (RSA, EC or Ed25519)");
    }

    private static @Nullable PrivateKey tryRead(byte[] pkcs8, String algorithm) throws TlsException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException notThis) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new TlsException("this Java has no " + algorithm + ": " + e.getMessage());
        }
    }

    private static boolean fits(PrivateKey key, PublicKey owner, String algorithm) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(owner);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherCurve) {
            return false;
        }
    }

    /**
     * PKCS#8 (RFC 5208) of a key in the form of before, PKCS#1 or SEC 1: that one needs to be told its algorithm and curve, which
     * are its owner's.
     */
    private static byte[] wrap(PemFile file, byte[] inner, String algorithm, PublicKey owner) throws TlsException {
        if (!owner.getAlgorithm().equals(algorithm)) {
            throw file.refuse("is " + algorithm + ", but its certificate has a key of type " + owner.getAlgorithm());
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(VERSION_0);
        body.writeBytes(algorithmIdentifier(owner.getEncoded()));
        body.writeBytes(element(OCTET_STRING, inner));
        return element(SEQUENCE, body.toByteArray());
    }

    /** The first element in a SubjectPublicKeyInfo (RFC 5280, 4.1), which the JDK has encoded. */
    private static byte[] algorithmIdentifier(byte[] info) {
        int start = contentAt(info, 0);
        int content = contentAt(info, start);
        byte[] identifier = new byte[content - start + length(info, start)];
        System.arraycopy(info, start, identifier, 0, identifier.length);
        return identifier;
    }

    private static int contentAt(byte[] der, int element) {
        int first = der[element + 1] & 0xFF;
        return element + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    private static int length(byte[] der, int element) {
        int first = der[element + 1] & 0xFF;
        int length = first < 0x80 ? first : 0;
        for (int i = element + 2; i < contentAt(der, element); i++) {
            length = (length << 8) | (der[i] & 0xFF);
        }
        return length;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.length < 0x80) {
            element.write(content.length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(content.length)) / 8;
            element.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
                element.write(content.length >> shift);
            }
        }
        element.writeBytes(content);
        return element.toByteArray();
    }
}
