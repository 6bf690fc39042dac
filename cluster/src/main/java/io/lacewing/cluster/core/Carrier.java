package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Token.OwedPart;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.Owed;

/**
 * Carries out what the shards of this node owe. Each comes back as its {@link OwedPart} when it is done, but for a close,
 * of which the shard says itself when it is settled.
 */
final class Carrier {
    private final Post post;
    private final Tables tables;
    private final Publishes publishes;

    Carrier(Post post, Tables tables, Publishes publishes) {
        this.post = post;
        this.tables = tables;
        this.publishes = publishes;
    }

    /** Carries out an entry that stands in the outbox of a shard, on all its copies. */
    void carry(int shard, long epoch, Owed owed) {
        OwedPart part = new OwedPart(shard, epoch, owed.id());
        switch (owed) {
            case Owed.Close close -> {
                ConnectionId connection = close.connection();
                // Nobody waits for the message: the shard finds out that the connection has ended, or its node.
                post.send(
                        connection.incarnation(),
                        new NodeMessage.CloseConnection(connection.number(), close.clientId(), close.epoch()));
            }
            case Owed.Route route -> tables.announce(shard, route, part);
            case Owed.Publish publish -> publishes.publish(part, publish);
            case Owed.PassOn passOn -> publishes.passOn(part, passOn);
            case Owed.Give give -> publishes.give(part, give);
        }
    }

    /** Records who holds a shard; {@code token} comes back when every node knows. */
    void record(TableRecord.Holders holders, Token token) {
        tables.record(holders, token);
    }

    /** A shard begins empty with this epoch: earlier routes to it lead nowhere. */
    void clearRoutes(int shard, long epoch) {
        tables.clearRoutes(shard, epoch);
    }

    /** What a shard owed need not be waited for any more: another owner, or this one anew, does it all again. */
    void forget(int shard) {
        publishes.forget(shard);
    }
}
