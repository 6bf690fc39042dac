package io.lacewing.persistence.journal;

import org.jspecify.annotations.Nullable;

/** Files on disk cannot be used as they are. The message names the file, what is wrong and what to do. */
public final class JournalException extends Exception {
    private static final long serialVersionUID = 1L;

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
