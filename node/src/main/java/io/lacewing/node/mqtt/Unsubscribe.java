package io.lacewing.node.mqtt;

import java.util.List;

/**
 * An UNSUBSCRIBE (3.10).
 *
 * @param packetId 1 to 65,535
 * @param filters at least one [MQTT-3.10.3-2]; not yet checked by the rules of 4.7
 */
public record Unsubscribe(int packetId, List<String> filters) implements Packet {}
