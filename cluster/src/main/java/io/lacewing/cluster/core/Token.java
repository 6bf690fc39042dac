package io.lacewing.cluster.core;

/**
 * Stands for something that waits: given with a message to {@link Links} or with a change to {@link Tables}, and handed
 * back exactly once, when it need not be waited for any more. That is so when it was taken, or when who should take it
 * is gone. Whoever gave it finds by it what goes on.
 */
sealed interface Token {

    /** One part of a publish. */
    record PublishPart(long publish) implements Token {}

    /** An outbox entry of a shard, or a part of it, that this node carries out as the shard's owner. */
    record OwedPart(int shard, long epoch, long outboxId) implements Token {}

    /** A request for a route of this node, answered {@link Effect.Answer.Ok} when all nodes have it. */
    record RoutePart(long request) implements Token {}

    /** A row of the broker's own, that an {@link Input.Order.Keep} wants kept: answered when all nodes have it. */
    record OrderPart(long request) implements Token {}

    /** A record of what this node's disk had of the tables, which all nodes have now. */
    record RecoveredRow() implements Token {}

    /** The record of who holds a shard, by the shard's epoch and the record's number in it. */
    record HoldersPart(int shard, long epoch, long number) implements Token {}

    /** A greeting of {@link Tables}, taken by {@code peer}. */
    record HelloPart(long peer) implements Token {}
}
