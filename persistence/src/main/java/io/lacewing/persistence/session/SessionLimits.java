package io.lacewing.persistence.session;

/**
 * The bounds of one session, and what it does at them.
 *
 * @param maxQueued the most messages that wait to be sent
 * @param maxQueuedBytes the most bytes of messages that wait to be sent
 * @param maxInflight the most QoS 1 and 2 messages sent and not acknowledged, whatever the client's Receive Maximum
 * @param maxInflightBytes the most bytes of such messages; one message is always let through
 * @param policy what happens to a message that finds the queue full
 * @param queueQos0 true if messages at QoS 0 wait too while there is no connection
 */
public record SessionLimits(
        int maxQueued,
        long maxQueuedBytes,
        int maxInflight,
        long maxInflightBytes,
        QueuePolicy policy,
        boolean queueQos0) {
    public SessionLimits {
        if (maxQueued < 0 || maxQueuedBytes < 0 || maxInflightBytes < 0) {
            throw new IllegalArgumentException("a negative limit");
        }
        if (maxInflight < 1 || maxInflight > 65_535) {
            throw new IllegalArgumentException("maxInflight is 1 to 65,535, not " + maxInflight);
        }
    }

    /** These bounds, where the oldest message makes room and nothing waits at QoS 0. */
    public SessionLimits(int maxQueued, long maxQueuedBytes, int maxInflight, long maxInflightBytes) {
        this(maxQueued, maxQueuedBytes, maxInflight, maxInflightBytes, QueuePolicy.DROP_OLDEST, false);
    }
}
