package io.lacewing.node.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node finds the others of its cluster ({@code cluster.discovery.*}).
 *
 * @param type the way
 * @param members {@code host:port} of nodes to ask; not empty if the type is STATIC
 * @param dnsName a name with an address for each node; not null if the type is DNS
 */
public record DiscoveryConfig(
        DiscoveryType type, List<String> members, @Nullable String dnsName) {
    static final Key<DiscoveryType> TYPE = new Key<>(
            "cluster.discovery.type",
            KeyType.choice(DiscoveryType.class),
            "none",
            "`static`: from `cluster.discovery.members`; `dns`: from `cluster.discovery.dns.name`; "
                    + "`none`: only for a cluster of one that others join.");
    static final Key<String> MEMBERS = new Key<>(
            "cluster.discovery.members[]",
            KeyType.hostPort(),
            null,
            "Addresses of nodes, with their `cluster.port`. May name this node too. Needed for `static`.");
    static final Key<String> DNS_NAME = new Key<>(
            "cluster.discovery.dns.name",
            KeyType.host(),
            null,
            "DNS name that has an address for each node; all use the same `cluster.port`. Needed for `dns`.");
    static final List<Key<?>> KEYS = List.of(TYPE, MEMBERS, DNS_NAME);

    /** Copies the list. */
    public DiscoveryConfig {
        members = List.copyOf(members);
    }

    static DiscoveryConfig from(Settings settings) {
        return new DiscoveryConfig(settings.get(TYPE), settings.list(MEMBERS), settings.find(DNS_NAME));
    }

    void checkFor(int size, Settings settings) {
        switch (type) {
            case NONE -> {
                if (size > 1) {
                    throw settings.refuse(
                            TYPE.name(),
                            "a cluster of " + size + " nodes needs static or dns, so that they find each other");
                }
            }
            case STATIC -> {
                if (members.isEmpty()) {
                    throw settings.refuse(TYPE.name(), "needs cluster.discovery.members with at least one host:port");
                }
            }
            case DNS -> {
                if (dnsName == null) {
                    throw settings.refuse(TYPE.name(), "needs cluster.discovery.dns.name");
                }
            }
        }
    }
}
