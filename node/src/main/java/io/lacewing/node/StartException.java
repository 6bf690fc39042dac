package io.lacewing.node;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The node can't start. The message is one line for the operator. */
public final class StartException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What can be hoped for of another try. */
    enum Hope {
        /** It would fail again: somebody has to change something. */
        NONE,
        /** What is in the way may pass by itself. */
        PASSING,
        /** The cluster wants the node to begin anew, at once. */
        ANEW
    }

    private final String message;
    private final int exitCode;
    private final Hope hope;

    private StartException(String message, int exitCode, Hope hope, @Nullable Throwable cause) {
        super(message, cause);
        this.message = message;
        this.exitCode = exitCode;
        this.hope = hope;
    }

    /** What is configured can't be had on this machine, and {@code message} names the key to change: exit code 2. */
    static StartException configuration(String message, @Nullable Throwable cause) {
        return new StartException(message, ExitCode.CONFIGURATION, Hope.NONE, cause);
    }

    /** As {@link #configuration}, but a node that had it before may get it again. */
    static StartException taken(String message, Throwable cause) {
        return new StartException(message, ExitCode.CONFIGURATION, Hope.PASSING, cause);
    }

    /** Something failed: exit code 1. */
    static StartException failure(String message, @Nullable Throwable cause) {
        return new StartException(message, ExitCode.FAILURE, Hope.NONE, cause);
    }

    /** Something failed that may work later: exit code 1. */
    static StartException passing(String message, Throwable cause) {
        return new StartException(message, ExitCode.FAILURE, Hope.PASSING, cause);
    }

    /** The cluster went on without the node while it started; {@code why} says what it knows of it. */
    static StartException anew(String why) {
        return new StartException(why, ExitCode.FAILURE, Hope.ANEW, null);
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** The exit code for the process. */
    int exitCode() {
        return exitCode;
    }

    Hope hope() {
        return hope;
    }
}
