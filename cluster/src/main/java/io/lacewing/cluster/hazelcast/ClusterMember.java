package io.lacewing.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.lacewing.cluster.core.ReplicaFactory;
import io.lacewing.cluster.core.ReplicaReport;
import io.lacewing.cluster.core.ReplicaTable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * This node's place in the cluster: a Hazelcast member, a clustered Vert.x on it, and the ports of the core on both. It is
 * thrown away whole when the node leaves or rejoins; a new one has a new incarnation.
 */
public final class ClusterMember {
    /** What the core is told; all on the core context. */
    public interface Events extends ReplicaView.Listener {
        /** A replica on this member applied a batch, or could not. */
        void onReport(ReplicaReport report);

        /** A frame from another node, or from this one. */
        void onFrame(Buffer frame);
    }

    private final HazelcastInstance hazelcast;
    private final Vertx vertx;
    private final Context context;
    private final ReplicatedShards shards;
    private final SharedTables tables;
    private final NodeTransport transport;
    private final ReplicaView view;

    private ClusterMember(
            HazelcastInstance hazelcast,
            Vertx vertx,
            Context context,
            ReplicaHost host,
            long incarnation,
            Events events) {
        this.hazelcast = hazelcast;
        this.vertx = vertx;
        this.context = context;
        this.shards = new ReplicatedShards(hazelcast, host, incarnation, context);
        this.tables = new SharedTables(hazelcast, vertx, context);
        this.transport = new NodeTransport(vertx, context, incarnation, events::onFrame);
        this.view = new ReplicaView(hazelcast, vertx, context, new ReplicaView.Listener() {
            @Override
            public void onMembers(Map<Long, String> nodes) {
                transport.retain(nodes.keySet());
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
     * @param events called on the core context, from now on; reports may come before this returns
     * @param givenUp asked while waiting: true ends it
     */
    public static ClusterMember join(
            ClusterSettings settings,
            VertxOptions options,
            ReplicaFactory replicas,
            Events events,
            BooleanSupplier givenUp) {
        // Batches of others may arrive before there is a context of ours: they are handed on when there is.
        LateSink sink = new LateSink();
        ReplicaHost host = new ReplicaHost(replicas, sink);
        HazelcastInstance hazelcast = new ClusterFormation(settings, host, givenUp).join();
        try {
            Vertx vertx = Vertx.builder()
                    .with(options)
                    .withClusterManager(new HazelcastClusterManager(hazelcast))
                    .buildClustered()
                    .await();
            Context context = vertx.getOrCreateContext();
            sink.open(new HandOver<>(context, events::onReport));
            return start(hazelcast, vertx, context, host, settings.incarnation(), events)
                    .await();
        } catch (RuntimeException e) {
            hazelcast.getLifecycleService().terminate();
            throw e;
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

    /** Routes and retained messages. */
    public SharedTables tables() {
        return tables;
    }

    /** Frames to other nodes. */
    public NodeTransport transport() {
        return transport;
    }

    /**
     * Leaves: hands its partitions to the others, then goes. Blocks until all shards have their copies elsewhere: not for
     * an event loop.
     */
    public void leave() {
        stopListening();
        vertx.close().await();
        hazelcast.shutdown();
    }

    /** Goes at once, as if it died: for a node that lost its majority, whose shards are open elsewhere. */
    public void abandon() {
        hazelcast.getLifecycleService().terminate();
        vertx.close().await();
    }

    private void stopListening() {
        Promise<Void> stopped = Promise.promise();
        context.runOnContext(nothing -> {
            view.close();
            transport.close().onComplete(stopped);
        });
        stopped.future().await();
    }

    /** Keeps reports until there is a context to hand them over on. */
    private static final class LateSink implements Consumer<ReplicaReport> {
        private final Queue<ReplicaReport> early = new ConcurrentLinkedQueue<>();
        private final AtomicReference<Consumer<ReplicaReport>> open = new AtomicReference<>();

        @Override
        public void accept(ReplicaReport report) {
            Consumer<ReplicaReport> to = open.get();
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

        void open(Consumer<ReplicaReport> to) {
            open.set(to);
            flush();
        }

        private void flush() {
            Consumer<ReplicaReport> to = open.get();
            ReplicaReport report;
            while (to != null && (report = early.poll()) != null) {
                to.accept(report);
            }
        }
    }
}
