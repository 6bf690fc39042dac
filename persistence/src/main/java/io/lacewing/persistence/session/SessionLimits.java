package io.lacewing.persistence.session;

/**
 * The bounds of one session.
 *
 * @param maxQueued the most messages that wait to be sent
 * @param maxQueuedBytes the most bytes of messages that wait to be sent
 * @param maxInflight the most QoS 1 and 2 messages sent and not acknowledged, whatever the client's Receive Maximum
 * @param maxInflightBytes the most bytes of such messages; one message is always let through
 */
public record SessionLimits(int maxQueued, long maxQueuedBytes, int maxInflight, long maxInflightBytes) {
    public SessionLimits {
        if (maxQueued < 0 || maxQueuedBytes < 0 || maxInflightBytes < 0) {
            throw new IllegalArgumentException("a negative limit");
        }
        if (maxInflight < 1 || maxInflight > 65_535) {
            throw new IllegalArgumentException("maxInflight is 1 to 65,535, not " + maxInflight);
        }
    }
}
