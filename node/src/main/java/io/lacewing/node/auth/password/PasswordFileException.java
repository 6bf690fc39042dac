package io.lacewing.node.auth.password;

import java.io.Serial;

/** A password file can't be used. The message is one line for the operator: which file, which line, what to do. */
public final class PasswordFileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String message;

    PasswordFileException(String message) {
        super(message);
        this.message = message;
    }

    PasswordFileException(String message, Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
