package io.lacewing.node.auth.scram;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.Mechanism;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * SCRAM with one hash: client and server prove to each other that they know the password, which neither sends. Channel binding
 * is not offered. Thread-safe.
 *
 * <p>A name that nobody has gets a salt and a number of iterations, too, always the same ones, and fails where a wrong password
 * does. They follow from the keys of a user that exists, so all nodes that share a file say the same.
 */
public final class ScramMechanism implements Mechanism {
    private static final int NONCE = 18;
    private static final int SALT = 16;

    private final ScramAlgorithm algorithm;
    private final ScramUsers users;
    private final SecureRandom random;

    /** Stands in for the keys of users where there are none. */
    private final byte[] secret = new byte[32];

    /** Makes one for the users of this kind. */
    public ScramMechanism(ScramAlgorithm algorithm, ScramUsers users, SecureRandom random) {
        this.algorithm = algorithm;
        this.users = users;
        this.random = random;
        random.nextBytes(secret);
    }

    @Override
    public Exchange begin(ClientDetails client) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        return new ScramExchange(this, client.userName(), Base64.getEncoder().encodeToString(nonce));
    }

    /** The user of this name; one that nobody can be if there is none. */
    ScramUsers.Found find(String name) {
        ScramUsers.Found found = users.find(name, algorithm);
        return found == null ? decoy(name) : found;
    }

    /** A user that looks as if it were there; no proof fits its keys, which are random. */
    ScramUsers.Found decoy(String name) {
        ScramKeys sample = users.sample(algorithm);
        byte[] key = sample == null ? secret : algorithm.hmac(sample.storedKey(), sample.serverKey());
        int length = sample == null ? SALT : Math.min(sample.salt().length, algorithm.size());
        byte[] salt = Arrays.copyOf(algorithm.hmac(key, name.getBytes(StandardCharsets.UTF_8)), length);
        byte[] stored = new byte[algorithm.size()];
        random.nextBytes(stored);
        int iterations = sample == null ? ScramKeys.DEFAULT_ITERATIONS : sample.iterations();
        return new ScramUsers.Found(new ScramKeys(algorithm, iterations, salt, stored, stored), Set.of());
    }
}
