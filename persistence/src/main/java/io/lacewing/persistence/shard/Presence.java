package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.Outgoing;
import io.lacewing.persistence.session.Session;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Attach and detach, wills, expiry: when a client is there and when its session ends. */
final class Presence {
    /** The session expiry interval that means: never (3.1.2.11.2). */
    private static final long NEVER_EXPIRES = 0xFFFF_FFFFL;

    private static final OpResult.Ok OK = new OpResult.Ok();
    private static final OpResult.Stale STALE = new OpResult.Stale();

    private final ShardState state;
    private final FanOut fanOut;

    Presence(ShardState state, FanOut fanOut) {
        this.state = state;
        this.fanOut = fanOut;
    }

    OpResult attach(ShardOp.Attach op, Effects effects) {
        ClientRecord old = state.client(op.clientId());
        ClientRecord resumed = old != null && resumes(old, op) ? old : null;
        if (resumed == null && op.expirySeconds() > 0 && !state.takes(ClientRecord.bytes(op.clientId(), op.will()))) {
            return new OpResult.Refused(ReasonCodes.QUOTA_EXCEEDED);
        }
        if (old != null) {
            leave(old, resumed == null);
        }
        // Not only the last one: an older attach may have been overtaken before its own close was carried out.
        List<Long> awaits = state.outbox.closes(op.clientId());
        ClientRecord record = resumed == null ? newRecord(op) : resumed;
        boolean wasConnected = record.isConnected();
        state.connect(record, op.connection());
        record.epoch = ++state.attachEpochs;
        record.notes = null;
        record.expirySeconds = op.expirySeconds();
        record.expiresAt = Deadlines.NEVER;
        record.willAt = Deadlines.NEVER;
        setWill(record, op.will()); // a will that waited is dropped with this [MQTT-3.1.3-9]
        state.deadlines.update(record);
        Session session = record.session;
        if (session != null) {
            if (!wasConnected) {
                state.subscribers.moved(record, state.epoch);
            }
            session.attach(Math.clamp(op.window(), 1, 65_535));
            fanOut.drain(record, effects);
        }
        return new OpResult.Attached(resumed != null, session != null, record.epoch, awaits);
    }

    /** What a new connection does to the old state of its client id: closes its connection, ends its session or not. */
    private void leave(ClientRecord old, boolean ends) {
        ConnectionId older = old.connection;
        if (older != null) {
            // Its connection is closed and there is no delay, or its session ends (3.1.4): the will is due, unless the
            // client's DISCONNECT is still on its way here by the older connection's loop.
            Will will = old.will;
            boolean due = will != null && (ends || will.delaySeconds() == 0);
            state.setWill(old, null);
            state.outbox.close(old, older, due ? will : null); // [MQTT-3.1.4-3]
        }
        if (ends) {
            end(old, true);
        }
    }

    /** Whether the session goes on: asked for, there is one, and it has not ended with its connection (3.1.2.11.2). */
    private static boolean resumes(ClientRecord old, ShardOp.Attach op) {
        return !op.cleanStart() && old.session != null && !(old.isConnected() && old.expirySeconds == 0);
    }

    private ClientRecord newRecord(ShardOp.Attach op) {
        ClientRecord record = new ClientRecord(op.clientId(), ++state.ordinals);
        if (op.expirySeconds() > 0) {
            record.session = new Session(state.ledger);
        }
        state.add(record);
        return record;
    }

    OpResult detach(ShardOp.Detach op) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        if (record == null) {
            return closed(op);
        }
        if (op.discardWill()) {
            state.setWill(record, null); // [MQTT-3.1.2-10]
        }
        if (op.expirySeconds() >= 0) {
            record.expirySeconds = op.expirySeconds();
        }
        disconnect(record);
        return OK;
    }

    /** A connection has ended whose client id another one has: nothing is left of it but its will. */
    private OpResult closed(ShardOp.Detach op) {
        Owed.Close close = state.outbox.closed(op.clientId(), op.epoch());
        if (close == null) {
            return STALE;
        }
        if (!op.discardWill()) {
            publish(close.will());
        }
        return OK;
    }

    /** Detaches all connections of nodes that are not among the living. They said no DISCONNECT: their wills stand. */
    void liveNodes(List<Long> incarnations) {
        Set<Long> alive = new HashSet<>(incarnations);
        for (ClientRecord record : state.allClients()) {
            ConnectionId connection = record.connection;
            if (connection != null && !alive.contains(connection.incarnation())) {
                disconnect(record);
            }
        }
        for (Owed.Close close : state.outbox.closedWithout(alive)) {
            publish(close.will());
        }
        state.origins.keepNodes(alive);
    }

    /** Lets everything happen whose time has come: expired messages leave, then wills before the end of their session. */
    void due() {
        for (ClientRecord record = state.deadlines.due(state.time);
                record != null;
                record = state.deadlines.due(state.time)) {
            Session session = record.session;
            if (session != null && record.sweepAt <= state.time) {
                session.expire(state.time);
                state.followQueue(record);
            } else if (record.willAt <= state.time) {
                publishWill(record);
                record.willAt = Deadlines.NEVER;
                state.deadlines.update(record);
            } else {
                end(record, false);
            }
        }
    }

    private void disconnect(ClientRecord record) {
        state.connect(record, null);
        record.notes = null;
        Session session = record.session;
        if (session == null || record.expirySeconds == 0) {
            end(record, true);
            return;
        }
        session.detach();
        long expiry = record.expirySeconds;
        record.expiresAt = expiry == NEVER_EXPIRES ? Deadlines.NEVER : after(expiry);
        Will will = record.will;
        if (will != null) {
            long delay = Math.min(will.delaySeconds(), expiry);
            if (delay == 0) {
                publishWill(record);
            } else {
                record.willAt = after(delay);
            }
        }
        state.deadlines.update(record);
        state.subscribers.moved(record, state.epoch);
    }

    /** The record goes, with its session if it has one: routes first, so that what is passed on goes elsewhere. */
    private void end(ClientRecord record, boolean withWill) {
        if (withWill) {
            publishWill(record);
        }
        for (TopicFilter filter : record.subscriptions.keySet()) {
            state.subscribers.remove(record, filter, state.epoch);
        }
        Session session = record.session;
        if (session != null) {
            for (Outgoing left : session.end(state.time)) {
                TopicFilter group = left.group();
                Message message = left.message();
                if (group != null && message != null) {
                    state.outbox.passOn(group, message);
                }
            }
        }
        state.connect(record, null);
        state.remove(record);
    }

    /** Publishes the record's will, if it has one, and forgets it: a will is published once [MQTT-3.1.2-8]. */
    private void publishWill(ClientRecord record) {
        Will will = record.will;
        state.setWill(record, null);
        publish(will);
    }

    private void publish(@Nullable Will will) {
        if (will != null) {
            long expiresAt = will.expirySeconds() < 0 ? Message.NEVER : after(will.expirySeconds());
            state.outbox.publish(state.withExpiry(will.message(), expiresAt));
        }
    }

    private void setWill(ClientRecord record, @Nullable Will will) {
        state.setWill(
                record,
                will == null ? null : new Will(state.own(will.message()), will.delaySeconds(), will.expirySeconds()));
    }

    private long after(long seconds) {
        return state.time + seconds * 1_000;
    }
}
