package io.lacewing.router;

/** What a SUBSCRIBE asks for in retained messages (3.8.3.1); {@link #value()} is what stands on the wire. */
public enum RetainHandling {
    SEND,
    SEND_IF_NEW,
    DO_NOT_SEND;

    private static final RetainHandling[] BY_VALUE = values();

    /** The wire value, 0 to 2. */
    public int value() {
        return ordinal();
    }

    /**
     * The handling of a wire value.
     *
     * @throws IllegalArgumentException if {@code value} is not 0, 1 or 2
     */
    public static RetainHandling of(int value) {
        if (value < 0 || value > 2) {
            throw new IllegalArgumentException("retain handling " + value + " does not exist: 0, 1 or 2");
        }
        return BY_VALUE[value];
    }
}
