package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import java.util.List;

/**
 * A SUBSCRIBE (3.8).
 *
 * @param packetId 1 to 65,535
 * @param entries at least one [MQTT-3.8.3-2]
 * @param identifier the subscription identifier, 1 to 268,435,455, or 0 if not given
 */
public record Subscribe(int packetId, List<Entry> entries, int identifier) implements Packet {

    /**
     * One filter and its options. The filter keeps the rules of 4.7 and, from a client of MQTT 5, those of 4.8.2; one of
     * MQTT 3 with a faulty share group is answered in its SUBACK code.
     */
    public record Entry(
            String filter, Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {}
}
