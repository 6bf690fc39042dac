package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.Outgoing;
import io.lacewing.persistence.session.QueuePolicy;
import io.lacewing.persistence.session.Session;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages to the sessions of the shard.
 *
 * <p>A session with several plain subscriptions that match gets one copy: at the highest granted QoS [MQTT-3.3.4-2], with
 * all their identifiers [MQTT-3.3.4-4], and with the RETAIN flag as published if any of them asked for that [MQTT-3.3.1-12,
 * MQTT-3.3.1-13]. A subscription with No Local does not count for the session's own messages [MQTT-3.8.3-3].
 */
final class FanOut {
    private static final OpResult.Ok OK = new OpResult.Ok();
    private static final OpResult.Stale STALE = new OpResult.Stale();
    private static final OpResult.Refused FULL = new OpResult.Refused(ReasonCodes.QUOTA_EXCEEDED);

    private final ShardState state;
    private final List<ClientRecord> matched = new ArrayList<>();
    private final BiConsumer<ClientRecord, Subscription> visitor = this::visit;
    private @Nullable String publisher;

    /** Of the message of the moment. */
    private int taken;

    private int rejected;

    FanOut(ShardState state) {
        this.state = state;
    }

    OpResult publish(ShardOp.Publish op, Effects effects) {
        if (refusesAll()) {
            state.ledger.dropped(DropCause.SHARD_FULL);
            return FULL;
        }
        Message message = state.own(op.message());
        taken = 0;
        rejected = 0;
        if (op.plain()) {
            toPlain(message, effects);
        }
        for (TopicFilter group : op.groups()) {
            toGroup(message, group, effects);
        }
        return new OpResult.Published(taken, rejected);
    }

    /** As it was before a full shard could make room: it refuses a message for all of its sessions. */
    private boolean refusesAll() {
        return state.behaviour < Shard.MAKES_ROOM && state.isFull();
    }

    private void toPlain(Message message, Effects effects) {
        publisher = message.publisher();
        state.subscribers.match(message.topic(), visitor);
        if (matched.size() > 1) {
            Collections.sort(matched);
        }
        for (ClientRecord record : matched) {
            Qos granted = record.matched == null ? Qos.AT_MOST_ONCE : record.matched;
            boolean retain = message.retain() && record.matchedRetain;
            List<Integer> identifiers = inOrder(record.matchedIdentifiers);
            record.forgetMatch();
            RetainedNotes notes = record.notes;
            if (notes != null && message.retainedVersion() != 0) {
                notes.saw(message, state.limits.maxRetainedNotes());
            }
            give(record, message, new Terms(granted.min(message.qos()), retain, identifiers, null), effects);
        }
        matched.clear();
        publisher = null;
    }

    private void visit(ClientRecord record, Subscription subscription) {
        boolean own = subscription.noLocal() && record.clientId.equals(publisher);
        if (!own && record.match(subscription)) {
            matched.add(record);
        }
    }

    /** The order of visits is no state of the shard, so it may not show. */
    private static List<Integer> inOrder(List<Integer> identifiers) {
        if (identifiers.size() < 2) {
            return identifiers;
        }
        Collections.sort(identifiers);
        return identifiers;
    }

    /** To one member; if the group has left the shard since it was picked, the message looks for it elsewhere. */
    private void toGroup(Message message, TopicFilter filter, Effects effects) {
        ShareGroupMembers group = state.subscribers.group(filter);
        if (group == null) {
            state.outbox.passOn(filter, message);
            return;
        }
        ShareGroupMembers.Member member = group.next();
        Subscription subscription = member.subscription();
        Terms terms = new Terms(
                subscription.qos().min(message.qos()), // [MQTT-4.8.2-3]
                message.retain() && subscription.retainAsPublished(),
                subscription.identifier() == 0 ? List.of() : List.of(subscription.identifier()),
                filter);
        give(member.record(), message, terms, effects);
    }

    OpResult retained(ShardOp.EnqueueRetained op, Effects effects) {
        ClientRecord record = state.attached(op.clientId(), op.epoch());
        if (record == null) {
            return STALE;
        }
        Subscription subscription = op.subscription();
        RetainedNotes notes = record.notes;
        Map<String, Long> seen = notes == null ? Map.of() : notes.close(subscription.filter());
        if (!record.subscriptions.containsKey(subscription.filter())) {
            return OK; // unsubscribed meanwhile
        }
        if (refusesAll()) {
            op.messages().forEach(message -> state.ledger.dropped(DropCause.SHARD_FULL));
            return FULL;
        }
        List<Integer> identifiers = subscription.identifier() == 0 ? List.of() : List.of(subscription.identifier());
        for (Message retained : op.messages()) {
            Long overtaken = seen.get(retained.topic().value());
            boolean outdated = overtaken != null && overtaken >= retained.retainedVersion();
            boolean own = subscription.noLocal() && record.clientId.equals(retained.publisher());
            if (!outdated && !own) {
                Qos qos = subscription.qos().min(retained.qos());
                give(record, state.own(retained), new Terms(qos, true, identifiers, null), effects);
            }
        }
        return OK;
    }

    /** Sends what the session has to send and the window lets through. */
    void drain(ClientRecord record, Effects effects) {
        Session session = record.session;
        ConnectionId connection = record.connection;
        if (session == null || connection == null) {
            return;
        }
        for (Outgoing next = session.next(state.time); next != null; next = session.next(state.time)) {
            effects.deliver(record, connection, next);
        }
        state.followQueue(record);
    }

    /** How a session gets a message. */
    private record Terms(
            Qos qos,
            boolean retain,
            List<Integer> identifiers,
            @Nullable TopicFilter group) {}

    private void give(ClientRecord record, Message message, Terms terms, Effects effects) {
        Session session = record.session;
        ConnectionId connection = record.connection;
        if (session == null) {
            return; // a transient presence has no subscriptions here
        }
        if (terms.qos != Qos.AT_MOST_ONCE) {
            offer(record, session, message, terms, effects);
        } else if (message.isExpired(state.time)) {
            state.ledger.dropped(DropCause.EXPIRED);
        } else if (connection != null && !session.holdsQos0()) {
            taken++;
            effects.deliver(record, connection, message, terms.retain, terms.identifiers);
        } else if (connection != null || state.limits.session().queueQos0()) {
            offer(record, session, message, terms, effects);
        } else {
            state.ledger.dropped(DropCause.OFFLINE);
        }
    }

    private void offer(ClientRecord record, Session session, Message message, Terms terms, Effects effects) {
        boolean warned = session.isNearlyFull();
        switch (session.fate(message, terms.qos, state.time)) {
            case SENT, QUEUED -> {
                if (!hasRoom(message)) {
                    state.ledger.dropped(DropCause.SHARD_FULL);
                    rejected += state.limits.session().policy() == QueuePolicy.REJECT ? 1 : 0;
                    return;
                }
                taken++;
            }
            case REJECTED -> rejected++;
            case DROPPED -> {
                // counted by the session, with its cause
            }
        }
        Outgoing now = session.offer(message, terms.qos, terms.retain, terms.identifiers, terms.group, state.time);
        ConnectionId connection = record.connection;
        if (now != null && connection != null) {
            effects.deliver(record, connection, now);
        }
        state.followQueue(record);
        if (!warned && session.isNearlyFull()) {
            effects.nearlyFull(record, session, state.limits.session());
        }
    }

    /** Before room could be made there was a look at the shard's bound once for each message, not for each session. */
    private boolean hasRoom(Message message) {
        return state.behaviour < Shard.MAKES_ROOM || state.room.isThereFor(message);
    }
}
