package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.cluster.sim.Packet.Ack;
import io.lacewing.persistence.session.AckOutcome;
import io.lacewing.persistence.session.DropLedger;
import io.lacewing.persistence.session.Outgoing;
import io.lacewing.persistence.session.Session;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.ConnectionId;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import io.lacewing.persistence.shard.Will;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The node's end of a client's connection: what the node room does, as little of it as the cluster can tell. */
final class Connection {
    private static final SessionLimits TRANSIENT = new SessionLimits(1_000, 1 << 20, 65_535, 1 << 24);
    private static final long LONGEST_SETTLING_MILLIS = 10_000;

    private final NodeRoom room;
    private final World world;
    private final ConnectionId id;
    private final Wire wire;
    private State state = State.NEW;
    private String clientId = "";
    private boolean persistent;
    private long epoch;
    private long attaching;
    private int willId;
    private final Session session = new Session(new DropLedger(TRANSIENT));
    private final Map<TopicFilter, Subscription> subscriptions = new HashMap<>();
    private final Set<Integer> received = new HashSet<>();
    private int underway;
    private @Nullable Runnable ending;

    /** NEW, ATTACHING, ATTACHED, CLOSED in this order; LOST: gone while ATTACHING: that is cancelled, or detached if it is answered. */
    private enum State {
        NEW,
        ATTACHING,
        ATTACHED,
        LOST,
        CLOSED
    }

    Connection(NodeRoom room, World world, ConnectionId id, Wire wire) {
        this.room = room;
        this.world = world;
        this.id = id;
        this.wire = wire;
        wire.server(this::receive, this::lost);
    }

    ConnectionId id() {
        return id;
    }

    String clientId() {
        return clientId;
    }

    boolean isAttached() {
        return state == State.ATTACHED;
    }

    private void receive(Packet packet) {
        if (!room.isOpen()) {
            return;
        }
        if (packet instanceof Packet.Connect connect) {
            connect(connect);
        } else if (state == State.ATTACHED) {
            switch (packet) {
                case Packet.Subscribe subscribe -> subscribe(subscribe);
                case Packet.Unsubscribe unsubscribe -> unsubscribe(unsubscribe);
                case Packet.Publish publish -> publish(publish);
                case Ack ack -> acknowledge(ack);
                case Packet.Disconnect disconnect -> end(true);
                case Packet.Connect again -> throw new IllegalStateException("a second CONNECT");
                case Packet.Connack wrong -> throw new IllegalStateException("from a client: " + wrong);
                case Packet.Suback wrong -> throw new IllegalStateException("from a client: " + wrong);
                case Packet.Unsuback wrong -> throw new IllegalStateException("from a client: " + wrong);
            }
        }
    }

    private void connect(Packet.Connect connect) {
        clientId = connect.clientId();
        Will will = connect.will();
        willId = will == null ? 0 : Publication.idOf(will.message());
        state = State.ATTACHING;
        int window = world.faults().has(Fault.IGNORE_WINDOW) ? 65_535 : connect.window();
        attaching = room.request(
                clientId,
                new ShardOp.Attach(
                        clientId,
                        id,
                        connect.cleanStart(),
                        connect.expirySeconds(),
                        window,
                        world.faults().has(Fault.FORGET_WILL) ? null : will),
                answer -> attached(answer, connect.window()));
    }

    private void attached(Answer answer, int window) {
        if (!(answer instanceof Answer.Shard(OpResult.Attached attached))) {
            state = State.CLOSED;
            wire.cut(0, 100);
            room.remove(this);
            return;
        }
        epoch = attached.epoch();
        persistent = attached.persistent();
        switch (state) {
            case ATTACHING -> {
                state = State.ATTACHED;
                session.attach(window);
                world.book().connected(this, room.node());
                wire.down(new Packet.Connack(attached.sessionPresent()));
            }
            case LOST -> {
                state = State.CLOSED;
                detach(false);
            }
            case NEW, ATTACHED -> throw new IllegalStateException(this + " attached in state " + state);
            case CLOSED -> {}
        }
    }

    private void detach(boolean discardWill) {
        room.request(clientId, new ShardOp.Detach(clientId, epoch, discardWill, -1), answer -> {
            if (discardWill && answer instanceof Answer.Shard(OpResult.Ok ok)) {
                world.book().willDiscarded(willId);
            }
        });
    }

    /** The wire broke. */
    private void lost() {
        if (room.isOpen()) {
            end(false);
        }
    }

    /** The connection ends otherwise than by a takeover. */
    private void end(boolean discardWill) {
        switch (state) {
            case NEW, LOST, CLOSED -> {}
            case ATTACHING -> {
                state = State.LOST;
                room.cancel(attaching);
            }
            case ATTACHED -> {
                state = State.CLOSED;
                forget();
                ending = () -> {
                    detach(discardWill);
                    room.remove(this);
                };
                world.scheduler().after(LONGEST_SETTLING_MILLIS, this::settled);
                settle();
            }
        }
        wire.cut(0, 100);
    }

    /** As the node room does: what was published here must not be overtaken by what is published elsewhere next. */
    private void settle() {
        if (ending == null || underway > 0) {
            return;
        }
        if (world.faults().has(Fault.DETACH_AT_ONCE)) {
            settled();
        } else {
            room.settle(answer -> settled());
        }
    }

    private void settled() {
        Runnable then = ending;
        if (then != null && room.isOpen()) {
            ending = null;
            then.run();
        }
    }

    /** The node closes it. */
    void close() {
        end(false);
    }

    /** The client id connected elsewhere: what the client has said on this connection is heard first. */
    void takenOver() {
        if (!world.faults().has(Fault.IGNORE_CLOSE)) {
            world.scheduler().after(1, () -> {
                if (room.isOpen()) {
                    end(false);
                }
            });
        } else if (state == State.ATTACHED) {
            detach(false);
        }
    }

    /** Ends a transient session. */
    private void forget() {
        if (!persistent) {
            for (TopicFilter filter : List.copyOf(subscriptions.keySet())) {
                room.unsubscribe(this, filter, answer -> {});
            }
            for (Outgoing left : session.end(world.scheduler().now())) {
                TopicFilter group = left.group();
                Message message = left.message();
                if (group != null && message != null) {
                    room.passOn(group, message);
                }
            }
            subscriptions.clear();
        }
    }

    private void subscribe(Packet.Subscribe packet) {
        Subscription subscription = packet.subscription();
        if (persistent) {
            ShardOp op = new ShardOp.Subscribe(clientId, epoch, List.of(subscription));
            room.request(clientId, op, answer -> {
                if (answer instanceof Answer.Shard(OpResult.Subscribed subscribed)) {
                    enqueueRetained(subscription);
                    wire.down(new Packet.Suback(packet.packetId()));
                } else {
                    close();
                }
            });
            if (world.faults().has(Fault.EARLY_SUBACK)) {
                wire.down(new Packet.Suback(packet.packetId()));
            }
            return;
        }
        subscriptions.put(subscription.filter(), subscription);
        room.subscribe(this, subscription, answer -> {
            if (answer instanceof Answer.Ok && state == State.ATTACHED) {
                for (Message message : room.retained(subscription.filter())) {
                    write(message, subscription.qos().min(message.qos()), true, null);
                }
                wire.down(new Packet.Suback(packet.packetId()));
            } else {
                close();
            }
        });
    }

    private void enqueueRetained(Subscription subscription) {
        List<Message> messages = room.retained(subscription.filter());
        if (!messages.isEmpty()) {
            room.request(clientId, new ShardOp.EnqueueRetained(clientId, epoch, subscription, messages), answer -> {});
        }
    }

    private void unsubscribe(Packet.Unsubscribe packet) {
        if (persistent) {
            ShardOp op = new ShardOp.Unsubscribe(clientId, epoch, List.of(packet.filter()));
            room.request(clientId, op, answer -> {
                if (answer instanceof Answer.Shard(OpResult.Unsubscribed unsubscribed)) {
                    wire.down(new Packet.Unsuback(packet.packetId()));
                } else {
                    close();
                }
            });
        } else if (subscriptions.remove(packet.filter()) != null) {
            room.unsubscribe(this, packet.filter(), answer -> wire.down(new Packet.Unsuback(packet.packetId())));
        } else {
            wire.down(new Packet.Unsuback(packet.packetId()));
        }
    }

    private void publish(Packet.Publish packet) {
        int packetId = packet.packetId();
        Message message =
                packet.retain() ? packet.message().withRetainedVersion(room.nextRetainedVersion()) : packet.message();
        if (packet.retain()) {
            world.book().retained().published(message);
        }
        switch (packet.qos()) {
            case AT_MOST_ONCE -> room.publish(message, null);
            case AT_LEAST_ONCE -> publish(message, Ack.Kind.PUBACK, packetId);
            case EXACTLY_ONCE -> {
                if (persistent) {
                    ShardOp op = new ShardOp.ReceiveQos2(clientId, epoch, packetId, message);
                    room.request(clientId, op, answer -> confirm(answer, Ack.Kind.PUBREC, packetId));
                } else if (received.add(packetId)) {
                    publish(message, Ack.Kind.PUBREC, packetId);
                }
            }
        }
    }

    private void publish(Message message, Ack.Kind kind, int packetId) {
        underway++;
        room.publish(message, answer -> {
            underway--;
            confirm(answer, kind, packetId);
            settle();
        });
    }

    private void confirm(Answer answer, Ack.Kind kind, int packetId) {
        boolean done = switch (answer) {
            case Answer.Published published -> true;
            case Answer.Ok ok -> true;
            // An unknown packet id: the handshake is over on this side, so PUBREL and PUBCOMP end it there too.
            case Answer.Shard(OpResult.Refused(int reason)) -> reason == 0x92 && kind != Ack.Kind.PUBREC;
            case Answer.Shard(OpResult result) -> result instanceof OpResult.Ok;
            case Answer.Unavailable unavailable -> false;
        };
        if (!done) {
            close();
        } else if (state == State.ATTACHED) {
            wire.down(new Ack(kind, packetId));
        }
    }

    private void acknowledge(Ack ack) {
        int packetId = ack.packetId();
        if (ack.kind() == Ack.Kind.PUBREL) {
            if (persistent) {
                ShardOp op = new ShardOp.ReleaseQos2(clientId, epoch, packetId);
                room.request(clientId, op, answer -> confirm(answer, Ack.Kind.PUBCOMP, packetId));
            } else {
                received.remove(packetId);
                wire.down(new Ack(Ack.Kind.PUBCOMP, packetId));
            }
            return;
        }
        if (world.faults().has(Fault.IGNORE_ACKNOWLEDGE)) {
            return;
        }
        if (persistent) {
            acknowledgeInShard(ack);
        } else {
            acknowledgeHere(ack);
        }
    }

    private void acknowledgeInShard(Ack ack) {
        Kind kind = switch (ack.kind()) {
            case PUBACK -> Kind.PUBACK;
            case PUBREC -> Kind.PUBREC;
            case PUBCOMP -> Kind.PUBCOMP;
            case PUBREL -> throw new IllegalStateException("PUBREL acknowledges nothing of ours");
        };
        ShardOp op = new ShardOp.Acknowledge(clientId, epoch, ack.packetId(), kind, 0);
        room.request(clientId, op, answer -> {
            if (kind == Kind.PUBREC) {
                confirm(answer, Ack.Kind.PUBREL, ack.packetId());
            }
        });
    }

    private void acknowledgeHere(Ack ack) {
        AckOutcome outcome = switch (ack.kind()) {
            case PUBACK -> session.puback(ack.packetId());
            case PUBREC -> session.pubrec(ack.packetId(), 0);
            case PUBCOMP -> session.pubcomp(ack.packetId());
            case PUBREL -> AckOutcome.NOT_FOUND;
        };
        if (outcome == AckOutcome.SEND_PUBREL) {
            wire.down(new Ack(Ack.Kind.PUBREL, ack.packetId()));
        }
        Outgoing next = session.next(world.scheduler().now());
        while (next != null) {
            send(next);
            next = session.next(world.scheduler().now());
        }
    }

    /** A message for a transient session. */
    void write(Message message, Qos qos, boolean retain, @Nullable TopicFilter group) {
        if (state != State.ATTACHED) {
            return;
        }
        if (qos == Qos.AT_MOST_ONCE) {
            wire.down(new Packet.Publish(0, qos, false, retain, message));
            return;
        }
        Outgoing out = session.offer(
                message, qos, retain, List.of(), group, world.scheduler().now());
        if (out != null) {
            send(out);
        }
    }

    private void send(Outgoing out) {
        Message message = out.message();
        if (message != null) {
            wire.down(new Packet.Publish(out.packetId(), out.qos(), out.dup(), out.retain(), message));
        }
    }

    /** Something of a persistent session. */
    void deliver(Delivery delivery) {
        if (state != State.ATTACHED || delivery.epoch() != epoch) {
            return;
        }
        switch (delivery) {
            case Delivery.Publish publish -> {
                int packetId =
                        world.faults().has(Fault.ONE_PACKET_ID) && publish.packetId() > 0 ? 1 : publish.packetId();
                wire.down(new Packet.Publish(
                        packetId, publish.qos(), publish.dup(), publish.retain(), publish.message()));
            }
            case Delivery.Pubrel pubrel -> wire.down(new Ack(Ack.Kind.PUBREL, pubrel.packetId()));
        }
    }

    /** The node has stopped: the client finds out. */
    void die() {
        state = State.CLOSED;
        wire.cut(0, 500);
    }

    @Override
    public String toString() {
        return clientId + "@" + id.incarnation() + "/" + id.number();
    }
}
