package io.lacewing.node;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The node can't start. The message is one line for the operator. */
public final class StartException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private StartException(String message, int exitCode, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What is configured can't be had on this machine, and {@code message} names the key to change: exit code 2. */
    static StartException configuration(String message, @Nullable Throwable cause) {
        return new StartException(message, ExitCode.CONFIGURATION, cause);
    }

    /** Something failed: exit code 1. */
    static StartException failure(String message, @Nullable Throwable cause) {
        return new StartException(message, ExitCode.FAILURE, cause);
    }

    /** The exit code for the process. */
    int exitCode() {
        return exitCode;
    }
}
