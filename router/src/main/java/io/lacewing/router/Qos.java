package io.lacewing.router;

/** The three levels of delivery (4.3); {@link #value()} is what stands on the wire. */
public enum Qos {
    AT_MOST_ONCE,
    AT_LEAST_ONCE,
    EXACTLY_ONCE;

    private static final Qos[] BY_VALUE = values();

    /** The wire value, 0 to 2. */
    public int value() {
        return ordinal();
    }

    /**
     * The level of a wire value.
     *
     * @throws IllegalArgumentException if {@code value} is not 0, 1 or 2
     */
    public static Qos of(int value) {
        if (value < 0 || value > 2) {
            throw new IllegalArgumentException("QoS " + value + " does not exist: 0, 1 or 2");
        }
        return BY_VALUE[value];
    }

    /** The lower of the two levels: what a subscription of one gets from a message of the other (3.8.4). */
    public Qos min(Qos other) {
        return ordinal() <= other.ordinal() ? this : other;
    }
}
