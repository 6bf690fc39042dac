package io.lacewing.persistence.session;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the client; at QoS 0 only while it waits. Made and changed by its {@link Session} only; others read it
 * between two calls of the session.
 */
public final class Outgoing {

    /** Where the message stands; the transitions are listed at {@link Session}. */
    public enum State {
        QUEUED,
        PUBLISH_SENT,
        PUBREL_SENT
    }

    // Valid for the session.
    private final Qos qos;
    private final boolean retain;
    private final List<Integer> identifiers;
    private final @Nullable TopicFilter group;

    @Nullable
    Message message;

    State state = State.QUEUED;
    int packetId;
    long order;

    // Valid for the connection.
    long delivery;
    boolean dup;

    Outgoing(
            @Nullable Message message,
            Qos qos,
            boolean retain,
            List<Integer> identifiers,
            @Nullable TopicFilter group) {
        this.message = message;
        this.qos = qos;
        this.retain = retain;
        this.identifiers = identifiers;
        this.group = group;
    }

    /** The message; null once PUBREL was sent, as then it is never sent again [MQTT-4.3.3-6]. */
    public @Nullable Message message() {
        return message;
    }

    /** The level to send it at. */
    public Qos qos() {
        return qos;
    }

    /** The RETAIN flag to send. */
    public boolean retain() {
        return retain;
    }

    /** The subscription identifiers to send. */
    public List<Integer> identifiers() {
        return identifiers;
    }

    /** The shared subscription that brought it, or null. */
    public @Nullable TopicFilter group() {
        return group;
    }

    public State state() {
        return state;
    }

    /** True if what is to be sent is a PUBREL, false if it is a PUBLISH. */
    public boolean isPubrel() {
        return state == State.PUBREL_SENT;
    }

    /** 1 to 65,535, or 0 while it is queued. */
    public int packetId() {
        return packetId;
    }

    /** The DUP flag: true if an earlier connection may have sent it [MQTT-3.3.1-1]. */
    public boolean dup() {
        return dup;
    }

    /** The how manieth delivery of this connection it is, from 1; 0 if this connection has not sent it. */
    public long delivery() {
        return delivery;
    }

    boolean sentHere() {
        return delivery != 0;
    }

    /** The message, where it must be there. */
    Message kept() {
        Message kept = message;
        if (kept == null) {
            throw new IllegalStateException("the message of packet id " + packetId + " is gone");
        }
        return kept;
    }

    int size() {
        Message kept = message;
        return kept == null ? 0 : kept.size();
    }
}
