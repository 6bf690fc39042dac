package io.lacewing.node.auth.jwt;

import java.security.Key;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What tokens can be checked by.
 *
 * @param id what tokens call it; null: any, or nothing
 * @param algorithms by which it may be used, as RFC 7518 names them: never one for secrets and one for public keys
 * @param key a secret, or a public key
 */
record TokenKey(@Nullable String id, Set<String> algorithms, Key key) {
    /** Copies the set. */
    TokenKey {
        algorithms = Set.copyOf(algorithms);
    }

    /** True if it may have signed a token that names this key and this algorithm. */
    boolean fits(@Nullable String keyId, String algorithm) {
        return algorithms.contains(algorithm) && (id == null || keyId == null || id.equals(keyId));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "key " + id + " for " + algorithms;
    }
}
