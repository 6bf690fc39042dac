package io.lacewing.node.metrics;

import java.util.List;

/** Names of the MQTT control packet types (2.1.2), in the order of their numbers 1 to 15. */
final class PacketTypes {
    static final List<String> NAMES = List.of(
            "connect",
            "connack",
            "publish",
            "puback",
            "pubrec",
            "pubrel",
            "pubcomp",
            "subscribe",
            "suback",
            "unsubscribe",
            "unsuback",
            "pingreq",
            "pingresp",
            "disconnect",
            "auth");

    private PacketTypes() {}
}
