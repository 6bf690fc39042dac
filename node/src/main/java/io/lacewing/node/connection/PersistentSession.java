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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A connection's view of a session that lives in a shard: what the client does becomes an op, and what it is answered
 * waits for the op's result, which is given only when its copies are proven.
 */
final class PersistentSession implements ClientSession {
    /** Retained messages of one op; more follow when it is answered. */
    private static final int RETAINED_PER_OP = 256;

    private final Connection connection;
    private final Endpoint endpoint;
    private final ConnectionLoop loop;
    private final long epoch;

    /** QoS 1 and 2 messages sent on this connection and not ended. */
    private int unacknowledged;

    PersistentSession(Connection connection, Endpoint endpoint, ConnectionLoop loop, long epoch) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.loop = loop;
        this.epoch = epoch;
    }

    /** Sends an op; {@code done} is called with its result unless the session is lost, which closes the connection. */
    private void ask(ShardOp op, Consumer<OpResult> done) {
        loop.gate().request(connection.clientId(), op, answer -> {
            if (!connection.isOpen()) {
                return;
            }
            switch (answer) {
                case Answer.Shard(OpResult.Stale stale) -> connection.takenOver();
                case Answer.Shard(OpResult result) -> done.accept(result);
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
            case Delivery.Pubrel pubrel -> endpoint.pubrel(pubrel.packetId(), ReasonCode.SUCCESS);
            case Delivery.Publish publish -> publish(publish);
        }
    }

    private void publish(Delivery.Publish delivery) {
        Message message = delivery.message();
        if (delivery.qos() == Qos.AT_MOST_ONCE
                && endpoint.pendingBytes() > loop.broker().limits().maxPendingBytes()) {
            loop.broker().counters().droppedSlowClient(loop.index());
            return;
        }
        int size = endpoint.publish(
                new Outbound(message),
                delivery.packetId(),
                delivery.qos(),
                delivery.dup(),
                delivery.retain(),
                Target.wire(delivery.identifiers()),
                Times.secondsLeft(message));
        connection.countSent(size, delivery.qos().value());
        if (size > 0 && delivery.qos() != Qos.AT_MOST_ONCE) {
            unacknowledged++;
        }
        if (size == Endpoint.TOO_LARGE && delivery.qos() != Qos.AT_MOST_ONCE) {
            // As if it had been sent and completed [MQTT-3.1.2-25].
            Kind kind = delivery.qos() == Qos.AT_LEAST_ONCE ? Kind.PUBACK : Kind.PUBREC;
            ask(
                    new ShardOp.Acknowledge(
                            connection.clientId(),
                            epoch,
                            delivery.packetId(),
                            kind,
                            ReasonCode.PACKET_TOO_LARGE.value()),
                    result -> {});
        }
    }

    @Override
    public void writable() {
        // The shard's window bounds what is written; nothing waits here.
    }

    @Override
    public boolean awaitsAcknowledgements() {
        return unacknowledged > 0;
    }

    @Override
    public void acknowledge(Kind kind, int packetId, int reasonCode) {
        if (unacknowledged > 0 && (kind != Kind.PUBREC || reasonCode >= 0x80)) {
            unacknowledged--;
        }
        ask(new ShardOp.Acknowledge(connection.clientId(), epoch, packetId, kind, reasonCode), result -> {
            if (kind == Kind.PUBREC && result instanceof OpResult.Ok && reasonCode < 0x80) {
                endpoint.pubrel(packetId, ReasonCode.SUCCESS);
            } else if (result instanceof OpResult.Refused(int code)) {
                if (code != ReasonCode.PACKET_IDENTIFIER_NOT_FOUND.value()) {
                    connection.protocolError("an acknowledgement of the wrong kind for its packet identifier");
                } else if (kind == Kind.PUBREC) {
                    endpoint.pubrel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
                }
            }
        });
    }

    // ---- subscriptions ----

    @Override
    public int subscriptionCount() {
        return 0; // the shard knows, and refuses what is too many
    }

    @Override
    public boolean isSubscribed(TopicFilter filter) {
        return false;
    }

    @Override
    public void subscribe(SubscribeAnswer answer) {
        List<Subscription> wanted = List.copyOf(answer.subscriptions());
        if (wanted.isEmpty()) {
            endpoint.suback(answer.packetId(), answer.codes());
            return;
        }
        ask(new ShardOp.Subscribe(connection.clientId(), epoch, wanted), result -> {
            if (result instanceof OpResult.Refused(int code)) {
                answer.failed(reason(code));
            }
            endpoint.suback(answer.packetId(), answer.codes());
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
        List<Message> all = new ArrayList<>();
        loop.gate().retained().match(subscription.filter(), message -> {
            boolean own = subscription.noLocal() && connection.clientId().equals(message.publisher());
            if (!own && !message.isExpired(Times.nowIfExpiring(message))) {
                all.add(message);
            }
        });
        sendRetained(subscription, all, 0);
    }

    /** At least one op, if only to say that there is none: the session waits for it. */
    private void sendRetained(Subscription subscription, List<Message> all, int from) {
        int to = Math.min(all.size(), from + RETAINED_PER_OP);
        List<Message> part = List.copyOf(all.subList(from, to));
        ask(new ShardOp.EnqueueRetained(connection.clientId(), epoch, subscription, part), result -> {
            if (to < all.size()) {
                sendRetained(subscription, all, to);
            }
        });
    }

    @Override
    public void unsubscribe(int packetId, List<TopicFilter> filters) {
        ask(new ShardOp.Unsubscribe(connection.clientId(), epoch, filters), result -> {
            List<ReasonCode> codes = new ArrayList<>();
            if (result instanceof OpResult.Unsubscribed(List<Boolean> existed)) {
                for (boolean was : existed) {
                    codes.add(was ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED);
                }
            } else {
                filters.forEach(filter -> codes.add(ReasonCode.UNSPECIFIED_ERROR));
            }
            endpoint.unsuback(packetId, codes);
        });
    }

    // ---- from the client ----

    @Override
    public void receive(int packetId, Message message) {
        Publisher publisher = connection.publisher();
        AckOrder.Pending pending = publisher.await(reason -> {
            if (reason.isError()) {
                publisher.ended();
            }
            endpoint.pubrec(packetId, reason);
        });
        ask(
                new ShardOp.ReceiveQos2(connection.clientId(), epoch, packetId, message),
                result -> publisher.acknowledged(pending, reasonOf(result)));
    }

    @Override
    public void release(int packetId) {
        ask(new ShardOp.ReleaseQos2(connection.clientId(), epoch, packetId), result -> {
            ReasonCode reason = reasonOf(result);
            if (!reason.isError()) {
                connection.released();
            }
            endpoint.pubcomp(packetId, reason);
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
    }
}
