package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.TopicFilter;
import java.util.List;

/**
 * A SUBSCRIBE (3.8).
 *
 * @param packetId 1 to 65,535
 * @param entries at least one [MQTT-3.8.3-2]
 * @param identifier the subscription identifier, 1 to 268,435,455, or 0 if not given
 */
public record Subscribe(int packetId, List<Entry> entries, int identifier) implements Packet {

    /** One filter and its options. */
    public record Entry(
            TopicFilter filter, Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {}
}
