package io.lacewing.node.mqtt;

/**
 * A packet that a client sent, checked against everything the standard says about its form. PUBACK, PUBREC, PUBREL
 * and PUBCOMP have no object of their own: see {@link PacketHandler}.
 */
public sealed interface Packet permits Connect, Publish, Subscribe, Unsubscribe, Pingreq, Disconnect, Auth {}
