package io.lacewing.persistence.shard;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import java.util.List;

/**
 * Something that a persistent session sends to its connected client. Deliveries of one attach epoch are numbered from 1
 * without gaps, but those of QoS 0, which have number 0 and are not repeated.
 */
public sealed interface Delivery {
    String clientId();

    ConnectionId connection();

    long epoch();

    long number();

    /**
     * A PUBLISH.
     *
     * @param clientId whose session
     * @param connection where it goes
     * @param epoch the attach epoch
     * @param number 1, 2, ... or 0 at QoS 0
     * @param packetId 1 to 65,535, or 0 at QoS 0
     * @param qos the level it is sent at
     * @param dup true if it may have been sent by an earlier connection [MQTT-3.3.1-1]
     * @param retain the RETAIN flag to send
     * @param identifiers the subscription identifiers to send
     * @param message the message
     */
    record Publish(
            String clientId,
            ConnectionId connection,
            long epoch,
            long number,
            int packetId,
            Qos qos,
            boolean dup,
            boolean retain,
            List<Integer> identifiers,
            Message message)
            implements Delivery {}

    /** A PUBREL sent again after the client came back. */
    record Pubrel(String clientId, ConnectionId connection, long epoch, long number, int packetId)
            implements Delivery {}
}
