package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.Outbound;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.persistence.session.AckOutcome;
import io.lacewing.persistence.session.Outgoing;
import io.lacewing.persistence.session.Session;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session that ends with its connection: all of it is here, on the connection's event loop. The shard of its client id
 * knows only that it is there.
 */
final class TransientSession implements ClientSession, Comparable<TransientSession> {
    /** How long publishers wait for a queue to get from half full to a quarter. */
    static final long PATIENCE_MILLIS = 5_000;

    private final Connection connection;
    private final Endpoint endpoint;
    private final ConnectionLoop loop;
    private final Session flow;
    private final @Nullable Sending sending;
    private final TransientSubscriptions subscriptions = new TransientSubscriptions(this);
    private @Nullable RetainedFeed feed;

    /** QoS 2 messages from the client that have not reached all their homes, and so have no PUBREC yet. */
    private final PacketIds receiving = new PacketIds();

    /**
     * While the queue is more than half full: until when publishers wait for it, in milliseconds of System.nanoTime(). Left
     * in the past if the client was too slow, and 0 again when the queue is down to a quarter.
     */
    private volatile long pressedUntil;

    TransientSession(Connection connection, Endpoint endpoint, ConnectionLoop loop, int window) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.loop = loop;
        this.flow = new Session(loop.ledger());
        flow.attach(window);
        this.sending = connection.proof().sending();
    }

    String clientId() {
        return connection.proof().sessionId();
    }

    ConnectionLoop loop() {
        return loop;
    }

    /** By connection number, so that tables of sessions have an order. */
    @Override
    public int compareTo(TransientSession other) {
        return Long.compare(connection.number(), other.connection.number());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(connection.number());
    }

    // ---- to the client ----

    /** A delivery has thrown: what it was to deliver is missing. */
    void failed() {
        connection.failed();
    }

    /** A live message that matches. On the session's event loop. */
    void deliver(Outbound outbound, Target target) {
        Message message = outbound.message();
        if (!connection.isOpen()) {
            missed(message, target);
            return;
        }
        if (feed != null) {
            feed.sawLive(message);
        }
        Qos qos = message.qos().min(target.qos());
        boolean retain = target.retain(message);
        if (qos == Qos.AT_MOST_ONCE) {
            sendAtMostOnce(outbound, retain, target.wireIdentifiers());
            return;
        }
        if (flow.sweepAt() != Long.MAX_VALUE) {
            flow.expire(System.currentTimeMillis()); // what has expired takes nobody's place
        }
        brake();
        Outgoing outgoing =
                flow.offer(message, qos, retain, target.identifiers(), target.group(), Times.nowIfExpiring(message));
        if (outgoing == null) {
            press();
        } else if (!send(outbound, outgoing)) {
            drain();
        }
    }

    /** A message that was on its way here when the session ended: it belongs to the others of a share group. */
    private void missed(Message message, Target target) {
        TopicFilter group = target.group();
        if (group != null) {
            loop.gate().passOn(group, message);
        } else if (target.qos() != Qos.AT_MOST_ONCE) {
            loop.broker().counters().droppedSessionEnded(loop.index());
        }
    }

    // ---- rates ----

    /** True if the client may be sent nothing for now: then all waits, in its order, until {@link #goOn}. */
    private boolean brake() {
        if (sending != null && !flow.isHeld() && sending.isSpent()) {
            flow.hold();
            sending.whenRefilled(this::goOn);
        }
        return flow.isHeld();
    }

    private void goOn() {
        flow.goOn();
        drain();
    }

    // ---- back-pressure ----

    /**
     * True while publishers at QoS 1 and 2 should wait for this session instead of overrunning its queue. Ends after
     * {@link #PATIENCE_MILLIS} even if nothing is read, so that one client that does not read stops nobody for long. Any
     * thread.
     */
    boolean isPressed() {
        long until = pressedUntil;
        return until != 0 && System.nanoTime() / 1_000_000 - until < 0;
    }

    private void press() {
        if (pressedUntil == 0 && fills(2)) {
            pressedUntil = System.nanoTime() / 1_000_000 + PATIENCE_MILLIS;
            loop.pressed(1);
        }
    }

    private void relieve() {
        if (pressedUntil != 0 && !fills(4)) {
            pressedUntil = 0;
            loop.pressed(-1);
        }
    }

    /** True if the queue holds more than a part of what it may. */
    private boolean fills(int divisor) {
        ConnectionLimits limits = loop.broker().limits();
        return flow.queued() > limits.maxQueuedMessages() / divisor
                || flow.queuedBytes() > limits.maxQueuedBytes() / divisor;
    }

    @Override
    public long heldBytes() {
        return flow.queuedBytes() + flow.inflightBytes() + subscriptions.bytes();
    }

    private void sendAtMostOnce(Outbound outbound, boolean retain, int[] identifiers) {
        if (endpoint.pendingBytes() > loop.broker().limits().maxPendingBytes()) {
            loop.broker().counters().droppedSlowClient(loop.index());
            return;
        }
        if (sending != null && sending.drops()) {
            return;
        }
        if (endpoint.isShort()) {
            loop.broker().counters().droppedShort(loop.index());
            return;
        }
        Message message = outbound.message();
        if (message.isExpired(Times.nowIfExpiring(message))) {
            loop.broker().counters().droppedExpired(loop.index());
            return;
        }
        int size = endpoint.publish(
                connection.proof().seen(outbound),
                0,
                Qos.AT_MOST_ONCE,
                false,
                retain,
                identifiers,
                Times.secondsLeft(message));
        count(size, 0);
    }

    /** True if it is on its way; false if the packet is too long for the client, and so has ended [MQTT-3.1.2-25]. */
    private boolean send(Outbound outbound, Outgoing outgoing) {
        int size = endpoint.publish(
                connection.proof().seen(outbound),
                outgoing.packetId(),
                outgoing.qos(),
                outgoing.dup(),
                outgoing.retain(),
                Target.wire(outgoing.identifiers()),
                Times.secondsLeft(outbound.message()));
        count(size, outgoing.qos().value());
        if (size != Endpoint.TOO_LARGE) {
            return true;
        }
        ended(outgoing);
        return false;
    }

    private void count(int size, int qos) {
        connection.countSent(size, qos);
        if (sending != null) {
            sending.sent(size);
        }
    }

    /** It is not sent: as if it had been, and had been refused. */
    private void ended(Outgoing outgoing) {
        if (outgoing.qos() == Qos.AT_LEAST_ONCE) {
            flow.puback(outgoing.packetId());
        } else {
            flow.pubrec(outgoing.packetId(), ReasonCode.PACKET_TOO_LARGE.value());
        }
    }

    /** Sends what waits and has room now. */
    private void drain() {
        long now = System.currentTimeMillis();
        Outgoing outgoing;
        while (!brake() && (outgoing = flow.next(now)) != null) {
            Message message = outgoing.message();
            if (message != null && !mayReceive(message)) {
                ended(outgoing);
            } else if (message != null) {
                send(new Outbound(message), outgoing);
            }
        }
        relieve();
        if (feed != null) {
            pumpRetained(feed);
        }
    }

    @Override
    public void deliver(Delivery delivery) {
        throw new IllegalStateException("a shard delivers to the transient session of " + clientId());
    }

    @Override
    public void writable() {
        if (feed != null) {
            pumpRetained(feed);
        }
    }

    private void pumpRetained(RetainedFeed retained) {
        while (endpoint.isWritable() && flow.queued() == 0 && !brake()) {
            RetainedFeed.Item item = retained.next(loop.gate().retained());
            if (item == null) {
                if (retained.isDone()) {
                    feed = null;
                }
                return;
            }
            Subscription subscription = item.subscription();
            Message message = item.message();
            if (!mayReceive(message)) {
                continue;
            }
            Qos qos = message.qos().min(subscription.qos());
            List<Integer> identifiers = subscription.identifier() == 0 ? List.of() : List.of(subscription.identifier());
            if (qos == Qos.AT_MOST_ONCE) {
                sendAtMostOnce(new Outbound(message), true, Target.wire(identifiers));
                continue;
            }
            Outgoing outgoing = flow.offer(message, qos, true, identifiers, null, Times.nowIfExpiring(message));
            if (outgoing != null) {
                send(new Outbound(message), outgoing);
            }
        }
    }

    @Override
    public boolean awaitsAcknowledgements() {
        return flow.inflight() > 0;
    }

    @Override
    public void acknowledge(Kind kind, int packetId, int reasonCode) {
        switch (kind) {
            case PUBACK -> ended(flow.puback(packetId));
            case PUBREC -> {
                switch (flow.pubrec(packetId, reasonCode)) {
                    case DONE -> drain();
                    case SEND_PUBREL -> endpoint.pubrel(packetId, ReasonCode.SUCCESS);
                    case NOT_FOUND -> {
                        // With an error it asks for no PUBREL [MQTT-4.3.3-4].
                        if (reasonCode < 0x80) {
                            endpoint.pubrel(packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
                        }
                    }
                    case PROTOCOL_ERROR -> connection.protocolError("PUBREC for a packet that does not await one");
                }
            }
            case PUBCOMP -> ended(flow.pubcomp(packetId));
        }
    }

    private void ended(AckOutcome outcome) {
        switch (outcome) {
            case DONE -> {
                if (flow.queued() > 0 || feed != null) {
                    drain();
                }
            }
            case NOT_FOUND -> {
                // Late for a message that has ended otherwise: harmless, and the standard knows no answer to it.
            }
            case SEND_PUBREL, PROTOCOL_ERROR ->
                connection.protocolError("an acknowledgement of the wrong kind for its packet identifier");
        }
    }

    // ---- subscriptions ----

    @Override
    public int subscriptionRoom(int max) {
        return loop.ledger().isFull() ? 0 : max - subscriptions.size();
    }

    @Override
    public boolean isSubscribed(TopicFilter filter) {
        return subscriptions.contains(filter);
    }

    @Override
    public void subscribe(SubscribeAnswer answer) {
        RetainedFeed retained = feed == null ? new RetainedFeed(clientId(), loop::nextTurn, this::writable) : feed;
        feed = retained;
        retained.open();
        subscriptions.add(answer, existed -> {
            if (connection.isOpen()) {
                connection.acknowledge().suback(answer.packetId(), answer.codes());
                feed(retained, answer, existed);
            }
        });
    }

    /** The client is owed what is retained for its new subscriptions. */
    private void feed(RetainedFeed retained, SubscribeAnswer answer, List<Boolean> existed) {
        for (int i = 0; i < existed.size(); i++) {
            if (answer.wantsRetained(i, existed.get(i))) {
                retained.add(answer.subscriptions().get(i), loop.gate().retained());
            }
        }
        retained.close();
        pumpRetained(retained);
    }

    @Override
    public void unsubscribe(UnsubscribeAnswer answer) {
        List<TopicFilter> filters = answer.filters();
        for (int i = 0; i < filters.size(); i++) {
            boolean existed = subscriptions.remove(filters.get(i));
            answer.done(i, existed);
            if (existed && feed != null) {
                feed.remove(filters.get(i));
            }
        }
        connection.acknowledge().unsuback(answer.packetId(), answer.codes());
    }

    @Override
    public void revoke(Permissions permissions) {
        for (Subscription subscription : subscriptions.all()) {
            // It ends with the first if that ends the connection.
            if (connection.isOpen() && !permissions.mayKeep(subscription)) {
                subscriptions.remove(subscription.filter());
                Rejudging.revoked(
                        connection, subscription.filter(), loop.broker().onDenied());
            }
        }
    }

    /** False if the client may not have this any more that waited for it, or that it is owed. */
    private boolean mayReceive(Message message) {
        Permissions permissions = connection.proof().permissions();
        if (permissions == null || permissions.mayReceive(message.topic())) {
            return true;
        }
        loop.broker().counters().droppedNotAuthorized(loop.index());
        return false;
    }

    // ---- from the client ----

    @Override
    public void receive(int packetId, Message message) {
        Publisher publisher = connection.publisher();
        if (flow.receive(packetId)) {
            receiving.add(packetId);
            publisher.publishAndAcknowledge(message, reason -> {
                receiving.remove(packetId);
                if (reason.isError()) {
                    flow.release(packetId);
                    publisher.ended();
                }
                connection.acknowledge().pubrec(packetId, reason);
            });
            return;
        }
        loop.weigh(message);
        publisher.ended(); // sent again: it counts once
        // While the first one is on its way, its PUBREC with its result is the answer to both.
        if (!receiving.contains(packetId)) {
            publisher.acknowledged(
                    publisher.await(reason -> connection.acknowledge().pubrec(packetId, reason)), ReasonCode.SUCCESS);
        }
    }

    @Override
    public void abandon(int packetId) {
        flow.release(packetId);
    }

    @Override
    public void release(int packetId) {
        boolean known = flow.release(packetId);
        if (known) {
            connection.released();
        }
        connection.acknowledge().pubcomp(packetId, known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
    }

    @Override
    public void end() {
        subscriptions.end();
        feed = null;
        for (Outgoing outgoing : flow.end(System.currentTimeMillis())) {
            TopicFilter group = outgoing.group();
            Message message = outgoing.message();
            if (group != null && message != null) {
                loop.gate().passOn(group, message);
            }
        }
        relieve();
    }
}
