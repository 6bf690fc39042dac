package io.lacewing.persistence.shard;

import io.lacewing.persistence.codec.Hash64;
import io.lacewing.persistence.session.Outgoing;
import io.lacewing.persistence.session.Session;
import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import java.util.ArrayList;
import java.util.List;

/** What one batch brings about, gathered while it is applied. */
final class Effects {
    private static final List<Integer> NO_IDENTIFIERS = List.of();

    final List<Applied.Answer> answers = new ArrayList<>();
    final List<Delivery> deliveries = new ArrayList<>();
    final List<NearlyFull> nearlyFull = new ArrayList<>(0);

    /** The record's queue has become nearly full. */
    void nearlyFull(ClientRecord record, Session session, SessionLimits limits) {
        nearlyFull.add(new NearlyFull(record.clientId, session.queued(), session.queuedBytes(), limits));
    }

    /** Something that the record's session has just sent, or sends once more. */
    void deliver(ClientRecord record, ConnectionId connection, Outgoing outgoing) {
        Message message = outgoing.message();
        deliveries.add(
                message == null
                        ? new Delivery.Pubrel(
                                record.clientId, connection, record.epoch, outgoing.delivery(), outgoing.packetId())
                        : new Delivery.Publish(
                                record.clientId,
                                connection,
                                record.epoch,
                                outgoing.delivery(),
                                outgoing.packetId(),
                                outgoing.qos(),
                                outgoing.dup(),
                                outgoing.retain(),
                                outgoing.identifiers(),
                                message));
    }

    /** A message at QoS 0: sent at once and not kept. */
    void deliver(
            ClientRecord record, ConnectionId connection, Message message, boolean retain, List<Integer> identifiers) {
        deliveries.add(new Delivery.Publish(
                record.clientId,
                connection,
                record.epoch,
                0,
                0,
                Qos.AT_MOST_ONCE,
                false,
                retain,
                identifiers.isEmpty() ? NO_IDENTIFIERS : identifiers,
                message));
    }

    /** {@code hash} with what came about mixed in: replicas that differ in it part company here. */
    long digest(long hash, List<Owed> owed) {
        long h = hash;
        for (Applied.Answer answer : answers) {
            h = Hash64.mix(h, answer.number());
            h = Hash64.mix(
                    h,
                    switch (answer) {
                        case Applied.Answer.Gap gap -> -1 - gap.last();
                        case Applied.Answer.Result result -> digest(result.result());
                    });
        }
        for (Delivery delivery : deliveries) {
            h = Hash64.mix(h, delivery.epoch());
            h = Hash64.mix(h, delivery.number());
            h = Hash64.mix(
                    h,
                    switch (delivery) {
                        case Delivery.Publish publish ->
                            publish.packetId() | (publish.qos().value() << 16) | (publish.dup() ? 1 << 18 : 0);
                        case Delivery.Pubrel pubrel -> pubrel.packetId() | 1 << 19;
                    });
        }
        for (Owed entry : owed) {
            h = Hash64.mix(h, entry.id());
        }
        return h;
    }

    private static long digest(OpResult result) {
        long awaits = Hash64.mix(0, result.awaits().size());
        return switch (result) {
            case OpResult.Attached attached ->
                Hash64.mix(awaits, attached.epoch() * 4 + (attached.sessionPresent() ? 1 : 2));
            case OpResult.Subscribed subscribed -> Hash64.mix(awaits, bits(subscribed.existed()));
            case OpResult.Unsubscribed unsubscribed -> Hash64.mix(3, bits(unsubscribed.existed()));
            case OpResult.Listed listed -> Hash64.mix(8, listed.subscriptions().size());
            case OpResult.Published published -> Hash64.mix(4 + 8L * published.rejected(), published.taken());
            case OpResult.Ok ok -> 5;
            case OpResult.Refused refused -> Hash64.mix(6, refused.reasonCode());
            case OpResult.Stale stale -> 7;
        };
    }

    private static long bits(List<Boolean> flags) {
        long bits = 1;
        for (boolean flag : flags) {
            bits = bits * 3 + (flag ? 1 : 0);
        }
        return bits;
    }
}
