package io.lacewing.persistence.session;

/** What happens to a message for a session whose queue is full. The names of the constants are configuration. */
public enum QueuePolicy {
    /** It takes the place of the oldest that waits. */
    DROP_OLDEST,
    /** It is dropped. */
    DROP_NEWEST,
    /** It is dropped, and its publisher is told if no other session took it. */
    REJECT;

    private static final QueuePolicy[] BY_ORDINAL = values();

    /** How many policies there are. */
    public static int count() {
        return BY_ORDINAL.length;
    }

    /** The policy with an ordinal. */
    public static QueuePolicy of(int ordinal) {
        return BY_ORDINAL[ordinal];
    }
}
