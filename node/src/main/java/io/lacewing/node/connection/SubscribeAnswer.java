package io.lacewing.node.connection;

import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Subscribe;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A SUBSCRIBE that is being answered: which of its entries make subscriptions, and the code of each. */
final class SubscribeAnswer {
    private final int packetId;
    private final ReasonCode[] codes;
    private final int[] places;
    private final List<Subscription> subscriptions = new ArrayList<>();

    /** How many new subscriptions the session may still have. */
    private int room;

    /**
     * Checks the entries of a SUBSCRIBE; the faulty ones have their code already.
     *
     * @param session the client's session, which says which filters are new to it
     */
    SubscribeAnswer(Subscribe packet, ClientSession session, ConnectionLimits limits) {
        this.packetId = packet.packetId();
        List<Subscribe.Entry> entries = packet.entries();
        this.codes = new ReasonCode[entries.size()];
        this.places = new int[entries.size()];
        this.room = limits.maxSubscriptions() - session.subscriptionCount();
        for (int i = 0; i < codes.length; i++) {
            codes[i] = check(entries.get(i), packet.identifier(), session, limits.maxTopicLevels());
            if (!codes[i].isError()) {
                places[subscriptions.size() - 1] = i;
            }
        }
    }

    private ReasonCode check(Subscribe.Entry entry, int identifier, ClientSession session, int maxLevels) {
        TopicFilter filter = entry.filter();
        if (filter.levelCount() > maxLevels) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        if (!session.isSubscribed(filter) && --room < 0) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        subscriptions.add(new Subscription(
                filter, entry.qos(), entry.noLocal(), entry.retainAsPublished(), entry.retainHandling(), identifier));
        return granted(entry);
    }

    private static ReasonCode granted(Subscribe.Entry entry) {
        return switch (entry.qos()) {
            case AT_MOST_ONCE -> ReasonCode.SUCCESS;
            case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
            case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
        };
    }

    int packetId() {
        return packetId;
    }

    /** The entries that are in order, in their order. */
    List<Subscription> subscriptions() {
        return subscriptions;
    }

    /** One code per entry of the packet, in its order. */
    List<ReasonCode> codes() {
        return List.of(codes);
    }

    /** The subscription of this place in {@link #subscriptions} could not be made. */
    void failed(int place, ReasonCode code) {
        codes[places[place]] = code;
    }

    /** None of the subscriptions could be made. */
    void failed(ReasonCode code) {
        for (int i = 0; i < subscriptions.size(); i++) {
            failed(i, code);
        }
    }

    /** True if the subscription of this place was made and is owed retained messages (3.8.3.1). */
    boolean wantsRetained(int place, boolean existed) {
        Subscription subscription = subscriptions.get(place);
        if (codes[places[place]].isError() || subscription.filter().isShared()) {
            return false;
        }
        return subscription.retainHandling() == RetainHandling.SEND
                || (subscription.retainHandling() == RetainHandling.SEND_IF_NEW && !existed);
    }

    @Override
    public String toString() {
        return packetId + " " + subscriptions + " " + Arrays.toString(codes);
    }
}
