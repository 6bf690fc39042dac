package io.lacewing.node.config;

import java.util.List;

/**
 * Bounds on what one packet may hold and on how much a client may send ahead of acknowledgements.
 *
 * @param maxPacketSize the largest packet taken, in bytes, fixed header included
 * @param receiveMaximum how many QoS 1 and 2 PUBLISH a client may have unacknowledged (3.2.2.3.3)
 * @param topicAliasMaximum how many topic aliases a client may use towards the broker (3.2.2.3.8)
 * @param maxTopicLevels the most levels of a topic name or filter
 * @param maxTopicLength the most bytes of a topic name or filter
 * @param maxClientIdLength the most bytes of a client id
 * @param maxUserProperties the most user properties of one packet
 * @param maxFiltersPerSubscribe the most filters of one SUBSCRIBE
 */
public record PacketLimits(
        long maxPacketSize,
        int receiveMaximum,
        int topicAliasMaximum,
        int maxTopicLevels,
        int maxTopicLength,
        int maxClientIdLength,
        int maxUserProperties,
        int maxFiltersPerSubscribe) {
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
            "Most levels (parts between slashes) of a topic or a filter. A PUBLISH beyond ends the connection (0x90), a"
                    + " filter beyond is refused (0x8F).");
    static final Key<Integer> MAX_TOPIC_LENGTH = new Key<>(
            "limits.maxTopicLength",
            KeyType.integer(1, 65_535),
            "65535",
            "Most bytes of a topic or a filter, in UTF-8. What is longer is refused as with `limits.maxTopicLevels`.");
    static final Key<Integer> MAX_CLIENT_ID_LENGTH = new Key<>(
            "limits.maxClientIdLength",
            KeyType.integer(23, 65_535),
            "1024",
            "Most bytes of a client id, in UTF-8. A CONNECT with a longer one is refused with 0x85, or 2 before MQTT 5.");
    static final Key<Integer> MAX_USER_PROPERTIES = new Key<>(
            "limits.maxUserProperties",
            KeyType.integer(0, 65_535),
            "100",
            "Most user properties of one packet; those of a will count by themselves. More end the connection with 0x97,"
                    + " quota exceeded.");
    static final Key<Integer> MAX_FILTERS_PER_SUBSCRIBE = new Key<>(
            "limits.maxFiltersPerSubscribe",
            KeyType.integer(1, 65_535),
            "1000",
            "Most filters of one SUBSCRIBE. Those behind are refused with 0x97, quota exceeded, or 0x80 before MQTT 5.");
    static final List<Key<?>> KEYS = List.of(
            MAX_PACKET_SIZE,
            RECEIVE_MAXIMUM,
            TOPIC_ALIAS_MAXIMUM,
            MAX_TOPIC_LEVELS,
            MAX_TOPIC_LENGTH,
            MAX_CLIENT_ID_LENGTH,
            MAX_USER_PROPERTIES,
            MAX_FILTERS_PER_SUBSCRIBE);

    static PacketLimits from(Settings settings) {
        return new PacketLimits(
                settings.get(MAX_PACKET_SIZE),
                settings.get(RECEIVE_MAXIMUM),
                settings.get(TOPIC_ALIAS_MAXIMUM),
                settings.get(MAX_TOPIC_LEVELS),
                settings.get(MAX_TOPIC_LENGTH),
                settings.get(MAX_CLIENT_ID_LENGTH),
                settings.get(MAX_USER_PROPERTIES),
                settings.get(MAX_FILTERS_PER_SUBSCRIBE));
    }
}
