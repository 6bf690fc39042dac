package io.lacewing.node;

import io.lacewing.cluster.runtime.NodeStore;
import io.lacewing.node.audit.Audit;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.http.OperateHandler;
import io.lacewing.node.http.Readiness;
import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.mqtt.entrance.Door;
import io.lacewing.node.tls.PeerTls;
import io.lacewing.persistence.journal.JournalException;
import io.lacewing.persistence.journal.JournalSettings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker, put together from its parts. {@link #start()} and {@link #stop()} block and may be called from different
 * threads, each once; not from an event loop.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String STOPPING = "the node stops";

    private final NodeConfig config;
    private final Map<String, Mechanism> mechanisms;
    private final Beginning beginning;
    private final Readiness readiness = new Readiness();
    private final Parts parts = new Parts();
    private final Listeners listeners;
    private volatile String leaving = STOPPING;
    private volatile boolean abandoning;
    private volatile boolean started;

    /** Open until the ban list is there, which is before anybody listens. */
    private volatile Door door = Door.OPEN;

    /**
     * How this node came to be.
     *
     * @param rejoins how many nodes this process ran before that their clusters went on without
     * @param why the last one's cluster did; null if this is the first
     * @param rejoin called when the cluster goes on without this node, with the reason; at most once, on the core's context
     */
    record Beginning(int rejoins, @Nullable String why, Consumer<String> rejoin) {
        /** Of a node that runs alone in its process's eyes, and only logs that it should begin anew. */
        static final Beginning FIRST =
                new Beginning(0, null, why -> LOG.warn("the cluster goes on without this node: {}", why));
    }

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
        this(config, mechanisms, Beginning.FIRST);
    }

    Node(NodeConfig config, Map<String, Mechanism> mechanisms, Beginning beginning) {
        this.config = config;
        this.mechanisms = Map.copyOf(mechanisms);
        this.beginning = beginning;
        this.listeners = new Listeners(config, address -> door.admits(address), parts, LOG);
        readiness.require("start", this::notStarted);
    }

    private @Nullable String notStarted() {
        if (started) {
            return null;
        }
        if (parts.isStopping()) {
            return leaving;
        }
        return beginning.why == null
                ? "the node is starting"
                : "the cluster went on without this node (" + beginning.why + "), which joins it again";
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
        } catch (StartException e) {
            abandoning |= e.hope() == StartException.Hope.ANEW;
            stop();
            throw e;
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    private void startParts() throws StartException {
        listeners.readTls();
        PeerTls peers = Listeners.readPeerTls(config);
        SecureRandom random = new SecureRandom();
        DataDirectory data = DataDirectory.open(config.persistence().dir());
        parts.add("data directory", Parts.closing(data));
        String nodeId = data.nodeId(config.node().id(), random);
        Audit audit = openAudit();
        Metrics metrics = new Metrics(Version.current(), nodeId);
        parts.add("metrics", Parts.closing(metrics));
        metrics.showRejoins(beginning.rejoins);
        metrics.broker().showPackets(listeners.packets());
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
        HttpPart http = startHttp(vertx, data, metrics, audit, random);
        NodeStore store = openStore(vertx, data, metrics, random);
        Authentication authentication = AuthPart.start(
                config.auth(),
                AuthPart.listeners(config),
                mechanisms,
                vertx,
                metrics,
                parts,
                random,
                LOG,
                audit::changed);
        CorePart core = new CorePart(config, authentication, nodeId, store, vertx, metrics, audit, parts, LOG);
        door = address -> !core.bans().isBanned(address);
        readiness.require("cluster", core.watch()::missing);
        if (http != null) {
            letOperatorsIn(http, core, audit);
        }
        core.watch().rejoin().onSuccess(beginning.rejoin::accept);
        SecuredPlaces secured = new SecuredPlaces(metrics, audit::changed);
        parts.add("watch of TLS files", Parts.closing(secured));
        if (peers != null) {
            secured.add(peers);
        }
        if (http != null) {
            http.secure(secured);
        }
        secured.begin();
        core.start(vertx, store, peers, () -> abandoning);
        OverloadPart overload = core.watchOverload();
        readiness.require("overload", overload::objection);
        listeners.start(vertx, core.broker(), secured, metrics.entrance(), overload.state());
        // Stopped first: clients are told before their listener closes their connections.
        parts.add("clients", () -> {
            core.watch().flush();
            return core.broker().end(leaving);
        });
    }

    private Audit openAudit() throws StartException {
        try {
            Audit audit = Audit.open(config.monitoring().audit());
            parts.add("audit log", Parts.closing(audit));
            return audit;
        } catch (IOException e) {
            throw StartException.configuration("audit.file: " + e.getMessage(), e);
        }
    }

    /** What the node keeps; closed after the core, whose last words it takes. */
    private NodeStore openStore(Vertx vertx, DataDirectory data, Metrics metrics, SecureRandom random)
            throws StartException {
        JournalSettings journal =
                Limits.journal(data.path(), config.persistence().journal());
        long fresh = 0;
        while (fresh == 0) {
            fresh = random.nextLong();
        }
        NodeStore store;
        try {
            store = NodeStore.open(data.path(), journal, fresh);
        } catch (JournalException e) {
            throw StartException.configuration("data directory " + data.path() + ": " + e.getMessage(), e);
        }
        parts.add(
                "store",
                () -> vertx.executeBlocking(() -> {
                    store.close();
                    return null;
                }));
        if (journal == null) {
            LOG.info("persistence.durability is memory: what all nodes hold is lost when all of them stop");
        } else {
            DiskWatch disk = new DiskWatch(() -> Objects.requireNonNull(store.journalStats()));
            metrics.showJournal(disk::stats);
            readiness.require("disk", disk::objection);
            vertx.setPeriodic(DiskWatch.LOOK_MILLIS, id -> disk.look());
        }
        return store;
    }

    /** Health and metrics come first, so that a node that waits for its cluster can be watched. */
    private @Nullable HttpPart startHttp(
            Vertx vertx, DataDirectory data, Metrics metrics, Audit audit, SecureRandom random) throws StartException {
        HttpPart http = HttpPart.start(
                config.monitoring().http(),
                new HttpPart.Surroundings(vertx, data.path(), metrics, readiness, parts, audit, random, LOG));
        if (http != null) {
            listeners.ports().put("http", http.port());
        }
        return http;
    }

    private static void letOperatorsIn(HttpPart http, CorePart core, Audit audit) {
        OperateHandler handler = new OperateHandler(core::operate, audit::admin);
        core.bans().operateBy(handler);
        http.operators(handler);
    }

    /** The ports bound, by the name of the listener, or {@code http}. Only after {@link #start()} has returned. */
    public Map<String, Integer> ports() {
        return Map.copyOf(listeners.ports());
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

    /**
     * As {@link #stop}, but as if the node had died: its cluster goes on without it, so there is nothing to hand over.
     *
     * @return false if a part did not stop in time, so that no other node may run in its place
     */
    boolean abandon(String why) {
        abandoning = true;
        leaving = why;
        stop();
        return parts.isClean();
    }
}
