package io.lacewing.node;

import io.lacewing.cluster.core.Input.Order;
import io.lacewing.cluster.core.NodeCore;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.core.Voters;
import io.lacewing.cluster.hazelcast.ClusterNode;
import io.lacewing.cluster.hazelcast.ClusterSettings;
import io.lacewing.cluster.hazelcast.Discovery;
import io.lacewing.cluster.hazelcast.Endpoint;
import io.lacewing.cluster.hazelcast.Patience;
import io.lacewing.cluster.hazelcast.RefusedException;
import io.lacewing.cluster.runtime.CoreRunner;
import io.lacewing.cluster.runtime.LocalNode;
import io.lacewing.cluster.runtime.NodeStore;
import io.lacewing.node.audit.Audit;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.config.AddressConfig;
import io.lacewing.node.config.ClusterConfig;
import io.lacewing.node.config.DiscoveryConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.connection.Broker;
import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.tls.PeerTls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A node's core, the connections' side of it, and its place in a cluster, or alone. Used by the thread that starts the node. */
final class CorePart {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration SAY_AFTER = Duration.ofSeconds(10);
    private static final long FLUSH_NOTES_MILLIS = 500;

    private final NodeConfig config;
    private final Parts parts;
    private final Logger log;
    private final View.Member self;
    private final JoinWatch watch;
    private final CoreRunner core;
    private final BanPart bans;
    private final Broker broker;
    private final OverloadPart overload;
    private final Voters voters;
    private volatile boolean inCluster;
    private volatile boolean forced;

    /**
     * The parts, none of which runs yet.
     *
     * @param store what the node found on its disk, and keeps there
     * @param audit what is told of clients and operators
     */
    CorePart(
            NodeConfig config,
            Authentication authentication,
            String nodeId,
            NodeStore store,
            Vertx vertx,
            Metrics metrics,
            Audit audit,
            Parts parts,
            Logger log) {
        this.config = config;
        this.parts = parts;
        this.log = log;
        this.self = new View.Member(newIncarnation(), nodeId, store.identity());
        this.voters = store.recovered().state().voters();
        this.watch = new JoinWatch(metrics.broker().addLoop());
        this.core =
                new CoreRunner(new NodeCore(self, Limits.core(config), store.recovered()), self.incarnation(), watch);
        this.bans = new BanPart(config.bans(), core::own, this::operate, audit);
        this.overload = new OverloadPart(config.overload(), metrics);
        this.broker = new Broker(
                (VertxInternal) vertx,
                core::gate,
                Limits.connections(config.limits()),
                Limits.features(config.mqtt()),
                new LoopCounters(metrics.broker(), config.node().effectiveEventLoops()),
                authentication,
                bans.oversight(),
                config.cluster().netsplit().pauseGrace().toMillis(),
                overload.state());
        watch.onReady(broker);
        metrics.broker().showSubscriptions(broker::subscriptionCount);
        metrics.broker().showSessions(watch::held);
        metrics.broker()
                .showRetained(
                        () -> core.retained().size(), () -> core.retained().bytes());
        metrics.showStanding(watch::standing);
        bans.show(metrics);
        vertx.setPeriodic(FLUSH_NOTES_MILLIS, id -> watch.flush());
    }

    private static long newIncarnation() {
        return (System.currentTimeMillis() << 20) | new SecureRandom().nextInt(1 << 20);
    }

    Broker broker() {
        return broker;
    }

    /**
     * Carries out what an operator wants. Any thread.
     *
     * @return lines for people; failed if the node can't, with the reason
     */
    Future<List<String>> operate(Order order) {
        if (inCluster) {
            return core.operate(order);
        }
        return switch (order) {
            case Order.Status status -> Future.succeededFuture(waiting());
            // The core takes it up as soon as it runs, which then does not wait for the others any more.
            case Order.RecoverByForce recover -> {
                forced = true;
                log.warn("an operator wants this node to go on without the missing ones");
                yield core.operate(order);
            }
            case Order.Keep keep -> Future.failedFuture("it has not joined its cluster yet");
            case Order.ForgetNode forget -> Future.failedFuture("it has not joined its cluster; ask a node that has");
        };
    }

    private List<String> waiting() {
        List<String> lines = new ArrayList<>();
        lines.add("node " + self.nodeId() + ": not ready: it looks for the other nodes of its cluster");
        if (voters.version() != 0) {
            lines.add(
                    "cluster " + Long.toHexString(voters.clusterId()) + ": a majority of these nodes must be present: "
                            + voters.members().stream()
                                    .map(Voters.Voter::nodeId)
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
        }
        return lines;
    }

    /** Begins to watch how much there is to do and to hold. Once, when the node has joined. */
    OverloadPart watchOverload() throws StartException {
        overload.begin(broker.contexts(), core::probe, parts);
        return overload;
    }

    BanPart bans() {
        return bans;
    }

    JoinWatch watch() {
        return watch;
    }

    /**
     * Starts the core; returns when the node has joined its cluster, or itself.
     *
     * @param tls of the messages between nodes, if they have any
     * @param abandoning asked when the node stops: true if it is to go as if it died, without handing over
     */
    void start(Vertx vertx, NodeStore store, @Nullable PeerTls tls, BooleanSupplier abandoning) throws StartException {
        parts.add("ban list", Parts.closing(bans));
        bans.begin();
        if (config.cluster().enabled()) {
            log.info("cluster {}: looking for the other nodes", config.cluster().name());
            ClusterNode member = join(store, tls);
            inCluster = true;
            parts.add(
                    "cluster",
                    () -> vertx.executeBlocking(() -> {
                        if (abandoning.getAsBoolean()) {
                            member.abandon();
                        } else {
                            member.leave();
                        }
                        return null;
                    }));
        } else {
            LocalNode.start(
                    core,
                    self,
                    vertx.getOrCreateContext(),
                    Limits.core(config).shards(),
                    Limits.shards(config.limits()),
                    store,
                    broker);
            inCluster = true;
            parts.add("core", core::stop);
        }
        awaitJoined();
        bans.read();
    }

    private ClusterNode join(NodeStore store, @Nullable PeerTls tls) throws StartException {
        ClusterConfig cluster = config.cluster();
        AddressConfig address = cluster.address();
        VertxOptions options = new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1);
        options.getEventBusOptions().setHost(address.bind()).setPort(address.eventBusPort());
        if (tls != null) {
            tls.secure(options.getEventBusOptions());
        }
        Patience patience = new Patience() {
            @Override
            public boolean isOver() {
                return parts.isStopping();
            }

            @Override
            public boolean isForced() {
                return forced;
            }
        };
        try {
            return ClusterNode.join(
                    settings(tls), options, core, Limits.shards(config.limits()), store, broker, patience);
        } catch (RefusedException e) {
            throw StartException.configuration("cluster: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            if (parts.isStopping()) {
                throw StartException.failure("stopped while joining the cluster", e);
            }
            throw StartException.passing(
                    "cluster: can't join on " + address.bind() + ":" + address.port() + " (event bus "
                            + address.eventBusPort() + "): " + e.getMessage(),
                    e);
        }
    }

    private ClusterSettings settings(@Nullable PeerTls tls) {
        ClusterConfig cluster = config.cluster();
        AddressConfig address = cluster.address();
        return ClusterSettings.of(
                        cluster.name(),
                        self.nodeId(),
                        self.incarnation(),
                        new Endpoint(address.bind(), address.port()),
                        discovery(cluster),
                        cluster.size())
                .withReplicas(config.persistence().copies().replicas())
                .withSilence(cluster.netsplit().silence())
                .withVersion(Version.current())
                .withAuthorities(tls == null ? Collections.emptySortedSet() : tls.authorities());
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
    private void awaitJoined() throws StartException {
        CompletableFuture<Void> done = watch.joined().toCompletionStage().toCompletableFuture();
        long sayAt = System.nanoTime() + SAY_AFTER.toNanos();
        while (true) {
            try {
                done.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (parts.isStopping()) {
                    throw StartException.failure("stopped while joining the cluster", notYet);
                }
                if (watch.rejoin().succeeded()) {
                    throw StartException.anew(watch.rejoin().result());
                }
                if (System.nanoTime() >= sayAt) {
                    sayAt = System.nanoTime() + SAY_AFTER.toNanos();
                    log.info("clients are not served yet: {}", watch.missing());
                }
            } catch (ExecutionException e) {
                throw StartException.failure("cluster: not joined", e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw StartException.failure("interrupted while starting", e);
            }
        }
    }
}
