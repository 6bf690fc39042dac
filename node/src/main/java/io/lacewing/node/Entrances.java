package io.lacewing.node;

import io.lacewing.node.config.EntranceConfig;
import io.lacewing.node.config.LimitsConfig;
import io.lacewing.node.config.ListenerConfig;
import io.lacewing.node.connection.RefusalLog;
import io.lacewing.node.metrics.EntranceMetrics;
import io.lacewing.node.mqtt.entrance.Door;
import io.lacewing.node.mqtt.entrance.ListenerEntrance;
import io.lacewing.node.mqtt.entrance.NodeEntrance;
import io.lacewing.node.mqtt.entrance.Refusal;
import io.lacewing.node.net.Network;
import java.net.InetAddress;
import java.util.List;

/** Makes of what is configured who may connect. */
final class Entrances {
    private Entrances() {}

    static NodeEntrance node(LimitsConfig limits, Door door) {
        return new NodeEntrance(
                new NodeEntrance.Limits(
                        limits.entrance().maxPendingConnections(),
                        limits.entrance().maxConnectionsPerAddress(),
                        limits.entrance().connectRate(),
                        limits.connections().connectTimeout()),
                door,
                new RefusalLog());
    }

    /** The entrance of a listener, of which the metrics tell. */
    static ListenerEntrance listener(ListenerConfig listener, NodeEntrance node, EntranceMetrics metrics) {
        EntranceConfig config = listener.entrance();
        ListenerEntrance entrance = new ListenerEntrance(
                listener.name(),
                new ListenerEntrance.Rules(
                        networks(config.allow(), config.deny()),
                        config.maxConnections(),
                        config.connectRate(),
                        config.isForProxies() ? networks(config.proxies(), List.of()) : null),
                node);
        metrics.showConnections(listener.name(), entrance::connections);
        for (Refusal each : Refusal.values()) {
            metrics.showRefused(listener.name(), each.label(), () -> entrance.refused(each));
        }
        return entrance;
    }

    /** Who is in {@code allow}, or anybody if that is empty, and not in {@code deny}. */
    private static Door networks(List<Network> allow, List<Network> deny) {
        return address -> allowed(allow, address) && !Network.anyContains(deny, address);
    }

    private static boolean allowed(List<Network> allow, InetAddress address) {
        return allow.isEmpty() || Network.anyContains(allow, address);
    }
}
