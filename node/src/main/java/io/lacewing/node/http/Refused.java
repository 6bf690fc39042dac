package io.lacewing.node.http;

/** A request is refused: the status and why. Made for each, without a stack: a flood of them should cost little. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final int retryAfter;

    Refused(int status, String why) {
        this(status, why, 0);
    }

    /** The client may try again in {@code retryAfter} seconds. */
    Refused(int status, String why, int retryAfter) {
        super(why, null, false, false);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    int status() {
        return status;
    }

    /** Seconds; 0 for nothing that time would change. */
    int retryAfter() {
        return retryAfter;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
