package io.lacewing.node.files;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A file can't be used. The message is one line for the operator: which file, which line, what to do. */
public class FileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String message;

    public FileException(String message) {
        this(message, null);
    }

    public FileException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
