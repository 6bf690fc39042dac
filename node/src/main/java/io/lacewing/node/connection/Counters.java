package io.lacewing.node.connection;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.rates.RateCause;

/**
 * What connections count. Each method is called on the event loop {@code loop}, so that an implementation can give each
 * loop its own plain counters.
 */
public interface Counters {
    void connected(int loop);

    void disconnected(int loop);

    /** A CONNECT was answered. */
    void connect(int loop, ReasonCode result);

    void received(int loop, int qos);

    void sent(int loop, int qos);

    /** A QoS 0 message for a client that does not read fast enough. */
    void droppedSlowClient(int loop);

    /** A QoS 0 message that an overloaded node did not send. */
    void droppedShort(int loop);

    /** QoS 0 messages for sessions of an event loop that is behind. */
    void droppedSlowLoop(int loop, int count);

    /** A message that a session dropped. */
    void dropped(int loop, DropCause cause);

    /** A message that expired before it could be sent. */
    void droppedExpired(int loop);

    /** A message that its session's end left unsent or unacknowledged. */
    void droppedSessionEnded(int loop);

    /** A message that is not retained, as all that may be are. */
    void droppedRetainedFull(int loop);

    /** Something was kept from a client, as it may not do it. */
    void forbidden(int loop, Forbidden what);

    /** A message that waited for a client that may not receive it any more. */
    void droppedNotAuthorized(int loop);

    /** A QoS 0 message for a client that has been sent as much as it may be. */
    void droppedByRate(int loop);

    /** A client was not read from for so long, because of a rate. */
    void readingHeld(int loop, RateCause cause, long nanos);

    /** A message longer than the client's Maximum Packet Size. */
    void droppedTooLarge(int loop);
}
