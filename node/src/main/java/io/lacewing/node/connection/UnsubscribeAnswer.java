package io.lacewing.node.connection;

import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Unsubscribe;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An UNSUBSCRIBE that is being answered: its valid filters, and the code of each, valid or not. */
final class UnsubscribeAnswer {
    private final int packetId;
    private final ReasonCode[] codes;
    private final int[] places;
    private final List<TopicFilter> filters = new ArrayList<>();

    /**
     * Checks the filters of an UNSUBSCRIBE; the invalid ones have their code already.
     *
     * @param mount where the topics of the client's tenant are; null if it is of none
     */
    UnsubscribeAnswer(Unsubscribe packet, @Nullable Mount mount) {
        this.packetId = packet.packetId();
        this.codes = new ReasonCode[packet.filters().size()];
        this.places = new int[codes.length];
        // Until the session has said more.
        Arrays.fill(codes, ReasonCode.UNSPECIFIED_ERROR);
        for (int i = 0; i < codes.length; i++) {
            try {
                TopicFilter own = TopicFilter.of(packet.filters().get(i));
                TopicFilter filter = mount == null ? own : mount.mounted(own);
                places[filters.size()] = i;
                filters.add(filter);
            } catch (TopicException invalid) {
                codes[i] = ReasonCode.TOPIC_FILTER_INVALID;
            }
        }
    }

    int packetId() {
        return packetId;
    }

    /** The valid filters, in their order. */
    List<TopicFilter> filters() {
        return filters;
    }

    /** The filter of this place in {@link #filters} is not subscribed to any more; {@code existed} if it was before. */
    void done(int place, boolean existed) {
        codes[places[place]] = existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED;
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
