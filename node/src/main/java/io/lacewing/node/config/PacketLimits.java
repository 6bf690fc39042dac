package io.lacewing.node.config;

import java.util.List;

/**
 * Bounds on what one packet may hold and on how much a client may send ahead of acknowledgements.
 *
 * @param maxPacketSize the largest packet taken, in bytes, fixed header included
 * @param receiveMaximum how many QoS 1 and 2 PUBLISH a client may have unacknowledged (3.2.2.3.3)
 * @param topicAliasMaximum how many topic aliases a client may use towards the broker (3.2.2.3.8)
 * @param maxTopicLevels the most levels of a topic name or filter
 */
public record PacketLimits(long maxPacketSize, int receiveMaximum, int topicAliasMaximum, int maxTopicLevels) {
    static final Key<Long> MAX_PACKET_SIZE = new Key<>(
            "limits.maxPacketSize",
            KeyType.size(1 << 10, 256L << 20),
            "1MiB",
            "Largest packet taken from a client, fixed header included.");
    static final Key<Integer> RECEIVE_MAXIMUM = new Key<>(
            "limits.receiveMaximum",
            KeyType.integer(1, 65_535),
            "1000",
            "QoS 1 and 2 messages that a client may have sent without acknowledgement.");
    static final Key<Integer> TOPIC_ALIAS_MAXIMUM = new Key<>(
            "limits.topicAliasMaximum",
            KeyType.integer(0, 65_535),
            "16",
            "Topic aliases that a client may use towards the broker. 0: none.");
    static final Key<Integer> MAX_TOPIC_LEVELS = new Key<>(
            "limits.maxTopicLevels",
            KeyType.integer(1, 65_535),
            "128",
            "Most levels (parts between slashes) of a topic or a filter.");
    static final List<Key<?>> KEYS = List.of(MAX_PACKET_SIZE, RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM, MAX_TOPIC_LEVELS);

    static PacketLimits from(Settings settings) {
        return new PacketLimits(
                settings.get(MAX_PACKET_SIZE),
                settings.get(RECEIVE_MAXIMUM),
                settings.get(TOPIC_ALIAS_MAXIMUM),
                settings.get(MAX_TOPIC_LEVELS));
    }
}
