package io.lacewing.node.mqtt;

import java.util.List;

/**
 * An UNSUBSCRIBE (3.10).
 *
 * @param packetId 1 to 65,535
 * @param filters at least one [MQTT-3.10.3-2], as those of {@link Subscribe.Entry}
 */
public record Unsubscribe(int packetId, List<String> filters) implements Packet {}
