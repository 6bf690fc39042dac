package io.lacewing.node.connection;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.Outbound;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection's view of a session that lives in a shard: what the client does becomes an op, and what it is answered
 * waits for the op's result, which is given only when its copies are proven.
 */
final class PersistentSession implements ClientSession {
    /** Ops that may be unanswered beyond those that the window explains. */
    private static final int EXTRA_OPS = 1_000;

    private final Connection connection;
    private final Endpoint endpoint;
    private final ConnectionLoop loop;
    private final long epoch;
    private final int window;
    private final int maxAsked;

    /** QoS 1 and 2 messages sent on this connection and not ended. */
    private final PacketIds sent = new PacketIds();

    /** Ops of this connection that have not been answered. */
    private int asked;

    /** True while the client is not read from because of {@link #asked}. */
    private boolean crowded;

    private @Nullable RetainedParts retained;

    /** What waits as the client has been sent as much as it may be; null if there is no bound. */
    private final @Nullable Delayed delayed;

    /**
     * Makes the view.
     *
     * @param window QoS 1 and 2 messages that the shard sends unacknowledged
     */
    PersistentSession(Connection connection, Endpoint endpoint, ConnectionLoop loop, long epoch, int window) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.loop = loop;
        this.epoch = epoch;
        this.window = window;
        // Every message of the window may be acknowledged at once, in two steps.
        this.maxAsked = 2 * window + EXTRA_OPS;
        Sending sending = connection.proof().sending();
        this.delayed = sending == null ? null : new Delayed(sending, this::publish, this::expired);
    }

    /**
     * Sends an op; {@code done} is called with its result unless the session is lost, which closes the connection. With too
     * many unanswered the client is not read from until half of them are answered.
     */
    private void ask(ShardOp op, Consumer<OpResult> done) {
        if (++asked > maxAsked && !crowded) {
            crowded = true;
            connection.pause();
        }
        loop.gate().request(connection.proof().sessionId(), op, answer -> {
            asked--;
            if (crowded && asked <= maxAsked / 2) {
                crowded = false;
                connection.resume();
            }
            if (!connection.isOpen()) {
                return;
            }
            switch (answer) {
                case Answer.Shard(OpResult.Stale stale) -> connection.takenOver();
                case Answer.Shard(OpResult result) -> {
                    done.accept(result);
                    pumpRetained();
                }
                case Answer.Unavailable(String why) -> connection.disconnect(ReasonCode.UNSPECIFIED_ERROR, why);
                case Answer.Published published -> throw new IllegalStateException("an op was answered as a publish");
                case Answer.Ok ok -> throw new IllegalStateException("an op was answered without a result");
            }
        });
    }

    // ---- to the client ----

    @Override
    public void deliver(Delivery delivery) {
        switch (delivery) {
            case Delivery.Pubrel pubrel -> {
                sent.add(pubrel.packetId());
                endpoint.pubrel(pubrel.packetId(), ReasonCode.SUCCESS);
            }
            case Delivery.Publish publish -> {
                if (delayed == null) {
                    publish(publish);
                } else {
                    delayed.deliver(publish);
                }
            }
        }
    }

    private void publish(Delivery.Publish delivery) {
        Message message = delivery.message();
        Permissions permissions = connection.proof().permissions();
        if (permissions != null && !permissions.mayReceive(message.topic())) {
            loop.broker().counters().droppedNotAuthorized(loop.index());
            notSent(delivery);
            return;
        }
        if (delivery.qos() == Qos.AT_MOST_ONCE
                && endpoint.pendingBytes() > loop.broker().limits().maxPendingBytes()) {
            loop.broker().counters().droppedSlowClient(loop.index());
            return;
        }
        if (delivery.qos() == Qos.AT_MOST_ONCE && endpoint.isShort()) {
            loop.broker().counters().droppedShort(loop.index());
            return;
        }
        int size = endpoint.publish(
                connection.proof().seen(new Outbound(message)),
                delivery.packetId(),
                delivery.qos(),
                delivery.dup(),
                delivery.retain(),
                Target.wire(delivery.identifiers()),
                Times.secondsLeft(message));
        connection.countSent(size, delivery.qos().value());
        if (delayed != null) {
            delayed.sent(size);
        }
        if (size > 0 && delivery.qos() != Qos.AT_MOST_ONCE) {
            sent.add(delivery.packetId());
            if (retained != null && delivery.retain() && !delivery.dup()) {
                retained.sent();
            }
        }
        if (size == Endpoint.TOO_LARGE) {
            notSent(delivery);
        }
    }

    private void expired(Delivery.Publish delivery) {
        loop.broker().counters().droppedExpired(loop.index());
        notSent(delivery);
    }

    /** As if it had been sent and completed [MQTT-3.1.2-25]. */
    private void notSent(Delivery.Publish delivery) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            return;
        }
        Kind kind = delivery.qos() == Qos.AT_LEAST_ONCE ? Kind.PUBACK : Kind.PUBREC;
        ask(
                new ShardOp.Acknowledge(
                        connection.proof().sessionId(),
                        epoch,
                        delivery.packetId(),
                        kind,
                        ReasonCode.PACKET_TOO_LARGE.value()),
                result -> {});
    }

    @Override
    public void writable() {
        // The shard's window bounds what else is written; nothing more waits here.
        pumpRetained();
    }

    @Override
    public boolean awaitsAcknowledgements() {
        return !sent.isEmpty();
    }

    @Override
    public void acknowledge(Kind kind, int packetId, int reasonCode) {
        if (!sent.contains(packetId)) {
            // Not worth the shard's time: whatever it was, it is not of this connection, or has ended.
            if (asksForPubrel(kind, reasonCode)) {
                endpoint.pubrel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            }
            return;
        }
        if (kind != Kind.PUBREC || reasonCode >= 0x80) {
            sent.remove(packetId);
        }
        ask(new ShardOp.Acknowledge(connection.proof().sessionId(), epoch, packetId, kind, reasonCode), result -> {
            if (asksForPubrel(kind, reasonCode) && result instanceof OpResult.Ok) {
                endpoint.pubrel(packetId, ReasonCode.SUCCESS);
            } else if (result instanceof OpResult.Refused(int code)) {
                if (code != ReasonCode.PACKET_IDENTIFIER_NOT_FOUND.value()) {
                    connection.protocolError("an acknowledgement of the wrong kind for its packet identifier");
                } else if (asksForPubrel(kind, reasonCode)) {
                    endpoint.pubrel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
                }
            }
        });
    }

    /** A PUBREC with an error does not [MQTT-4.3.3-4]. */
    private static boolean asksForPubrel(Kind kind, int reasonCode) {
        return kind == Kind.PUBREC && reasonCode < 0x80;
    }

    // ---- subscriptions ----

    @Override
    public long heldBytes() {
        return 0; // they are the shard's
    }

    @Override
    public int subscriptionRoom(int max) {
        return max; // the shard knows, and refuses what is too many
    }

    @Override
    public boolean isSubscribed(TopicFilter filter) {
        return false;
    }

    @Override
    public void subscribe(SubscribeAnswer answer) {
        List<Subscription> wanted = List.copyOf(answer.subscriptions());
        if (wanted.isEmpty()) {
            connection.acknowledge().suback(answer.packetId(), answer.codes());
            return;
        }
        ask(new ShardOp.Subscribe(connection.proof().sessionId(), epoch, wanted), result -> {
            if (result instanceof OpResult.Refused(int code)) {
                answer.failed(reason(code));
            }
            connection.acknowledge().suback(answer.packetId(), answer.codes());
            if (result instanceof OpResult.Subscribed(List<Boolean> existed, List<Long> awaits)) {
                for (int i = 0; i < wanted.size(); i++) {
                    if (answer.wantsRetained(i, existed.get(i))) {
                        sendRetained(wanted.get(i));
                    }
                }
            }
        });
    }

    private void sendRetained(Subscription subscription) {
        RetainedParts parts = retained;
        if (parts == null) {
            parts = new RetainedParts(
                    connection.proof().sessionId(),
                    loop.broker().limits().maxQueuedMessages(),
                    window,
                    loop::nextTurn,
                    this::writable);
            retained = parts;
        }
        parts.add(subscription, loop.gate().retained());
    }

    private int delayed() {
        return delayed == null ? 0 : delayed.size();
    }

    /** Sends the next retained messages if the client has taken those before. */
    private void pumpRetained() {
        RetainedParts parts = retained;
        if (parts == null || !endpoint.isWritable() || !connection.isOpen()) {
            return;
        }
        RetainedParts.Part part = parts.next(loop.gate().retained(), sent.size() + delayed(), asked == 0);
        if (part == null) {
            if (parts.isDone()) {
                retained = null;
            }
            return;
        }
        ask(
                new ShardOp.EnqueueRetained(
                        connection.proof().sessionId(), epoch, part.subscription(), part.messages()),
                result -> {
                    // If they were refused, the shard has counted them.
                    parts.arrived();
                });
    }

    @Override
    public void unsubscribe(UnsubscribeAnswer answer) {
        List<TopicFilter> filters = List.copyOf(answer.filters());
        if (filters.isEmpty()) {
            connection.acknowledge().unsuback(answer.packetId(), answer.codes());
            return;
        }
        ask(new ShardOp.Unsubscribe(connection.proof().sessionId(), epoch, filters), result -> {
            if (result instanceof OpResult.Unsubscribed(List<Boolean> existed)) {
                if (retained != null) {
                    filters.forEach(retained::remove);
                }
                for (int i = 0; i < existed.size(); i++) {
                    answer.done(i, existed.get(i));
                }
            }
            connection.acknowledge().unsuback(answer.packetId(), answer.codes());
        });
    }

    @Override
    public void revoke(Permissions permissions) {
        ask(new ShardOp.ListSubscriptions(connection.proof().sessionId(), epoch), result -> {
            if (!(result instanceof OpResult.Listed(List<Subscription> all))) {
                throw new IllegalStateException("subscriptions were not listed: " + result);
            }
            List<TopicFilter> lost = all.stream()
                    .filter(subscription -> !permissions.mayKeep(subscription))
                    .map(Subscription::filter)
                    .toList();
            if (!lost.isEmpty()) {
                ask(
                        new ShardOp.Unsubscribe(connection.proof().sessionId(), epoch, lost),
                        ended -> lost.forEach(filter -> Rejudging.revoked(
                                connection, filter, loop.broker().onDenied())));
            }
        });
    }

    // ---- from the client ----

    @Override
    public void receive(int packetId, Message message) {
        loop.weigh(message);
        Publisher publisher = connection.publisher();
        AckOrder.Pending pending = publisher.await(reason -> {
            if (reason.isError()) {
                publisher.ended();
            }
            connection.acknowledge().pubrec(packetId, reason);
        });
        ask(new ShardOp.ReceiveQos2(connection.proof().sessionId(), epoch, packetId, message), result -> {
            ReasonCode reason = reasonOf(result);
            if (reason.isError()) {
                publisher.notTaken(pending, reason, "the session's shard did not take the message");
            } else {
                publisher.acknowledged(pending, reason);
            }
        });
    }

    @Override
    public void abandon(int packetId) {
        ask(new ShardOp.ReleaseQos2(connection.proof().sessionId(), epoch, packetId), result -> {});
    }

    @Override
    public void release(int packetId) {
        ask(new ShardOp.ReleaseQos2(connection.proof().sessionId(), epoch, packetId), result -> {
            ReasonCode reason = reasonOf(result);
            if (!reason.isError()) {
                connection.released();
            }
            connection.acknowledge().pubcomp(packetId, reason);
        });
    }

    private static ReasonCode reasonOf(OpResult result) {
        return result instanceof OpResult.Refused(int code) ? reason(code) : ReasonCode.SUCCESS;
    }

    private static ReasonCode reason(int code) {
        ReasonCode reason = ReasonCode.of(code);
        return reason == null ? ReasonCode.UNSPECIFIED_ERROR : reason;
    }

    @Override
    public void end() {
        // The shard is told by the Detach of the connection.
        if (delayed != null) {
            delayed.end();
        }
    }
}
