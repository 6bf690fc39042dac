package io.lacewing.router;

/**
 * One subscription of one session (3.8.3). Immutable.
 *
 * @param filter what it covers
 * @param qos the highest level at which messages are sent
 * @param noLocal true: not the session's own messages (v5; never with a shared filter)
 * @param retainAsPublished true: the RETAIN flag is passed on as published
 * @param retainHandling when retained messages are sent
 * @param identifier the subscription identifier, 1 to 268,435,455, or 0 if none was given
 */
public record Subscription(
        TopicFilter filter,
        Qos qos,
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling,
        int identifier) {

    /** The largest subscription identifier (3.8.2.1.2). */
    public static final int MAX_IDENTIFIER = 268_435_455;

    /**
     * Checks what the types leave open.
     *
     * @throws IllegalArgumentException if the identifier is out of range, or No Local is set on a shared filter
     *     [MQTT-3.8.3-4]
     */
    public Subscription {
        if (identifier < 0 || identifier > MAX_IDENTIFIER) {
            throw new IllegalArgumentException("subscription identifier " + identifier + " out of range");
        }
        if (noLocal && filter.isShared()) {
            throw new IllegalArgumentException("No Local on a shared subscription [MQTT-3.8.3-4]");
        }
    }

    /** A subscription with the options that MQTT 3.1.1 implies. */
    public static Subscription plain(TopicFilter filter, Qos qos) {
        return new Subscription(filter, qos, false, false, RetainHandling.SEND, 0);
    }
}
