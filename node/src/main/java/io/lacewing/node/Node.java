package io.lacewing.node;

import io.lacewing.cluster.core.CoreSettings;
import io.lacewing.cluster.core.NodeCore;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.hazelcast.ClusterNode;
import io.lacewing.cluster.hazelcast.ClusterSettings;
import io.lacewing.cluster.hazelcast.Discovery;
import io.lacewing.cluster.hazelcast.Endpoint;
import io.lacewing.cluster.runtime.CoreRunner;
import io.lacewing.cluster.runtime.LocalNode;
import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.config.AddressConfig;
import io.lacewing.node.config.ClusterConfig;
import io.lacewing.node.config.DiscoveryConfig;
import io.lacewing.node.config.HttpConfig;
import io.lacewing.node.config.ListenerConfig;
import io.lacewing.node.config.ListenerType;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.config.PacketLimits;
import io.lacewing.node.connection.Broker;
import io.lacewing.node.http.HttpEndpoint;
import io.lacewing.node.http.Readiness;
import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.mqtt.ListenerOptions;
import io.lacewing.node.mqtt.MqttListener;
import io.lacewing.node.mqtt.ReasonCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker process, put together from its parts. {@link #start()} and {@link #stop()} block and may be called from
 * different threads, each once; not from an event loop.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String STOPPING = "the node stops";
    private static final Duration BIND_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration SAY_AFTER = Duration.ofSeconds(10);

    private final NodeConfig config;
    private final Map<String, Mechanism> mechanisms;
    private final Readiness readiness = new Readiness();
    private final Parts parts = new Parts();
    private final ListenerCounts packets = new ListenerCounts();

    /** The ports bound, by the name of the listener, or {@code http}. */
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    private volatile boolean started;

    /** A node that does not run yet. */
    public Node(NodeConfig config) {
        this(config, Map.of());
    }

    /**
     * A node that does not run yet.
     *
     * @param mechanisms the methods of enhanced authentication (MQTT 5, 4.12), by the name that clients give
     */
    public Node(NodeConfig config, Map<String, Mechanism> mechanisms) {
        this.config = config;
        this.mechanisms = Map.copyOf(mechanisms);
        readiness.require("start", () -> started ? null : parts.isStopping() ? STOPPING : "the node is starting");
    }

    /**
     * Starts all parts, in the order in which they need each other; returns when the node serves clients.
     *
     * @throws StartException if a part can't start; those that did are stopped again
     */
    public void start() throws StartException {
        try {
            startParts();
            started = true;
        } catch (StartException | RuntimeException e) {
            stop();
            throw e;
        }
    }

    private void startParts() throws StartException {
        DataDirectory data = DataDirectory.open(config.persistence().dir());
        parts.add("data directory", Parts.closing(data));
        String nodeId = data.nodeId(config.node().id(), new SecureRandom());
        Metrics metrics = new Metrics(Version.current(), nodeId);
        parts.add("metrics", Parts.closing(metrics));
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(config.node().effectiveEventLoops()));
        parts.add("event loops", vertx::close);

        LOG.info(
                "Lacewing {}, node {}, process {}",
                Version.current(),
                nodeId,
                ProcessHandle.current().pid());
        LOG.info("data in {}", data.path());
        startHttp(vertx, metrics);
        Broker broker = startCore(vertx, nodeId, metrics);
        for (ListenerConfig listener : config.listeners()) {
            startListener(vertx, listener, broker);
        }
        // Stopped first: clients are told before their listener closes their connections.
        parts.add("clients", () -> {
            broker.unavailable(STOPPING);
            return broker.disconnectAll(ReasonCode.SERVER_SHUTTING_DOWN, STOPPING);
        });
    }

    /** The core and the connections' side of it; returns when the node has joined its cluster, or itself. */
    private Broker startCore(Vertx vertx, String nodeId, Metrics metrics) throws StartException {
        View.Member self = new View.Member(newIncarnation(), nodeId);
        CoreSettings settings = Limits.core(config.limits());
        JoinWatch watch = new JoinWatch(metrics.broker().addLoop());
        CoreRunner core = new CoreRunner(new NodeCore(self, settings), self.incarnation(), watch);
        Broker broker = new Broker(
                (VertxInternal) vertx,
                core::gate,
                Limits.connections(config.limits()),
                Limits.features(config.mqtt()),
                new LoopCounters(metrics.broker(), config.node().effectiveEventLoops()),
                mechanisms);
        watch.onReady(broker);
        readiness.require("cluster", watch::missing);
        metrics.broker().showSubscriptions(broker::subscriptionCount);
        metrics.broker().showPackets(packets);
        metrics.broker().showSessions(watch::held);
        metrics.broker().showRetained(() -> core.retained().size());
        if (config.cluster().enabled()) {
            LOG.info("cluster {}: looking for the other nodes", config.cluster().name());
            ClusterNode member = joinCluster(self, core, broker);
            parts.add(
                    "cluster",
                    () -> vertx.executeBlocking(() -> {
                        member.leave();
                        return null;
                    }));
        } else {
            LocalNode.start(
                    core, self, vertx.getOrCreateContext(), settings.shards(), Limits.shards(config.limits()), broker);
            parts.add("core", () -> {
                core.stop();
                return Future.succeededFuture();
            });
        }
        awaitJoined(watch.joined());
        return broker;
    }

    private ClusterNode joinCluster(View.Member self, CoreRunner core, Broker broker) throws StartException {
        ClusterConfig cluster = config.cluster();
        AddressConfig address = cluster.address();
        ClusterSettings settings = ClusterSettings.of(
                cluster.name(),
                self.nodeId(),
                self.incarnation(),
                new Endpoint(address.bind(), address.port()),
                discovery(cluster),
                cluster.size());
        VertxOptions options = new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1);
        options.getEventBusOptions().setHost(address.bind()).setPort(address.eventBusPort());
        try {
            return ClusterNode.join(settings, options, core, Limits.shards(config.limits()), broker, parts::isStopping);
        } catch (RuntimeException e) {
            throw StartException.failure(
                    "cluster: can't join on " + address.bind() + ":" + address.port() + " (event bus "
                            + address.eventBusPort() + ")",
                    e);
        }
    }

    private static Discovery discovery(ClusterConfig cluster) {
        DiscoveryConfig discovery = cluster.discovery();
        return switch (discovery.type()) {
            case NONE -> new Discovery.Static(List.of());
            case STATIC ->
                new Discovery.Static(
                        discovery.members().stream().map(Endpoint::parse).toList());
            case DNS ->
                new Discovery.Dns(
                        Objects.requireNonNull(discovery.dnsName()),
                        cluster.address().port());
        };
    }

    /** Waits as long as it takes: a node that gave up would only be started again, to wait anew. */
    private void awaitJoined(Future<Void> joined) throws StartException {
        CompletableFuture<Void> done = joined.toCompletionStage().toCompletableFuture();
        long sayAt = System.nanoTime() + SAY_AFTER.toNanos();
        while (true) {
            try {
                done.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (parts.isStopping()) {
                    throw StartException.failure("stopped while joining the cluster", notYet);
                }
                if (System.nanoTime() >= sayAt) {
                    sayAt = System.nanoTime() + SAY_AFTER.toNanos();
                    LOG.info("waiting for the other nodes to take note of this one, and for the shared tables");
                }
            } catch (ExecutionException e) {
                throw StartException.failure("cluster: not joined", e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw StartException.failure("interrupted while starting", e);
            }
        }
    }

    private static long newIncarnation() {
        return (System.currentTimeMillis() << 20) | new SecureRandom().nextInt(1 << 20);
    }

    private void startListener(Vertx vertx, ListenerConfig listener, Broker broker) throws StartException {
        PacketLimits limits = config.limits().packets();
        MqttListener mqtt = new MqttListener(
                vertx,
                new ListenerOptions()
                        .name(listener.name())
                        .type(
                                listener.type() == ListenerType.TCP
                                        ? ListenerOptions.Type.TCP
                                        : ListenerOptions.Type.WEBSOCKET)
                        .host(listener.host())
                        .port(listener.port())
                        .path(listener.path())
                        .maxPacketSize(Math.toIntExact(limits.maxPacketSize()))
                        .topicAliasMaximum(limits.topicAliasMaximum())
                        .connectTimeout(config.limits().connections().connectTimeout())
                        .eventLoops(config.node().effectiveEventLoops()),
                broker);
        packets.add(mqtt);
        parts.add("listener " + listener.name(), mqtt::close);
        Future<Integer> port = mqtt.start();
        String section = "listeners." + config.listeners().indexOf(listener);
        bind(port.mapEmpty(), "listener " + listener.name(), listener.host(), listener.port(), section);
        ports.put(listener.name(), port.result());
        LOG.info("{} on {}:{}{}", listener.name(), listener.host(), port.result(), listener.path());
    }

    /** Health and metrics come first, so that a node that waits for its cluster can be watched. */
    private void startHttp(Vertx vertx, Metrics metrics) throws StartException {
        HttpConfig http = config.monitoring().http();
        if (!http.enabled()) {
            return;
        }
        HttpEndpoint endpoint = new HttpEndpoint(vertx, http, readiness, metrics::scrape, Metrics.CONTENT_TYPE);
        parts.add("http", endpoint::stop);
        bind(endpoint.start(), "http", http.host(), http.port(), "http");
        ports.put("http", endpoint.port());
        LOG.info("http on {}:{}: /health/live /health/ready /metrics", http.host(), endpoint.port());
    }

    /**
     * Waits until an address is bound.
     *
     * @param what who binds it, for the message
     * @param section the name of the configuration's section with {@code host} and {@code port}
     */
    private static void bind(Future<Void> binding, String what, String host, int port, String section)
            throws StartException {
        String address = what + ": " + host + ":" + port;
        try {
            binding.toCompletionStage().toCompletableFuture().get(BIND_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw BindFailure.of(e.getCause() == null ? e : e.getCause()).explain(address, section);
        } catch (TimeoutException e) {
            throw StartException.failure(address + " is not bound in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StartException.failure("interrupted while starting", e);
        }
    }

    /** The ports bound, by the name of the listener, or {@code http}. Only after {@link #start()} has returned. */
    public Map<String, Integer> ports() {
        return Map.copyOf(ports);
    }

    /**
     * Stops all parts, the last started first, in bounded time.
     *
     * @return false if nothing ran
     */
    public boolean stop() {
        started = false;
        return parts.stop();
    }
}
