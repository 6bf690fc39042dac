package io.lacewing.node.auth.password;

import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a password is the one that a password file has a hash of. A name that is not in the file is checked too, against
 * some user of it: how long an answer takes must not tell which names there are. Thread-safe.
 */
public final class PasswordCheck {
    /** Which user stands in for a name that is not there: always the same one, and nobody can tell which. */
    private final long secret;

    /** Stands in where the file has no user. */
    private final PasswordHash decoy;

    /** Takes tens of milliseconds. */
    public PasswordCheck(SecureRandom random) {
        this.secret = random.nextLong();
        this.decoy = PasswordHash.make(new byte[0], random);
    }

    /**
     * The groups of the user who has proven to be it, or null if name or password are wrong. Takes tens of milliseconds and up
     * to 64 MiB: not for event loops.
     */
    public @Nullable Set<String> groups(PasswordFile file, String name, byte[] password) {
        User user = file.find(name);
        PasswordHash hash = user == null ? decoy(file, name) : user.hash();
        boolean matches = hash.matches(password);
        return user != null && matches ? user.groups() : null;
    }

    /** What a name that is not there is checked against. */
    PasswordHash decoy(PasswordFile file, String name) {
        List<User> users = file.all();
        if (users.isEmpty()) {
            return decoy;
        }
        long mixed = (name.hashCode() + secret) * 0x9E3779B97F4A7C15L;
        return users.get((int) Long.remainderUnsigned(mixed ^ (mixed >>> 32), users.size()))
                .hash();
    }
}
