package io.lacewing.node.mqtt;

/**
 * The rules of a connection, as the wire sees them. All calls come on the connection's event loop, one at a time, in the
 * order of the client's packets. After {@link Endpoint#close}, {@link Endpoint#disconnect} or {@link Endpoint#refuse}
 * only {@link #onClosed} comes.
 */
public interface PacketHandler {

    /** A PUBLISH. */
    void onPublish(Publish publish);

    /** A PUBACK (3.4); {@code reasonCode} is one that the standard allows there. */
    void onPuback(int packetId, int reasonCode);

    /** A PUBREC (3.5); from 0x80 on it is the end of the exchange. */
    void onPubrec(int packetId, int reasonCode);

    /** A PUBREL (3.6). */
    void onPubrel(int packetId, int reasonCode);

    /** A PUBCOMP (3.7). */
    void onPubcomp(int packetId, int reasonCode);

    void onSubscribe(Subscribe subscribe);

    void onUnsubscribe(Unsubscribe unsubscribe);

    /** A PINGREQ, to be answered by {@link Endpoint#pingresp} [MQTT-3.12.4-1]. */
    void onPingreq();

    /** A DISCONNECT: the handler takes nothing more and {@link Endpoint#end}s the connection, soon [MQTT-3.14.4-2]. */
    void onDisconnect(Disconnect disconnect);

    /** An AUTH, before or after the CONNACK. */
    void onAuth(Auth auth);

    /** All packets of one read have been handed over: what was gathered from them may go on its way. */
    void onReadComplete();

    /** {@link Endpoint#isWritable} was false and is true again. */
    void onWritable();

    /**
     * The client broke the protocol. A v5 client is told {@code reason} in a DISCONNECT (before the accept: in a
     * CONNACK) and the connection is closed, by this package; {@link #onClosed} follows.
     */
    void onProtocolError(ReasonCode reason, String what);

    /** The connection is gone, for whatever reason. The last call, exactly once. */
    void onClosed();
}
