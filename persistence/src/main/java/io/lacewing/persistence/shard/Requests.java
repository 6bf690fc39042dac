package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.AckOutcome;
import io.lacewing.persistence.session.Outgoing;
import io.lacewing.persistence.session.Session;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** What a connected client asks of its persistent session: subscriptions, acknowledgements, QoS 2 messages of its own. */
final class Requests {
    private static final OpResult.Ok OK = new OpResult.Ok();
    private static final OpResult.Stale STALE = new OpResult.Stale();

    private final ShardState state;
    private final FanOut fanOut;

    Requests(ShardState state, FanOut fanOut) {
        this.state = state;
        this.fanOut = fanOut;
    }

    /** A client that comes back often subscribes again to all that it has: that is nothing more. */
    private static int subscriptionsAfter(ClientRecord record, ShardOp.Subscribe op) {
        int count = record.subscriptions.size();
        for (Subscription subscription : op.subscriptions()) {
            count += record.subscriptions.containsKey(subscription.filter()) ? 0 : 1;
        }
        return count;
    }

    private static long bytes(ShardOp.Subscribe op) {
        long bytes = 0;
        for (Subscription subscription : op.subscriptions()) {
            bytes += ClientRecord.bytes(subscription.filter());
        }
        return bytes;
    }

    OpResult subscribe(ShardOp.Subscribe op) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        if (record == null) {
            return STALE;
        }
        if (record.session == null) {
            return new OpResult.Refused(ReasonCodes.PROTOCOL_ERROR);
        }
        if (subscriptionsAfter(record, op) > state.limits.maxSubscriptions() || !state.takes(bytes(op))) {
            return new OpResult.Refused(ReasonCodes.QUOTA_EXCEEDED);
        }
        List<Boolean> existed = new ArrayList<>(op.subscriptions().size());
        List<Long> awaits = new ArrayList<>(op.subscriptions().size());
        for (Subscription subscription : op.subscriptions()) {
            boolean replaced = record.put(subscription);
            state.charge(replaced ? 0 : ClientRecord.bytes(subscription.filter()));
            state.subscribers.put(record, subscription, state.epoch);
            existed.add(replaced);
            noteRetained(record, subscription, replaced);
        }
        for (Subscription subscription : op.subscriptions()) {
            long route = state.outbox.awaitRoute(subscription.filter());
            if (route != 0 && !awaits.contains(route)) {
                awaits.add(route);
            }
        }
        return new OpResult.Subscribed(List.copyOf(existed), List.copyOf(awaits));
    }

    /** From now until the retained messages come, newer live ones are noted. A shared filter gets none (4.8.2). */
    private static void noteRetained(ClientRecord record, Subscription subscription, boolean existed) {
        boolean due = !subscription.filter().isShared()
                && switch (subscription.retainHandling()) {
                    case SEND -> true;
                    case SEND_IF_NEW -> !existed;
                    case DO_NOT_SEND -> false;
                };
        if (due) {
            RetainedNotes notes = record.notes;
            if (notes == null) {
                notes = new RetainedNotes();
                record.notes = notes;
            }
            notes.open(subscription.filter());
        }
    }

    OpResult unsubscribe(ShardOp.Unsubscribe op) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        if (record == null) {
            return STALE;
        }
        List<Boolean> existed = new ArrayList<>(op.filters().size());
        for (TopicFilter filter : op.filters()) {
            boolean removed = record.remove(filter);
            existed.add(removed);
            if (removed) {
                state.charge(-ClientRecord.bytes(filter));
                state.subscribers.remove(record, filter, state.epoch);
                if (record.notes != null) {
                    record.notes.close(filter);
                }
            }
        }
        return new OpResult.Unsubscribed(List.copyOf(existed));
    }

    OpResult list(ShardOp.ListSubscriptions op) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        return record == null ? STALE : new OpResult.Listed(List.copyOf(record.subscriptions.values()));
    }

    OpResult receive(ShardOp.ReceiveQos2 op) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        if (record == null) {
            return STALE;
        }
        Session session = record.session;
        if (session == null || op.packetId() < 1 || op.packetId() > 65_535) {
            return new OpResult.Refused(ReasonCodes.PROTOCOL_ERROR);
        }
        if (session.isReceived(op.packetId())) {
            return OK; // [MQTT-4.3.3-10]
        }
        if (!state.takes(op.message().size())) {
            return new OpResult.Refused(ReasonCodes.QUOTA_EXCEEDED);
        }
        session.receive(op.packetId());
        state.outbox.publish(state.own(op.message()));
        return OK;
    }

    OpResult release(ShardOp.ReleaseQos2 op) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        if (record == null) {
            return STALE;
        }
        Session session = record.session;
        return session != null && session.release(op.packetId())
                ? OK
                : new OpResult.Refused(ReasonCodes.PACKET_IDENTIFIER_NOT_FOUND);
    }

    OpResult acknowledge(ShardOp.Acknowledge op, Effects effects) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        if (record == null) {
            return STALE;
        }
        Session session = record.session;
        if (session == null) {
            return new OpResult.Refused(ReasonCodes.PACKET_IDENTIFIER_NOT_FOUND);
        }
        AckOutcome outcome = switch (op.kind()) {
            case PUBACK -> session.puback(op.packetId());
            case PUBREC -> session.pubrec(op.packetId(), op.reasonCode());
            case PUBCOMP -> session.pubcomp(op.packetId());
        };
        return switch (outcome) {
            case DONE, SEND_PUBREL -> {
                fanOut.drain(record, effects);
                yield OK;
            }
            case NOT_FOUND -> new OpResult.Refused(ReasonCodes.PACKET_IDENTIFIER_NOT_FOUND);
            case PROTOCOL_ERROR -> new OpResult.Refused(ReasonCodes.PROTOCOL_ERROR);
        };
    }

    OpResult redeliver(ShardOp.Redeliver op, Effects effects) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        ConnectionId connection = record == null ? null : record.connection;
        if (record == null || connection == null) {
            return STALE;
        }
        Session session = record.session;
        if (session != null) {
            for (Outgoing again : session.sentSince(op.fromDelivery())) {
                effects.deliver(record, connection, again);
            }
        }
        return OK;
    }
}
