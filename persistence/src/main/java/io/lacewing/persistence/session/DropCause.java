package io.lacewing.persistence.session;

/** Why a message that matched a session does not reach it. Every drop is counted under one of these. */
public enum DropCause {
    /** The queue was at its bound in messages or bytes: the oldest unsent message made room. */
    QUEUE_FULL,
    /** Its message expiry interval passed before it was sent [MQTT-3.3.2-5]. */
    EXPIRED,
    /** It was to be sent at QoS 0 to a session without connection. */
    OFFLINE,
    /** The session ended before the message was sent or acknowledged. */
    SESSION_ENDED;

    private static final DropCause[] BY_ORDINAL = values();

    /** How many causes there are. */
    public static int count() {
        return BY_ORDINAL.length;
    }

    /** The cause with an ordinal. */
    public static DropCause of(int ordinal) {
        return BY_ORDINAL[ordinal];
    }
}
