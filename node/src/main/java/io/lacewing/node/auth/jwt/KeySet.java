package io.lacewing.node.auth.jwt;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** Reads sets of public keys (RFC 7517). */
final class KeySet {
    /** More than any issuer has at a time. */
    static final int MAX_KEYS = 100;

    private KeySet() {}

    /**
     * The keys that can be used for {@code algorithms}. Those of other kinds are left out: sets may hold what we don't know
     * (RFC 7517, 5), secrets among them, which are none where everybody can fetch them.
     *
     * @throws JoseException if this is no set of keys, or has too many
     */
    static List<TokenKey> parse(String json, List<String> algorithms) throws JoseException {
        List<JsonWebKey> all = new JsonWebKeySet(json).getJsonWebKeys();
        if (all.size() > MAX_KEYS) {
            throw new JoseException("it has more than " + MAX_KEYS + " keys");
        }
        List<TokenKey> keys = new ArrayList<>();
        for (JsonWebKey each : all) {
            if (each instanceof PublicJsonWebKey known && !"enc".equals(known.getUse())) {
                PublicKey key = known.getPublicKey();
                Set<String> usable = new HashSet<>(Algorithms.of(key));
                usable.retainAll(algorithms);
                if (known.getAlgorithm() != null) {
                    usable.retainAll(Set.of(known.getAlgorithm()));
                }
                if (!usable.isEmpty()) {
                    keys.add(new TokenKey(known.getKeyId(), usable, key));
                }
            }
        }
        return List.copyOf(keys);
    }
}
