package io.lacewing.node.overload;

/** How overloaded a node is. Each level does what those before it do, too. */
public enum Level {
    /** All is well. */
    NORMAL,
    /** New connections are refused. */
    REFUSE,
    /** QoS 0 messages to clients that are behind are dropped, and publishers are read from more slowly. */
    DROP,
    /** The clients for which most waits are disconnected, so many per second. */
    DISCONNECT;

    private static final Level[] BY_ORDINAL = values();

    /** The level with an ordinal. */
    static Level of(int ordinal) {
        return BY_ORDINAL[ordinal];
    }

    /** True if this level does what {@code other} does. */
    public boolean isAtLeast(Level other) {
        return ordinal() >= other.ordinal();
    }
}
