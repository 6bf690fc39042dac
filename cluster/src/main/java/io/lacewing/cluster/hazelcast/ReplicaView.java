package io.lacewing.cluster.hazelcast;

import com.hazelcast.cluster.InitialMembershipEvent;
import com.hazelcast.cluster.InitialMembershipListener;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.InternalPartition;
import com.hazelcast.internal.partition.InternalPartitionService;
import com.hazelcast.internal.partition.PartitionReplica;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.ReplicaMigrationEvent;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.replica.ReplicaTable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is a member and who holds which shard. The one class that reads Hazelcast's internal partition table: the public
 * API does not say who the backups are.
 *
 * <p>Events only wake it up; each look compares whole tables, and it looks every {@value #LOOK_MILLIS} ms in any case, so
 * a lost event costs time and nothing else. The listener is called on the context, with each state that differs from the
 * last.
 */
public final class ReplicaView {
    private static final long LOOK_MILLIS = 250;
    private static final Logger log = LoggerFactory.getLogger(ReplicaView.class);
    private static final long UNKNOWN = Long.MIN_VALUE;

    /** Is told what changed, on the context. */
    public interface Listener {
        /** The members, this one included, ascending by incarnation. */
        void onMembers(List<View.Member> nodes);

        /** Owners and backups of all shards. */
        void onReplicas(ReplicaTable table);
    }

    private final HazelcastInstance member;
    private final InternalPartitionService partitions;
    private final int copies;
    private final Context context;
    private final Listener listener;
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Members that left stay known: the table may name one a moment longer than the membership does. */
    private final Map<UUID, Long> incarnations = new HashMap<>();

    private List<View.Member> lastNodes = List.of();
    private @Nullable ReplicaTable lastTable;
    private long lastStamp = UNKNOWN;

    /** True if the table named a member that the membership did not yet: then look again. */
    private boolean strangers;

    /** Looks from now on until the Vert.x is closed; to be called on the context. */
    static void watch(HazelcastInstance member, Vertx vertx, Context context, Listener listener) {
        ReplicaView view = new ReplicaView(member, context, listener);
        member.getCluster().addMembershipListener(view.new MembershipWake());
        member.getPartitionService().addMigrationListener(view.new MigrationWake());
        vertx.setPeriodic(LOOK_MILLIS, tick -> view.look());
        view.wake();
    }

    private ReplicaView(HazelcastInstance member, Context context, Listener listener) {
        this.member = member;
        this.partitions = partitions(member);
        this.copies = copies(member);
        this.context = context;
        this.listener = listener;
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(nothing -> {
                woken.set(false);
                look();
            });
        }
    }

    private void look() {
        if (!member.getLifecycleService().isRunning()) {
            return;
        }
        try {
            compare();
        } catch (HazelcastInstanceNotActiveException shutDownMeanwhile) {
            log.debug("The member was shut down while its table was read", shutDownMeanwhile);
        }
    }

    private void compare() {
        List<View.Member> nodes = new ArrayList<>();
        Set<UUID> present = new HashSet<>();
        for (Member each : member.getCluster().getMembers()) {
            MemberAttributes attributes = MemberAttributes.of(each);
            if (attributes != null) {
                nodes.add(attributes.node());
                incarnations.put(each.getUuid(), attributes.node().incarnation());
                present.add(each.getUuid());
            }
        }
        nodes.sort(Comparator.comparingLong(View.Member::incarnation));
        if (!nodes.equals(lastNodes)) {
            lastNodes = List.copyOf(nodes);
            listener.onMembers(lastNodes);
        }
        lookAtTable(present);
    }

    private void lookAtTable(Set<UUID> present) {
        long stamp = partitions.getPartitionStateStamp();
        if (stamp == lastStamp) {
            return;
        }
        InternalPartition[] all = partitions.getInternalPartitions();
        Set<UUID> named = new HashSet<>(present);
        strangers = false;
        long[][] replicas = new long[all.length][];
        for (int shard = 0; shard < all.length; shard++) {
            replicas[shard] = replicasOf(all[shard], named);
        }
        ReplicaTable table = new ReplicaTable(replicas);
        lastStamp = strangers ? UNKNOWN : stamp;
        incarnations.keySet().retainAll(named);
        if (!table.equals(lastTable)) {
            lastTable = table;
            listener.onReplicas(table);
        }
    }

    private long[] replicasOf(InternalPartition partition, Set<UUID> named) {
        long[] found = new long[copies];
        for (int index = 0; index < copies; index++) {
            PartitionReplica replica = partition.getReplica(index);
            if (replica != null) {
                named.add(replica.uuid());
                Long incarnation = incarnations.get(replica.uuid());
                found[index] = incarnation == null ? ReplicaTable.NOBODY : incarnation;
                strangers |= incarnation == null;
            }
        }
        return found;
    }

    /** True if this member is the owner or a backup of a shard by the table as it is now. Any thread. */
    static boolean holds(HazelcastInstance member, int shard) {
        UUID self = member.getCluster().getLocalMember().getUuid();
        InternalPartition partition = partitions(member).getPartition(shard, false);
        for (int index = 0; index < copies(member); index++) {
            PartitionReplica replica = partition.getReplica(index);
            if (replica != null && replica.uuid().equals(self)) {
                return true;
            }
        }
        return false;
    }

    private static InternalPartitionService partitions(HazelcastInstance member) {
        return ((HazelcastInstanceProxy) member).getOriginal().node.partitionService;
    }

    private static int copies(HazelcastInstance member) {
        return member.getConfig().getMapConfig(MemberConfiguration.SESSIONS).getBackupCount() + 1;
    }

    private final class MembershipWake implements InitialMembershipListener {
        @Override
        public void init(InitialMembershipEvent event) {
            wake();
        }

        @Override
        public void memberAdded(MembershipEvent event) {
            wake();
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            wake();
        }
    }

    private final class MigrationWake implements MigrationListener {
        @Override
        public void migrationStarted(MigrationState state) {
            wake();
        }

        @Override
        public void migrationFinished(MigrationState state) {
            wake();
        }

        @Override
        public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
            wake();
        }

        @Override
        public void replicaMigrationFailed(ReplicaMigrationEvent event) {
            wake();
        }
    }
}
