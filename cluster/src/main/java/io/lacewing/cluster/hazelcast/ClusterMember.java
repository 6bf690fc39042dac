package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.replica.ReplicaFactory;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaTable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place in the cluster: a Hazelcast member, a clustered Vert.x on it, and the ports of the core on both. It is
 * thrown away whole when the node leaves or rejoins; a new one has a new incarnation.
 */
public final class ClusterMember {
    /** What the core is told; all on the core context. */
    public interface Events extends ReplicaView.Listener {
        /** A replica on this member applied a batch, or could not. */
        void onReport(ReplicaNotice report);

        /** A frame from another node, or from this one. */
        void onFrame(Buffer frame);
    }

    private static final Logger log = LoggerFactory.getLogger(ClusterMember.class);

    /** The next frame tries again; the operating system alone would, after a cut, wait for as long again. */
    private static final int CONNECT_MILLIS = 1_000;

    private final AtomicBoolean leaving = new AtomicBoolean();
    private final HazelcastInstance hazelcast;
    private final Vertx vertx;
    private final Context context;
    private final ReplicatedShards shards;
    private final RowTable routes;
    private final RowTable retained;
    private final ReplicaHost host;
    private final NodeTransport transport;

    private ClusterMember(
            HazelcastInstance hazelcast,
            Vertx vertx,
            Context context,
            ReplicaHost host,
            long incarnation,
            Events events) {
        this.hazelcast = hazelcast;
        this.host = host;
        this.vertx = vertx;
        this.context = context;
        this.shards = new ReplicatedShards(hazelcast, host, incarnation, vertx, context);
        this.routes = new RowTable(hazelcast, MemberConfiguration.ROUTES, vertx, context);
        this.retained = new RowTable(hazelcast, MemberConfiguration.RETAINED, vertx, context);
        this.transport = new NodeTransport(vertx, context, incarnation, events::onFrame);
        ReplicaView.watch(hazelcast, vertx, context, new ReplicaView.Listener() {
            @Override
            public void onMembers(List<View.Member> nodes) {
                transport.retain(nodes.stream().map(View.Member::incarnation).collect(Collectors.toUnmodifiableSet()));
                events.onMembers(nodes);
            }

            @Override
            public void onReplicas(ReplicaTable table) {
                events.onReplicas(table);
            }
        });
    }

    /**
     * Joins the cluster and starts a clustered Vert.x. Blocks until the cluster is formed: not for an event loop.
     *
     * @param options event bus host, port and TLS are taken from here
     * @param journal where replicas append what they applied
     * @param events called on the core context, from now on; reports may come before this returns
     * @param patience asked while waiting: true ends it
     * @throws IllegalStateException if it was given up, or the members that were found can't have this node; see the message
     */
    public static ClusterMember join(
            ClusterSettings settings,
            VertxOptions options,
            ReplicaFactory replicas,
            ReplicaJournal journal,
            Events events,
            Patience patience) {
        // Batches of others may arrive before there is a context of ours: they are handed on when there is.
        LateSink sink = new LateSink();
        ReplicaHost host = new ReplicaHost(settings.incarnation(), replicas, journal, sink);
        HazelcastInstance hazelcast = new ClusterFormation(settings, host, patience).join();
        options.getEventBusOptions().setConnectTimeout(CONNECT_MILLIS);
        try {
            Vertx vertx = Vertx.builder()
                    .with(options)
                    .withClusterManager(new PeerDirectory(hazelcast))
                    .buildClustered()
                    .await();
            vertx.exceptionHandler(ClusterMember::unhandled);
            Context context = vertx.getOrCreateContext();
            sink.open(new HandOver<>(context, events::onReport));
            return start(hazelcast, vertx, context, host, settings.incarnation(), events)
                    .await();
        } catch (RuntimeException e) {
            hazelcast.getLifecycleService().terminate();
            throw e;
        }
    }

    /** A write to an event bus connection that has just broken completes its promise twice, which Vert.x reports too. */
    private static void unhandled(Throwable problem) {
        if (problem instanceof IllegalStateException && "Promise already completed".equals(problem.getMessage())) {
            log.debug("A frame is lost with its connection", problem);
        } else {
            log.error("Unhandled exception", problem);
        }
    }

    private static Future<ClusterMember> start(
            HazelcastInstance hazelcast,
            Vertx vertx,
            Context context,
            ReplicaHost host,
            long incarnation,
            Events events) {
        Promise<ClusterMember> started = Promise.promise();
        context.runOnContext(nothing -> {
            ClusterMember member = new ClusterMember(hazelcast, vertx, context, host, incarnation, events);
            member.transport.ready().map(member).onComplete(started);
        });
        return started.future();
    }

    /** The clustered Vert.x. */
    public Vertx vertx() {
        return vertx;
    }

    /** The event loop that owns the core and on which everything here is used. */
    public Context context() {
        return context;
    }

    /** The shards. */
    public ReplicatedShards shards() {
        return shards;
    }

    /** The map behind the routes. */
    public RowTable routes() {
        return routes;
    }

    /** The map behind the retained messages. */
    public RowTable retained() {
        return retained;
    }

    /** The map with the id of the cluster. */
    IMap<String, Long> cluster() {
        return hazelcast.getMap(MemberConfiguration.CLUSTER);
    }

    /** How often a replica here was found older than what this member had reported of it: to be alarmed on, never seen. */
    public long regressions() {
        return host.regressions();
    }

    /** Frames to other nodes. */
    public NodeTransport transport() {
        return transport;
    }

    /** As {@link #handOver} and {@link #close}. */
    public void leave() {
        handOver();
        close();
    }

    /** Hands its partitions to the others and goes. Blocks until all shards have their copies elsewhere. */
    public void handOver() {
        leaving.set(true);
        hazelcast.shutdown();
    }

    /** Ends what is left of a member that has gone. Blocks. */
    public void close() {
        closeVertx();
    }

    /** {@code ended} is called, on some thread, if Hazelcast stops though nobody asked it to. */
    public void onUnwantedEnd(Runnable ended) {
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            if (event.getState() == LifecycleEvent.LifecycleState.SHUTDOWN && !leaving.get()) {
                ended.run();
            }
        });
    }

    /** Goes at once, as if it died: for a node that lost its majority, whose shards are open elsewhere. */
    public void abandon() {
        leaving.set(true);
        hazelcast.getLifecycleService().terminate();
        closeVertx();
    }

    /** Not by {@link Future#await()}, which a worker thread of another Vert.x may not call. */
    private void closeVertx() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Keeps reports until there is a context to hand them over on. */
    private static final class LateSink implements Consumer<ReplicaNotice> {
        private final Queue<ReplicaNotice> early = new ConcurrentLinkedQueue<>();
        private final AtomicReference<Consumer<ReplicaNotice>> open = new AtomicReference<>();

        @Override
        public void accept(ReplicaNotice report) {
            Consumer<ReplicaNotice> to = open.get();
            if (to != null) {
                to.accept(report);
                return;
            }
            early.add(report);
            // Opened between the look and the adding: nobody else would come for it.
            if (open.get() != null) {
                flush();
            }
        }

        void open(Consumer<ReplicaNotice> to) {
            open.set(to);
            flush();
        }

        private void flush() {
            Consumer<ReplicaNotice> to = open.get();
            ReplicaNotice report;
            while (to != null && (report = early.poll()) != null) {
                to.accept(report);
            }
        }
    }
}
