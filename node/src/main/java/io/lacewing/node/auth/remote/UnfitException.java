package io.lacewing.node.auth.remote;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Another system is there, and has said something of one client that can't be used. It says nothing about other clients, so
 * the system is asked on. The message is for the log and has no secret in it.
 */
public final class UnfitException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public UnfitException(@Nullable String message) {
        super(message);
    }
}
