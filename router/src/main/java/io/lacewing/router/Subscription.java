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

    /** A subscription with the options that MQTT 3.1.1 implies. */
    public static Subscription plain(TopicFilter filter, Qos qos) {
        return new Subscription(filter, qos, false, false, RetainHandling.SEND, 0);
    }
}
