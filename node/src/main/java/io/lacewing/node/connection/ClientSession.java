package io.lacewing.node.connection;

import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;

/**
 * The session of a connection, wherever it lives: a transient one on the connection's event loop, a persistent one in a
 * shard. Every method is called on the connection's event loop.
 */
sealed interface ClientSession permits TransientSession, PersistentSession {

    /** Makes the subscriptions of a SUBSCRIBE, then answers it, then sends retained messages. */
    void subscribe(SubscribeAnswer answer);

    /** Removes subscriptions and answers the UNSUBSCRIBE. */
    void unsubscribe(UnsubscribeAnswer answer);

    /**
     * How many subscriptions more the session may have, as far as this connection knows; 0 while the node has no memory for
     * them.
     *
     * @param max how many a session may have
     */
    int subscriptionRoom(int max);

    /** True if a subscription to this filter would, as far as this connection knows, take the place of another. */
    boolean isSubscribed(TopicFilter filter);

    /** A PUBACK, PUBREC or PUBCOMP from the client. */
    void acknowledge(Kind kind, int packetId, int reasonCode);

    /** A QoS 2 PUBLISH from the client; to be answered by PUBREC when it is kept or with all its homes. */
    void receive(int packetId, Message message);

    /** A PUBREL from the client; to be answered by PUBCOMP. */
    void release(int packetId);

    /** A QoS 2 message from the client, if there is one of this packet id, has ended without a PUBREL. */
    void abandon(int packetId);

    /** Ends the subscriptions that the client may not have any more, without a word: MQTT has none for it. */
    void revoke(Permissions permissions);

    /** The cluster has something for the client. */
    void deliver(Delivery delivery);

    /** The client reads again after it was slow. */
    void writable();

    /** True if the client has messages at QoS 1 or 2 to acknowledge, so that it must be read from. */
    boolean awaitsAcknowledgements();

    /**
     * The bytes that are in this node's memory because of this connection: of messages that wait for the client, or for its
     * acknowledgement, and of its subscriptions.
     */
    long heldBytes();

    /** The connection has ended. */
    void end();
}
