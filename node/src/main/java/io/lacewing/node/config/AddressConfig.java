package io.lacewing.node.config;

import java.util.List;

/**
 * Where a node is reached by the others of its cluster.
 *
 * @param bind the one address that cluster traffic uses; the others must reach it
 * @param port Hazelcast's port
 * @param eventBusPort the port of the clustered event bus, which carries messages between nodes; 0: any free one
 */
public record AddressConfig(String bind, int port, int eventBusPort) {
    static final Key<String> BIND = new Key<>(
            "cluster.bind",
            KeyType.host(),
            "127.0.0.1",
            "Address of this node for traffic between nodes; the others must reach it. Nothing else is bound.");
    static final Key<Integer> PORT =
            new Key<>("cluster.port", KeyType.fixedPort(), "5701", "Port for membership and replicated state.");
    static final Key<Integer> EVENT_BUS_PORT = new Key<>(
            "cluster.eventBus.port",
            KeyType.listenPort(),
            "5801",
            "Port for messages between nodes. 0: any free one; the others are told.");
    static final List<Key<?>> KEYS = List.of(BIND, PORT, EVENT_BUS_PORT);

    static AddressConfig from(Settings settings) {
        return new AddressConfig(settings.get(BIND), settings.get(PORT), settings.get(EVENT_BUS_PORT));
    }
}
