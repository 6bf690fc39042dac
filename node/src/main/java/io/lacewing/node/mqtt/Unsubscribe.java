package io.lacewing.node.mqtt;

import io.lacewing.router.TopicFilter;
import java.util.List;

/**
 * An UNSUBSCRIBE (3.10).
 *
 * @param packetId 1 to 65,535
 * @param filters at least one [MQTT-3.10.3-2]
 */
public record Unsubscribe(int packetId, List<TopicFilter> filters) implements Packet {}
