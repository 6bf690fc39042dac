package io.lacewing.node.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How nodes form a cluster ({@code cluster.*}).
 *
 * @param enabled false: the node is alone, and nothing else here matters
 * @param name nodes with another name are not let in
 * @param size how many nodes must have met before the cluster forms for the first time
 * @param address where this node is reached by the others
 * @param discovery how it finds them
 * @param netsplit what it does when they don't answer
 * @param tls of the messages between nodes; null: they go as they are
 */
public record ClusterConfig(
        boolean enabled,
        String name,
        int size,
        AddressConfig address,
        DiscoveryConfig discovery,
        NetsplitConfig netsplit,
        @Nullable PeerTlsConfig tls) {
    static final Key<Boolean> ENABLED = new Key<>(
            "cluster.enabled", KeyType.bool(), "false", "Whether the node is one of a cluster. `false`: it is alone.");
    static final Key<String> NAME = new Key<>(
            "cluster.name",
            KeyType.text("1 to 64 letters, digits, '.', '_' or '-'", "[A-Za-z0-9._-]{1,64}"),
            "lacewing",
            "Name of the cluster; nodes of another name don't join.");
    static final Key<Integer> SIZE = new Key<>(
            "cluster.size",
            KeyType.integer(1, 64),
            "3",
            "Number of nodes that must have met before the cluster forms for the first time; later it may grow.");
    static final List<Key<?>> KEYS = List.of(ENABLED, NAME, SIZE);

    static ClusterConfig from(Settings settings) {
        ClusterConfig config = new ClusterConfig(
                settings.get(ENABLED),
                settings.get(NAME),
                settings.get(SIZE),
                AddressConfig.from(settings),
                DiscoveryConfig.from(settings),
                NetsplitConfig.from(settings),
                PeerTlsConfig.from(settings));
        if (config.enabled) {
            config.discovery.checkFor(config.size, settings);
        }
        return config;
    }
}
