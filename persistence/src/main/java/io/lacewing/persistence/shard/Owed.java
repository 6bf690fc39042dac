package io.lacewing.persistence.shard;

import io.lacewing.router.Destination;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * What a shard owes the world: an entry of its outbox. The owner carries it out and then says {@link ShardOp.Done}, but
 * for a {@link Close}; a new owner carries out again all that is not done, so each kind is idempotent by {@link #id}.
 */
public sealed interface Owed {

    /** Grows with every entry of the shard and never returns. */
    long id();

    /**
     * The connection is to be closed: its client id connected elsewhere (0x8E Session taken over). Not {@link
     * ShardOp.Done} ends it but the {@link ShardOp.Detach} of its attach epoch, or the death of its node: the client may
     * have sent a DISCONNECT before it connected again, and only then is that known.
     *
     * @param id the outbox id
     * @param clientId the client id
     * @param epoch the connection's attach epoch
     * @param connection which one
     * @param will what is published at its end unless that was a DISCONNECT with reason 0x00; null if nothing is due
     */
    record Close(
            long id,
            String clientId,
            long epoch,
            ConnectionId connection,
            @Nullable Will will) implements Owed {}

    /**
     * The message is to be published to the whole cluster once: a will, or QoS 2 from a persistent session.
     *
     * @param id the outbox id
     * @param message the message
     * @param picked true if a {@link ShardOp.Pick} has said what its share groups' destinations are: they are owed for
     *     themselves, and this entry owes it only to subscriptions that are not shared
     */
    record Publish(long id, Message message, boolean picked) implements Owed {
        Publish(long id, Message message) {
            this(id, message, false);
        }
    }

    /** A shared subscription's message is to go to another member of its group, anywhere: the owner is to pick one. */
    record PassOn(long id, TopicFilter group, Message message) implements Owed {}

    /**
     * A message is to go to this destination's members of a share group. The choice was made once, by a
     * {@link ShardOp.Pick}: whoever carries it out, and however often, brings it to the same destination.
     */
    record Give(long id, TopicFilter group, Destination to, Message message) implements Owed {}

    /**
     * The route to this shard for a filter is to be announced. A newer entry for the same filter replaces an older one,
     * which leaves the outbox; who awaits the older one may go on when either has been announced.
     *
     * @param id the outbox id
     * @param epoch the shard's epoch when it was made: (epoch, id) is the route's version
     * @param filter the filter, with its share group if it has one
     * @param online how many sessions subscribe and are connected
     * @param offline how many subscribe and are not; both 0: the route is to be removed. A filter that is not shared is
     *     announced only when it comes or goes
     */
    record Route(long id, long epoch, TopicFilter filter, int online, int offline) implements Owed {}
}
