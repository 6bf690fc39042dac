package io.lacewing.cluster.sim;

/**
 * What the simulation found and the design does not promise to keep: cases in which an invariant is not asked for. Each
 * names what happens; the list is to become shorter.
 */
enum KnownGap {
    /**
     * A transient member of a share group whose connection is broken, which its node has not noticed, takes messages to
     * its grave if they are of QoS 0 or 2.
     */
    SHARE_MEMBER_DIES_UNNOTICED,
    /**
     * A CONNECT whose client has given up may reach the shard after the client's next one, through another node that had
     * not noticed or whose messages are slow, and take the session over; with clean start it discards it. MQTT has no
     * number by which the order could be told. A node that notices takes the CONNECT back. What is not asked for is what
     * concerns a client to which just this happened.
     */
    CONNECT_COMES_LATE,
    /**
     * A node that dies between the store of a retained message and its broadcast leaves it in the map only, or on some
     * nodes only if it had failed to store it. Nobody was told that it is kept. Nodes agree again by their digests; the map
     * is put right by the next message of that topic. And where both members that hold a part of the map leave at once, the
     * map lacks the routes of it, which the nodes have: who joins then is given them by those that are ready.
     */
    MAP_DIFFERS_FROM_NODES
}
