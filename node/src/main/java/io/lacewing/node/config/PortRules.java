package io.lacewing.node.config;

import java.util.ArrayList;
import java.util.List;

/** No two parts of a node may be given the same port, as far as that can be seen without binding. */
final class PortRules {
    private record Use(String key, String host, int port) {
        boolean collidesWith(Use other) {
            boolean sameHost = host.equals(other.host) || isWildcard(host) || isWildcard(other.host);
            return port != 0 && port == other.port && sameHost;
        }

        private static boolean isWildcard(String host) {
            return host.equals("0.0.0.0") || host.equals("::");
        }
    }

    private PortRules() {}

    static void check(NodeConfig config, Settings settings) {
        List<Use> uses = new ArrayList<>();
        List<ListenerConfig> listeners = config.listeners();
        for (int i = 0; i < listeners.size(); i++) {
            ListenerConfig listener = listeners.get(i);
            uses.add(new Use(ListenerConfig.PORT.at(i), listener.host(), listener.port()));
        }
        HttpConfig http = config.monitoring().http();
        if (http.enabled()) {
            uses.add(new Use(HttpConfig.PORT.name(), http.host(), http.port()));
        }
        if (config.cluster().enabled()) {
            AddressConfig address = config.cluster().address();
            uses.add(new Use(AddressConfig.PORT.name(), address.bind(), address.port()));
            uses.add(new Use(AddressConfig.EVENT_BUS_PORT.name(), address.bind(), address.eventBusPort()));
        }
        for (int i = 0; i < uses.size(); i++) {
            for (int j = 0; j < i; j++) {
                refuseCollision(uses.get(j), uses.get(i), settings);
            }
        }
    }

    private static void refuseCollision(Use first, Use second, Settings settings) {
        if (second.collidesWith(first)) {
            // Name the one that someone wrote, if only one was.
            boolean blameFirst = settings.isSet(first.key) && !settings.isSet(second.key);
            Use blamed = blameFirst ? first : second;
            Use other = blameFirst ? second : first;
            throw settings.refuse(blamed.key, "port " + blamed.port + " is taken by " + other.key + " too");
        }
    }
}
