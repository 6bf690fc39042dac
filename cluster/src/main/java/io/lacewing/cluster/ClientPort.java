package io.lacewing.cluster;

import io.lacewing.persistence.shard.Delivery;

/** A connected client as the cluster sees it. Called on the connection's own event loop. */
public interface ClientPort {

    /** Write this to the client: a PUBLISH or PUBREL of its persistent session; in order, each once. */
    void deliver(Delivery delivery);

    /**
     * The client id connected elsewhere: close soon with 0x8E [MQTT-3.1.4-3], and ask for the Detach, for which the newer
     * connection's CONNACK waits. The session is no longer this connection's. May be called again.
     */
    void takenOver();

    /** {@link #deliver} has thrown: close, because what it was to deliver is missing. */
    void failed();
}
