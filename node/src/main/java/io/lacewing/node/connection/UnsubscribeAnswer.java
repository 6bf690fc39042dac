package io.lacewing.node.connection;

import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Unsubscribe;
import io.lacewing.router.TopicFilter;
import java.util.Arrays;
import java.util.List;

/** An UNSUBSCRIBE that is being answered: its filters, and the code of each. */
final class UnsubscribeAnswer {
    private final int packetId;
    private final List<TopicFilter> filters;
    private final ReasonCode[] codes;

    UnsubscribeAnswer(Unsubscribe packet) {
        this.packetId = packet.packetId();
        this.filters = packet.filters();
        this.codes = new ReasonCode[filters.size()];
        // Until the session has said more.
        Arrays.fill(codes, ReasonCode.UNSPECIFIED_ERROR);
    }

    int packetId() {
        return packetId;
    }

    /** In the order of the packet. */
    List<TopicFilter> filters() {
        return filters;
    }

    /** The filter of this place in {@link #filters} is not subscribed to any more; {@code existed} if it was before. */
    void done(int place, boolean existed) {
        codes[place] = existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED;
    }

    /** One code per filter of the packet, in its order. */
    List<ReasonCode> codes() {
        return List.of(codes);
    }

    @Override
    public String toString() {
        return packetId + " " + filters + " " + Arrays.toString(codes);
    }
}
