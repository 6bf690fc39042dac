package io.lacewing.lab.history;

/** What happens between a client and the broker around its session. */
public sealed interface SessionEvent {
    /** When, in nanoseconds. */
    long at();

    /**
     * A CONNECT is about to be sent.
     *
     * @param expiry the session expiry interval in seconds
     */
    record Connecting(long at, boolean cleanStart, long expiry, String to) implements SessionEvent {}

    /**
     * CONNACK without an error.
     *
     * @param expiry as granted, in seconds
     */
    record Connected(long at, boolean sessionPresent, long expiry) implements SessionEvent {}

    /** CONNACK with an error: the CONNECT has changed nothing. */
    record Refused(long at, int reason) implements SessionEvent {}

    /** A DISCONNECT is about to be sent, with this session expiry interval in seconds; nothing answers it. */
    record Disconnecting(long at, long expiry) implements SessionEvent {}

    /** The connection, or the attempt, is over. */
    record Closed(long at, String why) implements SessionEvent {}
}
