package io.lacewing.node.auth;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who a client says it is, and the password that is to prove it. Of one connection; its password must not be kept, logged or
 * changed.
 */
public final class Credentials {
    private final ClientDetails client;
    private final byte @Nullable [] password;

    /**
     * Takes the array, which {@link #clear} overwrites.
     *
     * @param password as it came, any bytes, not necessarily text; null if not given, which is not the same as empty
     */
    public Credentials(ClientDetails client, byte @Nullable [] password) {
        this.client = client;
        this.password = password;
    }

    /** Who the client says it is. */
    public ClientDetails client() {
        return client;
    }

    /** The password's bytes, not a copy; null if none was given. */
    public byte @Nullable [] password() {
        return password;
    }

    /** Overwrites the password with zeros: nobody needs it any more. */
    public void clear() {
        if (password != null) {
            Arrays.fill(password, (byte) 0);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Credentials of " + client;
    }
}
