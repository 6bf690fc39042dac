package io.lacewing.node.config;

import java.util.List;
import java.util.Map;

/**
 * All that a node is configured with. Immutable and checked: every value is one that {@code docs/configuration.md}
 * allows, and the rules between keys hold.
 *
 * @param node who the node is and how many event loops it runs
 * @param listeners where MQTT clients connect; at least one; names and fixed addresses differ
 * @param auth who is let in
 * @param bans who is kept out
 * @param cluster how nodes find each other and talk
 * @param persistence where the node keeps its data
 * @param mqtt what the standards leave to the server
 * @param limits bounds on what clients can take
 * @param overload what it does when that is more than it can
 * @param monitoring the HTTP endpoint and the log
 */
public record NodeConfig(
        IdentityConfig node,
        List<ListenerConfig> listeners,
        AuthConfig auth,
        BansConfig bans,
        ClusterConfig cluster,
        PersistenceConfig persistence,
        MqttConfig mqtt,
        LimitsConfig limits,
        OverloadConfig overload,
        MonitoringConfig monitoring) {

    /** Copies the list. */
    public NodeConfig {
        listeners = List.copyOf(listeners);
    }

    /**
     * The same with fixed ports where any free one was asked for.
     *
     * @param bound ports by the name of the listener, or {@code http}
     */
    public NodeConfig withPorts(Map<String, Integer> bound) {
        HttpConfig http = monitoring.http();
        return new NodeConfig(
                node,
                listeners.stream()
                        .map(each -> each.withPort(bound.getOrDefault(each.name(), each.port())))
                        .toList(),
                auth,
                bans,
                cluster,
                persistence,
                mqtt,
                limits,
                overload,
                new MonitoringConfig(
                        http.withPort(bound.getOrDefault("http", http.port())), monitoring.log(), monitoring.audit()));
    }

    static NodeConfig from(Settings settings) {
        NodeConfig config = new NodeConfig(
                IdentityConfig.from(settings),
                ListenerConfig.from(settings),
                AuthConfig.from(settings),
                BansConfig.from(settings),
                ClusterConfig.from(settings),
                PersistenceConfig.from(settings),
                MqttConfig.from(settings),
                LimitsConfig.from(settings),
                OverloadConfig.from(settings),
                new MonitoringConfig(HttpConfig.from(settings), LogConfig.from(settings), AuditConfig.from(settings)));
        PortRules.check(config, settings);
        config.auth.certificate().check(config.listeners, settings);
        config.auth.tenants().check(config.listeners, settings);
        if (!config.cluster.enabled()) {
            config.persistence.copies().checkAlone(settings);
        }
        return config;
    }
}
