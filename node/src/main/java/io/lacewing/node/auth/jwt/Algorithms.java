package io.lacewing.node.auth.jwt;

import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;

/** Which keys are for which algorithms (RFC 7518, 3.1; RFC 8037). */
final class Algorithms {
    private static final int LEAST_RSA_BITS = 2048;
    private static final Set<String> RSA = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

    private Algorithms() {}

    /** Those that a public key can be used for; none if it is too short, or of another kind. */
    static Set<String> of(Key key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() < LEAST_RSA_BITS ? Set.of() : RSA;
            case ECPublicKey ec ->
                switch (ec.getParams().getOrder().bitLength()) {
                    case 256 -> Set.of("ES256");
                    case 384 -> Set.of("ES384");
                    case 521 -> Set.of("ES512");
                    default -> Set.of();
                };
            case EdECPublicKey ed -> Set.of("EdDSA");
            default -> Set.of();
        };
    }

    /** A public key for people. */
    static String describe(Key key) {
        return switch (key) {
            case RSAPublicKey rsa -> "RSA of " + rsa.getModulus().bitLength() + " bits";
            case ECPublicKey ec -> "EC of " + ec.getParams().getOrder().bitLength() + " bits";
            default -> key.getAlgorithm();
        };
    }

    /** The least number of bytes of a secret for HS256 and its like: those of the hash (RFC 7518, 3.2). */
    static int secretBytes(String algorithm) {
        return switch (algorithm) {
            case "HS256" -> 32;
            case "HS384" -> 48;
            case "HS512" -> 64;
            default -> throw new IllegalArgumentException(algorithm + " has no secret");
        };
    }
}
