package io.lacewing.node.auth.remote;

import io.lacewing.node.auth.ClientDetails;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whom another system is asked about. It has its own copy of the password: the client may leave while the system is asked, and
 * a password that was overwritten meanwhile would have the wrong answer remembered.
 */
public final class Question {
    private final ClientDetails client;
    private final String userName;
    private final byte @Nullable [] password;

    /** Copies the password. */
    public Question(ClientDetails client, String userName, byte @Nullable [] password) {
        this.client = client;
        this.userName = userName;
        this.password = password == null ? null : password.clone();
    }

    /** Who the client says it is. */
    public ClientDetails client() {
        return client;
    }

    /** The user name that it has given. */
    public String userName() {
        return userName;
    }

    /** Its password, not a copy; null if it has given none. Good until the stage of the answer is complete. */
    public byte @Nullable [] password() {
        return password;
    }

    /** Overwrites the password. */
    void clear() {
        if (password != null) {
            Arrays.fill(password, (byte) 0);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "Question about " + client;
    }
}
