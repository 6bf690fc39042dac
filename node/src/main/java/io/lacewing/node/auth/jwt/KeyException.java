package io.lacewing.node.auth.jwt;

import java.io.Serial;

/** A file with a key can't be used. The message is for the operator: which file, and what to do. */
public final class KeyException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    KeyException(String message) {
        super(message);
    }
}
