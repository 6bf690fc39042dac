package io.lacewing.node.config;

import io.lacewing.node.net.Network;
import java.util.List;

/**
 * Who may connect at one listener, and how many and how fast.
 *
 * @param allow whose connections are taken; empty: everybody's
 * @param deny whose are not, even if they are allowed
 * @param maxConnections connections at a time; 0: no bound
 * @param connectRate new connections per second; 0: no bound
 * @param proxies who connects for others and says so by the PROXY protocol; empty: clients come by themselves
 */
public record EntranceConfig(
        List<Network> allow, List<Network> deny, int maxConnections, int connectRate, List<Network> proxies) {
    private static final String PROXY_PROTOCOL = "listeners[].proxyProtocol";

    /** A listener that everybody may come by. */
    static final EntranceConfig OPEN = new EntranceConfig(List.of(), List.of(), 0, 0, List.of());

    static final Key<Network> ALLOW = new Key<>(
            "listeners[].networks.allow[]",
            KeyType.network(),
            null,
            "Addresses that may connect; others are closed at once, before TLS. Default: all.");
    static final Key<Network> DENY = new Key<>(
            "listeners[].networks.deny[]",
            KeyType.network(),
            null,
            "Addresses that may not connect, even if `allow` has them too.");
    static final Key<Integer> MAX_CONNECTIONS = new Key<>(
            "listeners[].maxConnections",
            KeyType.integer(0, 10_000_000),
            "0",
            "Most connections by this listener at a time, with those that have sent no CONNECT; one more is closed at once."
                    + " `0`: only `limits.maxConnections` bounds them.");
    static final Key<Integer> CONNECT_RATE = new Key<>(
            "listeners[].connectRate",
            KeyType.integer(0, 1_000_000),
            "0",
            "Most new connections per second by this listener, of which a second's worth may come at once; one more is closed"
                    + " at once, before TLS. `0`: no bound.");
    static final Key<Network> TRUSTED = new Key<>(
            "listeners[].proxyProtocol.trusted[]",
            KeyType.network(),
            null,
            "Addresses of proxies that begin each connection with a header of the PROXY protocol (version 1 or 2), which tells"
                    + " who the client is. With it only they may connect to this listener, and must send the header."
                    + " [Security](security.md#proxies) tells more.");
    static final List<Key<?>> KEYS = List.of(ALLOW, DENY, MAX_CONNECTIONS, CONNECT_RATE, TRUSTED);

    /** Copies the lists. */
    public EntranceConfig {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        proxies = List.copyOf(proxies);
    }

    /** True if clients come by proxies that tell of them, and not by themselves. */
    public boolean isForProxies() {
        return !proxies.isEmpty();
    }

    static EntranceConfig from(Settings settings, int listener) {
        String section = PROXY_PROTOCOL.replace("[]", "." + listener);
        List<Network> proxies = settings.list(TRUSTED, listener);
        if (proxies.isEmpty() && settings.mentions(section)) {
            throw new ConfigException(
                    section + ".trusted: must list the addresses of the proxies, as 10.0.0.5 or 10.0.0.0/24;"
                            + " the header tells who the client is, so it is not believed of everybody");
        }
        return new EntranceConfig(
                settings.list(ALLOW, listener),
                settings.list(DENY, listener),
                settings.get(MAX_CONNECTIONS, listener),
                settings.get(CONNECT_RATE, listener),
                proxies);
    }
}
