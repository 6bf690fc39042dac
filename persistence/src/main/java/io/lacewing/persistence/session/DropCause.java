package io.lacewing.persistence.session;

/** Why a message that matched a session does not reach it. Every drop is counted under one of these. */
public enum DropCause {
    /** The queue was at its bound in messages or bytes: the oldest unsent message made room. */
    QUEUE_FULL,
    /** Its message expiry interval passed before it was sent [MQTT-3.3.2-5]. */
    EXPIRED,
    /** It was to be sent at QoS 0 to a session without connection. */
    OFFLINE,
    /** The session ended, or expired, before the message was sent or acknowledged. */
    SESSION_ENDED,
    /** The queue was at its bound and keeps what it has: the message that came was dropped. */
    QUEUE_FULL_NEWEST,
    /** The queue was at its bound and rejects what comes: see {@link QueuePolicy#REJECT}. */
    REJECTED,
    /** The sessions of a shard together were at their bound: the message made room, or there was none for it. */
    SHARD_FULL;

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
