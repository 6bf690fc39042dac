package io.lacewing.cluster.sim;

/**
 * What the simulation found and the design does not promise to keep: cases in which an invariant is not asked for. Each
 * names what happens; the list is to become shorter.
 */
enum KnownGap {
    /**
     * A share group's message that waits in a shard's outbox (QoS 2 of a persistent publisher) may have reached the member
     * that one owner picked when the shard moves; the next owner picks again. It reaches at least one, not exactly one.
     */
    SHARE_IS_PICKED_AGAIN_BY_NEW_OWNER,
    /**
     * Deliveries at QoS 0 have no number, so one that the former owner of a shard sent late may come after those of the
     * next owner.
     */
    QOS_0_IS_OVERTAKEN_WHEN_OWNER_CHANGES,
    /**
     * A transient member of a share group whose connection is broken, which its node has not noticed, takes messages to
     * its grave if they are of QoS 0 or 2.
     */
    SHARE_MEMBER_DIES_UNNOTICED,
    /**
     * A CONNECT whose client has given up may reach the shard after the client's next one, through another node, and take
     * the session over; with clean start it discards it. MQTT has no number by which the order could be told.
     */
    CONNECT_COMES_LATE,
    /**
     * A node that dies between the store of a retained message and its broadcast leaves it in the map only, or on some
     * nodes only if it had failed to store it. Nobody was told that it is kept. Nodes agree again by their digests; the map
     * is put right by the next message of that topic.
     */
    MAP_DIFFERS_FROM_NODES
}
