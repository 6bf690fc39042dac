package io.lacewing.lab.history;

/**
 * A subscription of a client.
 *
 * @param grantedQos -1 while there is no SUBACK
 * @param acknowledgedAt {@link History#NEVER} while there is no SUBACK
 * @param endedAt when the client first did something that may end it; {@link History#NEVER} if it did not
 */
public record Subscription(String filter, int grantedQos, long acknowledgedAt, long endedAt) {
    Subscription granted(int qos, long at) {
        return new Subscription(filter, qos, at, endedAt);
    }

    Subscription ended(long at) {
        return new Subscription(filter, grantedQos, acknowledgedAt, Math.min(endedAt, at));
    }

    /** Whether every message of at least QoS 1 that is sent from {@code at} on and matches has to come. */
    boolean promisedAt(long at) {
        return grantedQos > 0 && acknowledgedAt <= at && endedAt == History.NEVER;
    }

    /** Whether a topic name matches the filter (4.7). */
    boolean matches(String topic) {
        String[] parts = filter.split("/", -1);
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].equals("#")) {
                return true;
            }
            if (i == levels.length || !(parts[i].equals("+") || parts[i].equals(levels[i]))) {
                return false;
            }
        }
        return parts.length == levels.length;
    }
}
