package io.lacewing.persistence.shard;

import io.lacewing.router.Subscription;
import java.util.List;

/**
 * The answer to one op. {@link #awaits} names outbox entries: the answer may be given to the client only once they have
 * been carried out. The answer to a repeated op is the same as to the first, but that it awaits only what is still owed:
 * a {@link Owed.Route} that a newer one has replaced meanwhile is settled when the newer one is, and named by its id.
 */
public sealed interface OpResult {

    /** Outbox ids that stand before the answer; mostly empty. */
    List<Long> awaits();

    /**
     * Answer to {@link ShardOp.Attach}.
     *
     * @param sessionPresent true if a session was resumed
     * @param persistent true if the session lives in the shard, false if it is transient
     * @param epoch the attach epoch
     * @param awaits the closes of older connections
     */
    record Attached(boolean sessionPresent, boolean persistent, long epoch, List<Long> awaits) implements OpResult {}

    /**
     * Answer to {@link ShardOp.Subscribe}.
     *
     * @param existed for each subscription, true if the session had one with the same filter (for retain handling 1)
     * @param awaits the announcements of new routes
     */
    record Subscribed(List<Boolean> existed, List<Long> awaits) implements OpResult {}

    /** Answer to {@link ShardOp.Unsubscribe}: for each filter, true if there was such a subscription. */
    record Unsubscribed(List<Boolean> existed) implements OpResult {
        @Override
        public List<Long> awaits() {
            return List.of();
        }
    }

    /** Answer to {@link ShardOp.ListSubscriptions}: all there are, in the order in which their filters came. */
    record Listed(List<Subscription> subscriptions) implements OpResult {
        @Override
        public List<Long> awaits() {
            return List.of();
        }
    }

    /**
     * Answer to {@link ShardOp.Publish}.
     *
     * @param taken how many sessions were sent it or keep it
     * @param rejected how many had no room for it and want that to be known ({@link
     *     io.lacewing.persistence.session.QueuePolicy#REJECT})
     */
    record Published(int taken, int rejected) implements OpResult {
        /** One that nobody rejected. */
        public Published(int taken) {
            this(taken, 0);
        }

        @Override
        public List<Long> awaits() {
            return List.of();
        }
    }

    /** Answer where there is nothing to say but that it is done. */
    record Ok() implements OpResult {
        @Override
        public List<Long> awaits() {
            return List.of();
        }
    }

    /**
     * The op made no sense to the session and changed nothing.
     *
     * @param reasonCode the MQTT 5 reason code, such as 0x92 Packet Identifier not found or 0x97 Quota exceeded
     */
    record Refused(int reasonCode) implements OpResult {
        @Override
        public List<Long> awaits() {
            return List.of();
        }
    }

    /** The attach epoch is not the current one: the connection has been taken over or its node was thought dead. */
    record Stale() implements OpResult {
        @Override
        public List<Long> awaits() {
            return List.of();
        }
    }
}
