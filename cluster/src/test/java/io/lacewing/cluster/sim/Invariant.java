package io.lacewing.cluster.sim;

/** What must hold in every run, whatever happens. */
enum Invariant {
    /** An acknowledged QoS 1 or 2 message reaches every persistent session that was subscribed when it was sent. */
    ACKNOWLEDGED_REACHES_SESSIONS,
    /** What is subscribed, published and sent at QoS 2 is received once, and never twice. */
    EXACTLY_ONCE,
    /** Messages of one publisher, topic and QoS come in the order in which they were published (4.6). */
    ORDER,
    /** A client id has at most one connection that was told CONNACK and is not closed [MQTT-3.1.4-3]. */
    ONE_CONNECTION,
    /** A will that is owed is published once; one that is not owed, never (3.1.2.5). */
    WILL_ONCE,
    /** A packet id that the client has not acknowledged is not used for another message [MQTT-2.2.1-4]. */
    PACKET_IDS_UNIQUE,
    /** A client has never more unacknowledged messages than its Receive Maximum [MQTT-3.3.4-9]. */
    RECEIVE_MAXIMUM,
    /** When the world is calm, everything drains: no request, publish or delivery waits for ever. */
    NOTHING_STUCK,
    /** When the world is calm, routes and retained messages are the same everywhere, and what they should be. */
    TABLES_EQUAL,
    /** No session keeps more than its bounds. */
    QUEUES_BOUNDED,
    /** Each message of a share group reaches one member (4.8.2). */
    SHARE_ONE_MEMBER,
    /** What is published anywhere after the SUBACK reaches a transient subscriber that stays connected. */
    SUBACK_THEN_DELIVERED,
    /** A persistent session is there when its client comes back. */
    SESSION_KEPT,
    /** When the world is calm, all copies of a shard are the same. */
    COPIES_EQUAL,
    /** A node that can't have heard a majority of its voters within the time of a lease acknowledges nothing. */
    PAUSED_IS_QUIET,
    /** A shard that has answered anybody is never made anew. */
    NOTHING_EMPTY,
    /** When the world is calm, the retained message of a topic is no older than one that was acknowledged, or removed. */
    RETAINED_NEWEST
}
