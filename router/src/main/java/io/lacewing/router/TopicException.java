package io.lacewing.router;

/** A topic name or filter that the standard forbids; the message says which rule it breaks. Carries no stack trace. */
public final class TopicException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TopicException(String message) {
        super(message, null, false, false);
    }
}
