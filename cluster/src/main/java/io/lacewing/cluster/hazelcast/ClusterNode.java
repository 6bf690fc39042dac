package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.LocalSessions;
import io.lacewing.cluster.core.Frame;
import io.lacewing.cluster.core.FrameCodec;
import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.Recovered;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.core.View.Member;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaTable;
import io.lacewing.cluster.runtime.CoreRunner;
import io.lacewing.cluster.runtime.NodeStore;
import io.lacewing.cluster.runtime.StorePort;
import io.lacewing.persistence.codec.CodecException;
import io.lacewing.persistence.shard.ShardLimits;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node in a cluster: its core runs on the clustered Vert.x, with the ports on Hazelcast and the event bus. */
public final class ClusterNode {
    private static final Logger log = LoggerFactory.getLogger(ClusterNode.class);

    private final ClusterMember member;
    private final CoreRunner core;

    private ClusterNode(ClusterMember member, CoreRunner core) {
        this.member = member;
        this.core = core;
    }

    /**
     * Joins the cluster and starts the core; it is ready when its observer says so. Blocks until the cluster is formed.
     *
     * @param options where host and port of the event bus stand
     * @param store to be closed after this node has left
     * @param patience asked while waiting: true ends it
     * @throws RefusedException if this node can't be in one cluster with the members that it found
     * @throws IllegalStateException if it was given up
     */
    public static ClusterNode join(
            ClusterSettings settings,
            VertxOptions options,
            CoreRunner core,
            ShardLimits limits,
            NodeStore store,
            LocalSessions sessions,
            Patience patience) {
        Inputs inputs = new Inputs(core);
        Recovered recovered = store.recovered();
        MemberProfile profile = new MemberProfile(
                store.identity(),
                recovered.state().learned(),
                recovered.durable(),
                settings.profile().version(),
                settings.profile().authorities());
        ClusterMember member = ClusterMember.join(
                settings.withProfile(profile),
                options,
                ShardReplica.factory(limits),
                store.replicas(),
                inputs,
                patience);
        member.context().runOnContext(v -> {
            HazelcastShards shards = new HazelcastShards(
                    core, member.shards(), store, member.vertx(), settings.incarnation(), MemberConfiguration.SHARDS);
            HazelcastTables tables =
                    new HazelcastTables(core, member.routes(), member.retained(), member.cluster(), member.vertx());
            inputs.open(shards, tables);
            StorePort disk = store.start(core, member.shards()::renew);
            core.start(
                    member.context(),
                    new CoreRunner.Ports(shards, tables, disk, frame -> send(member, frame), sessions));
        });
        member.onUnwantedEnd(() -> core.fail(new IllegalStateException("Hazelcast has stopped by itself")));
        return new ClusterNode(member, core);
    }

    private static void send(ClusterMember member, Frame frame) {
        member.transport()
                .send(frame.to(), Buffer.buffer(FrameCodec.encode(frame)))
                .onFailure(failure -> log.debug("A frame to {} is lost: {}", frame.to(), failure.toString()));
    }

    /**
     * Leaves the cluster, its shards handed to the others; until they are, the core goes on, as the others wait for its
     * answers. Blocks: not for an event loop.
     */
    public void leave() {
        member.handOver();
        core.stop().toCompletionStage().toCompletableFuture().join();
        member.close();
    }

    /**
     * Leaves as if it died: what this node has is not handed over. For a node without which the others go on. Blocks: not
     * for an event loop.
     */
    public void abandon() {
        core.stop().toCompletionStage().toCompletableFuture().join();
        member.abandon();
    }

    /** Makes inputs of what the member sees. On the core's context. */
    private static final class Inputs implements ClusterMember.Events {
        private final CoreRunner core;
        private final Queue<ReplicaNotice> early = new ArrayDeque<>();
        private @Nullable HazelcastShards shards;
        private @Nullable HazelcastTables tables;
        private List<Member> nodes = List.of();
        private @Nullable ReplicaTable table;

        Inputs(CoreRunner core) {
            this.core = core;
        }

        void open(HazelcastShards to, HazelcastTables of) {
            shards = to;
            tables = of;
            early.forEach(to::noticed);
            early.clear();
        }

        @Override
        public void onReport(ReplicaNotice notice) {
            HazelcastShards to = shards;
            if (to != null) {
                to.noticed(notice);
            } else {
                early.add(notice);
            }
        }

        @Override
        public void onFrame(Buffer frame) {
            try {
                core.offer(new Input.FrameReceived(FrameCodec.decode(frame.getBytes())));
            } catch (CodecException unreadable) {
                log.warn(
                        "A frame of {} bytes from another node is not readable: {}",
                        frame.length(),
                        unreadable.getMessage());
            }
        }

        @Override
        public void onMembers(List<Member> present) {
            sayWhoCameAndWent(present);
            if (tables != null && !present.containsAll(nodes)) {
                tables.memberLeft();
            }
            nodes = present;
            offerView();
        }

        @Override
        public void onReplicas(ReplicaTable replicas) {
            table = replicas;
            offerView();
        }

        private void sayWhoCameAndWent(List<Member> present) {
            String members = present.stream().map(Member::nodeId).sorted().collect(Collectors.joining(", "));
            if (nodes.isEmpty()) {
                log.info("members: {}", members);
                return;
            }
            String left = namesOf(nodes, present);
            String joined = namesOf(present, nodes);
            if (!left.isEmpty()) {
                log.info("{} left; members: {}", left, members);
            }
            if (!joined.isEmpty()) {
                log.info("{} joined; members: {}", joined, members);
            }
        }

        /** As "node n2" or "nodes n2, n3": those of the first that are not among the second; empty if there are none. */
        private static String namesOf(List<Member> some, List<Member> others) {
            List<String> names = some.stream()
                    .filter(member -> !others.contains(member))
                    .map(Member::nodeId)
                    .sorted()
                    .toList();
            return names.isEmpty() ? "" : (names.size() == 1 ? "node " : "nodes ") + String.join(", ", names);
        }

        private void offerView() {
            ReplicaTable replicas = table;
            if (replicas == null || nodes.isEmpty()) {
                return;
            }
            List<Placement> placements = new ArrayList<>();
            for (int shard = 0; shard < replicas.shards(); shard++) {
                placements.add(placement(replicas, shard));
            }
            core.offer(new Input.ViewChanged(new View(nodes, placements)));
        }

        private static Placement placement(ReplicaTable table, int shard) {
            long owner = table.ownerOf(shard);
            List<Long> backups = new ArrayList<>();
            for (long replica : table.replicasOf(shard)) {
                if (replica != ReplicaTable.NOBODY && replica != owner) {
                    backups.add(replica);
                }
            }
            return new Placement(owner, List.copyOf(backups));
        }
    }
}
