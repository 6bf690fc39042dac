package io.lacewing.node;

import io.lacewing.node.config.ListenerConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.config.PacketLimits;
import io.lacewing.node.config.PeerTlsConfig;
import io.lacewing.node.config.TlsConfig;
import io.lacewing.node.connection.Broker;
import io.lacewing.node.metrics.EntranceMetrics;
import io.lacewing.node.mqtt.ListenerOptions;
import io.lacewing.node.mqtt.MqttListener;
import io.lacewing.node.mqtt.entrance.Door;
import io.lacewing.node.mqtt.entrance.NodeEntrance;
import io.lacewing.node.overload.Overload;
import io.lacewing.node.tls.PeerTls;
import io.lacewing.node.tls.TlsException;
import io.lacewing.node.tls.TlsNames;
import io.lacewing.node.tls.TlsWatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What a node binds, and where. Used by the thread that starts the node. */
final class Listeners {
    private static final Duration BIND_TIMEOUT = Duration.ofSeconds(30);

    private final NodeConfig config;
    private final Parts parts;
    private final Logger log;
    private final NodeEntrance entrance;
    private final ListenerCounts packets = new ListenerCounts();
    private final Map<String, Integer> ports = new TreeMap<>();

    /** By the section of the configuration. */
    private final Map<String, TlsWatch> watches = new TreeMap<>();

    /** None of which is bound; {@code door} says who may connect at all. */
    Listeners(NodeConfig config, Door door, Parts parts, Logger log) {
        this.entrance = Entrances.node(config.limits(), door);
        this.config = config;
        this.parts = parts;
        this.log = log;
    }

    /** What all MQTT listeners have in common. */
    NodeEntrance entrance() {
        return entrance;
    }

    /** What went through all MQTT listeners. */
    ListenerCounts packets() {
        return packets;
    }

    /** The ports bound, by the name of the listener, or {@code http}. */
    Map<String, Integer> ports() {
        return ports;
    }

    /** Binds the configured MQTT listeners. */
    void start(Vertx vertx, Broker broker, SecuredPlaces secured, EntranceMetrics metrics, Overload overload)
            throws StartException {
        metrics.showPending(entrance::pendingConnections);
        for (ListenerConfig listener : config.listeners()) {
            start(vertx, listener, broker, secured, metrics, overload);
        }
    }

    private void start(
            Vertx vertx,
            ListenerConfig listener,
            Broker broker,
            SecuredPlaces secured,
            EntranceMetrics metrics,
            Overload overload)
            throws StartException {
        PacketLimits limits = config.limits().packets();
        String section = "listeners." + config.listeners().indexOf(listener);
        TlsWatch watch = watches.get(section);
        MqttListener mqtt = new MqttListener(
                vertx,
                new ListenerOptions()
                        .name(listener.name())
                        .entrance(Entrances.listener(listener, entrance, metrics))
                        .type(listener.type().isWebSocket() ? ListenerOptions.Type.WEBSOCKET : ListenerOptions.Type.TCP)
                        .tls(watch == null ? null : watch.material().options())
                        .host(listener.host())
                        .port(listener.port())
                        .path(listener.path())
                        .maxPacketSize(Math.toIntExact(limits.maxPacketSize()))
                        .topicAliasMaximum(limits.topicAliasMaximum())
                        .maxUserProperties(limits.maxUserProperties())
                        .overload(overload)
                        .connectTimeout(config.limits().connections().connectTimeout())
                        .eventLoops(config.node().effectiveEventLoops()),
                broker);
        packets.add(mqtt);
        parts.add("listener " + listener.name(), mqtt::close);
        Future<Integer> port = mqtt.start();
        bind(port.mapEmpty(), "listener " + listener.name(), listener.host(), listener.port(), section);
        ports.put(listener.name(), port.result());
        if (watch != null) {
            secured.add(listener.name(), mqtt, watch);
            watch.judge(revoked -> broker.revocations().changed(listener.name(), revoked));
        }
        log.info("{} on {}:{}{}", listener.name(), listener.host(), port.result(), listener.path());
    }

    /** Reads the files of listeners on TLS, before anything else is begun. */
    void readTls() throws StartException {
        for (int i = 0; i < config.listeners().size(); i++) {
            ListenerConfig listener = config.listeners().get(i);
            TlsConfig tls = listener.tls();
            if (tls != null) {
                String section = "listeners." + i;
                watches.put(section, watch("listener " + listener.name(), tls, new TlsNames.Listener(section)));
            }
        }
    }

    /** Reads the files of the messages between nodes; null if these have no TLS. */
    static @Nullable PeerTls readPeerTls(NodeConfig config) throws StartException {
        PeerTlsConfig tls = config.cluster().tls();
        if (tls == null || !config.cluster().enabled()) {
            return null;
        }
        try {
            return PeerTls.begin(tls, InstantSource.system());
        } catch (TlsException e) {
            throw StartException.taken(String.valueOf(e.getMessage()), e);
        }
    }

    private static TlsWatch watch(String user, TlsConfig tls, TlsNames names) throws StartException {
        try {
            return TlsWatch.begin(user, tls, names, InstantSource.system());
        } catch (TlsException e) {
            // A node that begins anew may find them as they were, or repaired.
            throw StartException.taken(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Waits until an address is bound.
     *
     * @param what who binds it, for the message
     * @param section the name of the configuration's section with {@code host} and {@code port}
     */
    static void bind(Future<Void> binding, String what, String host, int port, String section) throws StartException {
        String address = what + ": " + host + ":" + port;
        try {
            binding.toCompletionStage().toCompletableFuture().get(BIND_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw BindFailure.of(e.getCause() == null ? e : e.getCause()).explain(address, section);
        } catch (TimeoutException e) {
            throw StartException.passing(address + " is not bound in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StartException.failure("interrupted while starting", e);
        }
    }
}
