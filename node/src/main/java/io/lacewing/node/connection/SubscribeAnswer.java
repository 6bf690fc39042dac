package io.lacewing.node.connection;

import io.lacewing.node.auth.Authorization.OnDenied;
import io.lacewing.node.mqtt.Connack.Capabilities;
import io.lacewing.node.mqtt.ProtocolVersion;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Subscribe;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A SUBSCRIBE that is being answered: which of its entries make subscriptions, and the code of each. */
final class SubscribeAnswer {
    private final int packetId;
    private final ReasonCode[] codes;
    private final int[] places;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<String> denied = new ArrayList<>(0);

    /** How many new subscriptions the session may still have. */
    private int room;

    private @Nullable ReasonCode unsupported;

    /**
     * Checks the entries of a SUBSCRIBE; the faulty ones have their code already.
     *
     * @param session the client's session, which says which filters are new to it
     * @param can what subscriptions there are
     * @param proof who the client is, and so what it may do, and where its topics are
     */
    SubscribeAnswer(Subscribe packet, ClientSession session, ConnectionLimits limits, Capabilities can, Proof proof) {
        this.packetId = packet.packetId();
        List<Subscribe.Entry> entries = packet.entries();
        this.codes = new ReasonCode[entries.size()];
        this.places = new int[entries.size()];
        this.room = session.subscriptionRoom(limits.maxSubscriptions());
        if (packet.identifier() != 0 && !can.subscriptionIdentifiers()) {
            unsupported = ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED;
        }
        for (int i = 0; i < codes.length; i++) {
            codes[i] = i < limits.maxFilters()
                    ? check(entries.get(i), packet.identifier(), session, limits.topics(), can, proof)
                    : ReasonCode.QUOTA_EXCEEDED;
            if (!codes[i].isError()) {
                places[subscriptions.size() - 1] = i;
            }
        }
    }

    private ReasonCode check(
            Subscribe.Entry entry,
            int identifier,
            ClientSession session,
            TopicBounds bounds,
            Capabilities can,
            Proof proof) {
        Mount mount = proof.mount();
        TopicFilter own;
        TopicFilter filter;
        try {
            own = TopicFilter.of(entry.filter());
            filter = mount == null ? own : mount.mounted(own);
        } catch (TopicException invalid) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        if (!bounds.allow(own)) {
            return ReasonCode.TOPIC_FILTER_INVALID;
        }
        ReasonCode missing = missing(filter, can);
        if (missing != null) {
            unsupported = missing;
            return missing;
        }
        // What is asked for is accepted, and what there is is granted [MQTT-3.2.2-10].
        Qos qos = entry.qos().min(can.maximumQos());
        if (!maySubscribe(own, qos, proof)) {
            denied.add(entry.filter());
            return ReasonCode.NOT_AUTHORIZED;
        }
        if (!session.isSubscribed(filter) && --room < 0) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        subscriptions.add(new Subscription(
                filter, qos, entry.noLocal(), entry.retainAsPublished(), entry.retainHandling(), identifier));
        return granted(qos);
    }

    private static boolean maySubscribe(TopicFilter own, Qos qos, Proof proof) {
        Permissions permissions = proof.permissions();
        if (proof.mount() != null && Mount.isRefused(own)) {
            return false;
        }
        boolean may = permissions == null ? !Mount.touchesTenants(own) : permissions.maySubscribe(own, qos);
        return may && !Permissions.isClosed(own);
    }

    private static @Nullable ReasonCode missing(TopicFilter filter, Capabilities can) {
        if (filter.isShared() && !can.sharedSubscriptions()) {
            return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (filter.hasWildcard() && !can.wildcardSubscriptions()) {
            return ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        return null;
    }

    private static ReasonCode granted(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> ReasonCode.SUCCESS;
            case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
            case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
        };
    }

    /**
     * False if the connection has been ended instead: what the CONNACK has ruled out is a protocol error for a v5 client, which
     * has been told (3.2.2.3.11 to 3.2.2.3.13; an older one gets the codes of the entries), and what is not allowed may be
     * configured to end it.
     */
    boolean isAnswerable(Connection connection, OnDenied effect, ProtocolVersion version) {
        denied.forEach(filter -> connection.proof().forbidden(Forbidden.SUBSCRIBE, filter));
        ReasonCode missing = unsupported;
        if (missing != null && version.isV5()) {
            connection.disconnect(missing, "a subscription of a kind that the CONNACK has ruled out");
            return false;
        }
        if (!denied.isEmpty() && effect == OnDenied.DISCONNECT) {
            connection.disconnect(ReasonCode.NOT_AUTHORIZED, "a subscription that is not allowed");
            return false;
        }
        return true;
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
