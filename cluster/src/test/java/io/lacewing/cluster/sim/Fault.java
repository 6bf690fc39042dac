package io.lacewing.cluster.sim;

/** A mechanism broken on purpose, to show that the invariant which rests on it notices. */
enum Fault {
    /** Backups report what they were given and drop it. */
    BACKUP_REPORTS_WITHOUT_APPLYING,
    /** A publish is handed to the core twice. */
    PUBLISH_TWICE,
    /** Two deliveries to one connection change places. */
    SWAP_DELIVERIES,
    /** Connections that were taken over are not closed. */
    IGNORE_CLOSE,
    /** A connection's will is not told to the shard. */
    FORGET_WILL,
    /** Every delivery has packet id 1. */
    ONE_PACKET_ID,
    /** Acknowledgements of subscribers are not passed on. */
    IGNORE_ACKNOWLEDGE,
    /** Copies that the owner asks for are not made. */
    NO_COPIES,
    /** Retained messages are taken from frames on their way. */
    LOSE_RETAINED,
    /** SUBACK is sent before all nodes know the route. */
    EARLY_SUBACK,
    /** A share group's message is handed to the core once more, for another member. */
    SHARE_TWICE,
    /** The connection's Receive Maximum is told to the shard as 65,535. */
    IGNORE_WINDOW,
    /** The end of a connection is told to its shard while messages that came by it are on their way. */
    DETACH_AT_ONCE,
    /** Shards are made without the bounds that were set. */
    BOUNDLESS_SHARDS,
    /** Nodes go on without a majority. */
    LEASE_IGNORED,
    /** A new owner is not told who wrote its copy last, so that it does not wait until he is quiet. */
    FENCE_IGNORED,
    /** The records of holders are not kept anywhere, though that is answered. */
    HOLDERS_NOT_KEPT,
    /** A new backup reports what the owner has, before it has it. */
    RECORDED_BEFORE_PROOF,
    /** A node that joins is given the rows of its own disk, as if the map had them. */
    OWN_ROWS_KEPT,
    /** The records of holders name everybody, so that anybody's copy counts. */
    ANYBODY_HOLDS,
    /** A disk that has lost its last writes does not say so. */
    DOUBTS_UNTOLD,
    /** What is to be written is answered before it is. */
    ANSWERS_BEFORE_KEPT
}
