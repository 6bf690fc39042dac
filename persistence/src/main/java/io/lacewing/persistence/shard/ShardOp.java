package io.lacewing.persistence.shard;

import io.lacewing.router.Destination;
import io.lacewing.router.Message;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can happen to a shard. Ops of clients carry the attach epoch of the connection they came by: an op of an epoch
 * that is no longer attached changes nothing and is answered {@link OpResult.Stale}.
 */
public sealed interface ShardOp {

    /**
     * A CONNECT. Gives the connection the next attach epoch; an older connection of the same client id is owed a close;
     * decides session present (3.2.2.1.1). A session with {@code expirySeconds} 0 that is not resumed is transient: the
     * shard keeps only its presence and will.
     *
     * @param clientId the client id
     * @param connection where it is connected
     * @param cleanStart true: an existing session is discarded [MQTT-3.1.2-4]
     * @param expirySeconds the session expiry interval; 4,294,967,295 never ends
     * @param window the most QoS 1 and 2 messages in flight to the client, 1 to 65,535
     * @param will what to publish when the connection ends without DISCONNECT
     */
    record Attach(
            String clientId,
            ConnectionId connection,
            boolean cleanStart,
            long expirySeconds,
            int window,
            @Nullable Will will)
            implements ShardOp {}

    /**
     * The connection has ended. If another one has taken its client id over, this ends its {@link Owed.Close}, and only
     * {@code discardWill} counts.
     *
     * @param clientId the client id
     * @param epoch its attach epoch
     * @param discardWill true after a DISCONNECT with reason 0x00 [MQTT-3.1.2-10]
     * @param expirySeconds the session expiry interval from DISCONNECT, or -1: as it was
     */
    record Detach(String clientId, long epoch, boolean discardWill, long expirySeconds) implements ShardOp {}

    /** Adds or replaces subscriptions of a persistent session [MQTT-3.8.4-3]. */
    record Subscribe(String clientId, long epoch, List<Subscription> subscriptions) implements ShardOp {}

    /** Removes subscriptions of a persistent session. */
    record Unsubscribe(String clientId, long epoch, List<TopicFilter> filters) implements ShardOp {}

    /**
     * Asks for the subscriptions of a persistent session: its rights may have changed while nobody who knows them was
     * connected. Changes nothing. Only nodes with rules of authorization ask, so a cluster must be of this build throughout
     * before it gets any.
     */
    record ListSubscriptions(String clientId, long epoch) implements ShardOp {}

    /**
     * A message for the sessions of this shard.
     *
     * @param message the message
     * @param plain true: for every session with a matching subscription that is not shared
     * @param groups the shared filters ({@code $share/group/filter}) of which this shard was picked: one member of each
     *     gets the message
     */
    record Publish(Message message, boolean plain, List<TopicFilter> groups) implements ShardOp {}

    /** A QoS 2 PUBLISH from a persistent session: kept until released, owed to the cluster once (4.3.3). */
    record ReceiveQos2(String clientId, long epoch, int packetId, Message message) implements ShardOp {}

    /** A PUBREL from a persistent session. */
    record ReleaseQos2(String clientId, long epoch, int packetId) implements ShardOp {}

    /** A PUBACK, PUBREC or PUBCOMP from a persistent session. */
    record Acknowledge(String clientId, long epoch, int packetId, Kind kind, int reasonCode) implements ShardOp {
        /** The packet that acknowledged. */
        public enum Kind {
            PUBACK,
            PUBREC,
            PUBCOMP
        }
    }

    /**
     * Retained messages that a new subscription is owed. One that is no newer than a message of the same topic delivered
     * since the subscription was made is dropped. Due once, even with an empty list, after each subscription that its
     * retain handling entitles to retained messages: until then the session keeps notes of what it delivered.
     */
    record EnqueueRetained(String clientId, long epoch, Subscription subscription, List<Message> messages)
            implements ShardOp {}

    /**
     * Asks for the deliveries of an attach epoch from a number on once more: some may have been lost on the way. They
     * come with the numbers they had. As what a client acknowledged is forgotten, its node must not pass on the
     * acknowledgement of a packet id that it has not yet written to the client.
     */
    record Redeliver(String clientId, long epoch, long fromDelivery) implements ShardOp {}

    /**
     * An op that its node took back before it was answered, as its connection closed: it changes nothing, and keeps the
     * place of the other's number.
     */
    record Withdrawn() implements ShardOp {}

    /**
     * Where an owed message goes in the share groups that match: each choice becomes an {@link Owed.Give}, all at once, so
     * that no later owner chooses otherwise. From the owner.
     *
     * @param outboxId an {@link Owed.Publish} that is not picked, or an {@link Owed.PassOn}, which leaves the outbox; else
     *     nothing happens
     * @param choices a destination for each group
     */
    record Pick(long outboxId, List<Choice> choices) implements ShardOp {
        /** A share group and the destination whose member is to get the message. */
        public record Choice(TopicFilter group, Destination to) {}
    }

    /** Outbox entries that have been carried out; a {@link Owed.Close} stays. From the owner. */
    record Done(List<Long> outboxIds) implements ShardOp {}

    /** A new owner begins: the shard's epoch grows. From the owner; always the first op of its first batch. */
    record TakeOver(long owner) implements ShardOp {}

    /** The nodes that live: connections of all others are detached without DISCONNECT. From the owner. */
    record LiveNodes(List<Long> incarnations) implements ShardOp {}

    /** Lets due deadlines happen (expiry of sessions and of messages that wait, wills). From the owner. */
    record Tick() implements ShardOp {}

    /**
     * The shard's bounds from now on are those of the owner's configuration. What is over a smaller one is not dropped at
     * once but when the next message comes. From the owner.
     */
    record SetLimits(ShardLimits limits) implements ShardOp {}

    /**
     * Every filter of the shard is owed a route ({@link Owed.Route}) again: after all nodes were stopped, nobody has them.
     * From the owner.
     */
    record Reannounce() implements ShardOp {}
}
