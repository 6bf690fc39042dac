package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Packet;
import io.lacewing.conformance.wire.Property;

/**
 * What the broker says of itself in the CONNACK of MQTT 5. For MQTT 3.1.1, that has no way to say so, a broker is taken to be
 * able to do everything.
 *
 * @param maximumQos 0, 1 or 2
 * @param receiveMaximum how many QoS 1 and 2 messages it takes at a time
 * @param maximumPacketSize in bytes; Long.MAX_VALUE if it names no bound
 * @param serverKeepAlive the keep alive in seconds that it gives a client which asks for none; 0 if it gives none
 * @param topicAliasMaximum how many topic aliases it takes
 */
public record Capabilities(
        int maximumQos,
        boolean retain,
        boolean wildcards,
        boolean subscriptionIdentifiers,
        boolean sharedSubscriptions,
        int receiveMaximum,
        long maximumPacketSize,
        int serverKeepAlive,
        int topicAliasMaximum) {

    /** Everything, as for MQTT 3.1.1. */
    public static final Capabilities ALL = new Capabilities(2, true, true, true, true, 65_535, Long.MAX_VALUE, 0, 0);

    /** What a CONNACK says, the answer to a CONNECT without a keep alive. */
    public static Capabilities of(Packet connack) {
        return new Capabilities(
                (int) connack.number(Property.MAXIMUM_QOS, 2),
                connack.number(Property.RETAIN_AVAILABLE, 1) == 1,
                connack.number(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, 1) == 1,
                connack.number(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, 1) == 1,
                connack.number(Property.SHARED_SUBSCRIPTION_AVAILABLE, 1) == 1,
                (int) connack.number(Property.RECEIVE_MAXIMUM, 65_535),
                connack.number(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
                (int) connack.number(Property.SERVER_KEEP_ALIVE, 0),
                (int) connack.number(Property.TOPIC_ALIAS_MAXIMUM, 0));
    }
}
