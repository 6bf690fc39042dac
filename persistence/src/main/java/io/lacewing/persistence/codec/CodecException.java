package io.lacewing.persistence.codec;

/** The bytes are not what they should be: cut off, corrupt, or of a version that this build does not know. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }

    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
