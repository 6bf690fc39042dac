package io.lacewing.node.connection;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.node.auth.Authorization.OnDenied;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.Publish;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one client publishes: the bounds of it, its way to its homes, and its acknowledgements in order. Made with the
 * client's first PUBLISH, as most connections only listen. Owned by the connection's event loop.
 *
 * <p>Who is not to go on for now is not read from, so that TCP slows the client down. That is so while the core or another
 * event loop is behind; while a subscriber's queue fills and it is still served (see {@link TransientSession#isPressed}),
 * unless the client has messages to acknowledge itself, as then two clients could wait for each other; and, for MQTT 3,
 * which has no Receive Maximum, while that many of its messages wait for their homes.
 */
final class Publisher {
    private static final long LONGEST_SETTLING_MILLIS = 10_000;

    private final Connection connection;
    private final Endpoint endpoint;
    private final ConnectionLoop loop;
    private final ClientSession session;
    private final AckOrder order = new AckOrder();

    /** QoS 1 and 2 messages that were taken and have not ended: what the Receive Maximum bounds (4.9). */
    private int open;

    /** Not every PUBLISH may be taken: its QoS, its RETAIN flag or its payload may not be. */
    private final boolean restricted;

    /** QoS 2 messages that were not allowed, and whose client is not to know: their PUBREL is answered here. */
    private final PacketIds discarded = new PacketIds();

    private boolean held;

    /** How many messages of QoS 1 and 2 their homes have not answered. */
    private int underway;

    /** What is to be done when all is settled, from the end of the connection on. */
    private @Nullable Runnable ending;

    private long patience;

    /** Something was published at QoS 0 that went further than to this loop. */
    private boolean unanswered;

    /** The request that asks whether that has arrived; 0 if it was not asked. */
    private long asked;

    Publisher(Connection connection, Endpoint endpoint, ConnectionLoop loop, ClientSession session) {
        this.connection = connection;
        this.endpoint = endpoint;
        this.loop = loop;
        this.session = session;
        this.restricted = loop.broker().features().restrictMessages();
    }

    /** It could not go on after it was held: its connection ends, as nobody would ask again. */
    void failed() {
        connection.failed();
    }

    private ConnectionLimits limits() {
        return loop.broker().limits();
    }

    // ---- coming ----

    /** Takes a PUBLISH from the client. */
    void take(Publish publish) {
        loop.broker().counters().received(loop.index(), publish.qos().value());
        Mount mount = connection.proof().mount();
        if (!limits().topics().allow(publish.topic()) || (mount != null && !mount.fits(publish.topic()))) {
            connection.disconnect(ReasonCode.TOPIC_NAME_INVALID, "the topic is too long or has too many levels");
            return;
        }
        if (publish.qos() != Qos.AT_MOST_ONCE && endpoint.version().isV5() && open >= limits().receiveMaximum()) {
            connection.disconnect(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more unacknowledged messages than the Receive Maximum");
            return;
        }
        if (!mayPublish(publish)) {
            deny(publish);
            return;
        }
        if ((restricted && isFaulty(publish)) || (publish.retain() && isRefusedAsFull(publish))) {
            return;
        }
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            Message message = message(publish);
            if (loop.publishHere(message)) {
                unanswered = true;
                loop.gate().publish(message, null);
            }
            return;
        }
        open++;
        int packetId = publish.packetId();
        if (publish.qos() == Qos.EXACTLY_ONCE) {
            if (discarded.remove(packetId)) {
                ended(); // sent again, and allowed by now
            }
            session.receive(packetId, message(publish));
        } else {
            publishAndAcknowledge(message(publish), reason -> {
                ended();
                connection.acknowledge().puback(packetId, reason);
            });
        }
        TransientSession slow = session.awaitsAcknowledgements() ? null : loop.pressing();
        if (slow != null || loop.isBehind() || isFullWithoutWindow()) {
            hold(slow);
        }
    }

    /**
     * True if the message can not be taken as it is; then it has been dealt with. The QoS and RETAIN that the CONNACK has
     * ruled out are protocol errors (3.2.2.3.4, 3.2.2.3.5). An MQTT 3 client was told nothing, but its choice is an
     * acknowledgement or the end as well [MQTT-3.3.5-2 of 3.1.1], and an acknowledgement would let it believe that its
     * message is on its way at that QoS, or kept. A payload of the wrong format is refused; at QoS 0 there is nothing to refuse
     * it in but a DISCONNECT (3.3.2.3.2).
     */
    private boolean isFaulty(Publish publish) {
        ReasonCode fault = loop.broker()
                .features()
                .fault(publish.qos(), publish.retain(), publish.properties(), publish.payload());
        if (fault == null) {
            return false;
        }
        if (fault == ReasonCode.PAYLOAD_FORMAT_INVALID && publish.qos() != Qos.AT_MOST_ONCE) {
            refuse(publish, fault);
        } else {
            connection.disconnect(fault, "a message that the broker does not take");
        }
        return true;
    }

    /** True if the message can not be retained and its client was told so instead. */
    private boolean isRefusedAsFull(Publish publish) {
        if (publish.payload().length == 0 || mayRetain(publish)) {
            return false;
        }
        loop.broker().counters().droppedRetainedFull(loop.index());
        // What is sent again may have been taken already: it is not refused any more.
        if (endpoint.version().isV5() && publish.qos() != Qos.AT_MOST_ONCE && !publish.dup()) {
            refuse(publish, ReasonCode.QUOTA_EXCEEDED);
            return true;
        }
        return false;
    }

    private boolean mayPublish(Publish publish) {
        if (connection.proof().mount() != null && Mount.isRefused(publish.topic())) {
            return false;
        }
        Permissions permissions = connection.proof().permissions();
        return permissions == null
                ? !Permissions.isReserved(publish.topic())
                : permissions.mayPublish(publish.topic(), publish.qos(), publish.retain());
    }

    /** The client may not publish this: it goes nowhere. An MQTT 3 client has no code for it (3.3.5 of 3.1.1). */
    private void deny(Publish publish) {
        connection.proof().forbidden(Forbidden.PUBLISH, publish.topic().value());
        OnDenied effect = loop.broker().onDenied();
        if (effect == OnDenied.DISCONNECT) {
            connection.disconnect(ReasonCode.NOT_AUTHORIZED, "a message that is not allowed");
            return;
        }
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            return;
        }
        if (publish.qos() == Qos.EXACTLY_ONCE && publish.dup()) {
            // Taken before, maybe, when it was allowed: then it ends now, or the next with its packet id would be taken
            // for it.
            session.abandon(publish.packetId());
        }
        if (effect == OnDenied.REJECT && endpoint.version().isV5()) {
            refuse(publish, ReasonCode.NOT_AUTHORIZED);
        } else {
            discard(publish);
        }
    }

    /** Acknowledges a PUBLISH as if it had been taken, in its turn. */
    private void discard(Publish publish) {
        int packetId = publish.packetId();
        if (publish.qos() == Qos.EXACTLY_ONCE) {
            if (discarded.add(packetId)) {
                open++;
            }
            acknowledged(order.enter(reason -> connection.acknowledge().pubrec(packetId, reason)), ReasonCode.SUCCESS);
        } else {
            open++;
            acknowledged(
                    order.enter(reason -> {
                        ended();
                        connection.acknowledge().puback(packetId, reason);
                    }),
                    ReasonCode.SUCCESS);
        }
    }

    /** A PUBREL: true if it is of a message that was discarded, and so has been answered. */
    boolean released(int packetId) {
        if (!discarded.remove(packetId)) {
            return false;
        }
        ended();
        connection.acknowledge().pubcomp(packetId, ReasonCode.SUCCESS);
        return true;
    }

    /** Answers a PUBLISH with an error, in its turn; it goes nowhere. Until then it counts as unacknowledged. */
    private void refuse(Publish publish, ReasonCode reason) {
        open++;
        int packetId = publish.packetId();
        boolean once = publish.qos() == Qos.EXACTLY_ONCE;
        AckOrder.Pending pending = order.enter(result -> {
            ended();
            if (once) {
                connection.acknowledge().pubrec(packetId, result);
            } else {
                connection.acknowledge().puback(packetId, result);
            }
        });
        acknowledged(pending, reason);
    }

    private Message message(Publish publish) {
        boolean retain = publish.retain() && mayRetain(publish);
        return new Message(
                topic(publish),
                publish.payload(),
                publish.qos(),
                retain,
                Times.expiresAt(publish.expirySeconds()),
                publish.properties(),
                connection.proof().sessionId(),
                retain ? loop.gate().nextRetainedVersion() : 0);
    }

    /** Where the broker has the topic of a PUBLISH. */
    private TopicName topic(Publish publish) {
        Mount mount = connection.proof().mount();
        return mount == null ? publish.topic() : mount.mounted(publish.topic());
    }

    /** False if the node holds all the retained messages it may, and this one takes more room than one of its topic. */
    private boolean mayRetain(Publish publish) {
        TopicName topic = topic(publish);
        int bytes = Message.size(topic, publish.payload(), publish.properties());
        return loop.gate().retained().hasRoomFor(topic, bytes, limits().maxRetained(), limits().maxRetainedBytes());
    }

    // ---- acknowledgements ----

    /** Takes a message to its homes and then acknowledges it, in the order of the PUBLISH packets. */
    void publishAndAcknowledge(Message message, Consumer<ReasonCode> acknowledge) {
        if (loop.publishHere(message)) {
            AckOrder.Pending pending = order.enter(acknowledge);
            underway++;
            loop.gate().publish(message, answer -> {
                underway--;
                try {
                    answered(pending, answer, message);
                } finally {
                    settleRest();
                }
            });
        } else if (order.size() == 0) {
            acknowledge.accept(heard(message));
        } else {
            acknowledged(order.enter(acknowledge), heard(message));
        }
    }

    private ReasonCode heard(Message message) {
        return endpoint.version().isV5()
                        && loop.broker().features().reportNoMatching()
                        && loop.isUnheard(message.topic())
                ? ReasonCode.NO_MATCHING_SUBSCRIBERS
                : ReasonCode.SUCCESS;
    }

    private void answered(AckOrder.Pending pending, Answer answer, Message message) {
        switch (answer) {
            case Answer.Published(int matched, int rejected) ->
                acknowledged(pending, taken(matched, rejected, message));
            case Answer.Unavailable(String why) -> notTaken(pending, ReasonCode.UNSPECIFIED_ERROR, why);
            case Answer.Ok ok -> acknowledged(pending, ReasonCode.SUCCESS);
            case Answer.Shard shard ->
                notTaken(pending, ReasonCode.QUOTA_EXCEEDED, "a shard with matching sessions holds all it may");
        }
    }

    /** Where all sessions were full and reject, a v5 client is told so; an older one has no code for it. */
    private ReasonCode taken(int matched, int rejected, Message message) {
        if (rejected > 0 && endpoint.version().isV5()) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        return matched > 0 ? ReasonCode.SUCCESS : heard(message);
    }

    /** Not every home took the message: a v5 client is told so, an older one can only be left unacknowledged. */
    void notTaken(AckOrder.Pending pending, ReasonCode reason, String why) {
        if (endpoint.version().isV5()) {
            acknowledged(pending, reason);
        } else {
            connection.disconnect(reason, why);
        }
    }

    /** Takes the next place among the acknowledgements; see {@link #acknowledged}. */
    AckOrder.Pending await(Consumer<ReasonCode> acknowledge) {
        return order.enter(acknowledge);
    }

    /** What took its place by {@link #await} can be answered. */
    void acknowledged(AckOrder.Pending pending, ReasonCode reason) {
        if (connection.isOpen()) {
            order.done(pending, reason);
        }
    }

    /** A message has ended: PUBACK, PUBCOMP, or a PUBREC with an error. Some began on an earlier connection. */
    void ended() {
        open = Math.max(0, open - 1);
    }

    // ---- the end ----

    /**
     * The connection has ended: runs {@code then} when no message that came by it can be overtaken any more by what the
     * client publishes next, on another connection and maybe at another node [MQTT-4.6.0-6]. That is when its homes have
     * answered for each, and the other nodes have taken those of QoS 0; or after {@link #LONGEST_SETTLING_MILLIS}, as a
     * client is not to be kept out for as long as a shard can't be reached.
     */
    void settle(Runnable then) {
        ending = then;
        loop.leaving().add(this);
        patience = loop.context().owner().setTimer(LONGEST_SETTLING_MILLIS, id -> {
            if (asked != 0) {
                loop.gate().cancel(asked);
            }
            end();
        });
        settleRest();
    }

    /** What is answered for is settled; QoS 0, which nobody answers for, when the other nodes have taken it. */
    private void settleRest() {
        if (ending == null || underway > 0 || asked != 0) {
            return;
        }
        if (unanswered) {
            asked = loop.gate().settle(answer -> end());
        } else {
            end();
        }
    }

    /** It is waited for no longer. */
    void end() {
        Runnable then = ending;
        if (then != null) {
            ending = null;
            loop.leaving().remove(this);
            loop.context().owner().cancelTimer(patience);
            then.run();
        }
    }

    // ---- back-pressure ----

    private boolean isFullWithoutWindow() {
        return !endpoint.version().isV5() && order.size() >= limits().receiveMaximum();
    }

    /** Lets the client wait until there is no reason left; {@code slow} is who else it waits for. */
    void hold(@Nullable TransientSession slow) {
        if (held || !connection.isOpen()) {
            return;
        }
        held = true;
        connection.pause();
        loop.hold(this, slow);
    }

    /** True while the client should wait. */
    boolean mustWait(@Nullable TransientSession slow) {
        return connection.isOpen()
                && (loop.isCongested()
                        || isFullWithoutWindow()
                        || (slow != null && slow.isPressed() && !session.awaitsAcknowledgements()));
    }

    /** The wait is over. */
    void goOn() {
        held = false;
        connection.resume();
    }
}
