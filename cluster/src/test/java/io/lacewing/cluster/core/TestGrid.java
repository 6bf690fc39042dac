package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Input.Failure;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.Shard;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.router.Destination.NodeDestination;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The replicated maps of a {@link TestCluster}, in memory: real shards, a replica on each node that holds one. */
final class TestGrid {
    private final TestCluster cluster;
    private final Map<Integer, Map<Long, Shard>> replicas = new HashMap<>();
    private final Map<Object, TableRecord> tables = new LinkedHashMap<>();
    private final List<Batch> submitted = new ArrayList<>();
    /** By shard: the standing of the copy that its owner waits for. */
    private final Map<Integer, Effect.ExpectCopy> expected = new HashMap<>();

    /** The bounds of shards that are created from now on. */
    ShardLimits limits = ShardLimits.DEFAULT;
    /** Backups get no batches while set. */
    boolean skipBackups;
    /** Nothing is sent from the disks of these nodes. */
    final Set<Long> unreadable = new HashSet<>();
    /** Batches are lost while set: nothing is applied, and nobody knows. */
    boolean unknown;
    /** All batches are refused for this reason while set. */
    @Nullable
    Failure failAll;

    TestGrid(TestCluster cluster) {
        this.cluster = cluster;
    }

    List<Batch> submitted() {
        return submitted;
    }

    @Nullable
    Shard replica(int shard, long node) {
        return replicas.getOrDefault(shard, Map.of()).get(node);
    }

    private Map<Long, Shard> of(int shard) {
        return replicas.computeIfAbsent(shard, s -> new HashMap<>());
    }

    void forget(long node) {
        replicas.values().forEach(map -> map.remove(node));
    }

    /** All nodes are gone, and with them all that was in memory. */
    void clear() {
        replicas.clear();
        tables.clear();
        expected.clear();
    }

    /** The maps behind the tables lose everything. */
    void loseTables() {
        tables.clear();
    }

    void expect(Effect.ExpectCopy expect) {
        expected.put(expect.shard(), expect);
    }

    /** A node gives what its disk has to the owner, which takes it if it waits for exactly that and has nothing as new. */
    void send(TestNode from, Effect.SendCopy send) {
        Shard copy = from.disk == null ? null : from.disk.copy(send.shard());
        Effect.ExpectCopy wanted = new Effect.ExpectCopy(send.shard(), send.epoch(), send.sequence());
        if (copy != null
                && copy.epoch() == send.epoch()
                && copy.sequence() == send.sequence()
                && wanted.equals(expected.get(send.shard()))
                && !unreadable.contains(from.incarnation)
                && of(send.shard()).values().stream().allMatch(there -> isBehind(there, send))) {
            long owner = cluster.placement(send.shard()).owner();
            of(send.shard()).put(owner, copy);
            report(cluster.node(owner), copy, owner, false);
            for (long backup : cluster.placement(send.shard()).backups()) {
                Shard second = Shard.restore(copy.snapshot());
                of(send.shard()).put(backup, second);
                report(cluster.node(backup), second, owner, false);
            }
        }
    }

    private static boolean isBehind(Shard there, Effect.SendCopy send) {
        return there.epoch() < send.epoch() || (there.epoch() == send.epoch() && there.sequence() < send.sequence());
    }

    @Nullable
    TableRecord stored(TableRecord like) {
        return tables.get(key(like));
    }

    /** A node has no replica any more. */
    void drop(int shard, long node) {
        of(shard).remove(node);
    }

    /** A replica is there, wherever it came from. */
    void put(Shard replica, long node) {
        of(replica.number()).put(node, replica);
    }

    /** What a migration does: the new replica is a copy of one that is there. */
    void copy(int shard, long from, long to) {
        Shard source = replica(shard, from);
        if (source != null) {
            of(shard).put(to, Shard.restore(source.snapshot()));
        }
    }

    void open(TestNode node, int shard) {
        if (cluster.placement(shard).owner() != node.incarnation) {
            return;
        }
        Map<Long, Shard> map = of(shard);
        Shard replica = map.get(node.incarnation);
        cluster.later(node, replica == null ? new Input.ShardMissing(shard) : opened(shard, replica, false));
    }

    void create(TestNode node, int shard) {
        if (cluster.placement(shard).owner() == node.incarnation) {
            Shard replica = of(shard).computeIfAbsent(node.incarnation, i -> new Shard(shard, limits));
            cluster.later(node, opened(shard, replica, true));
        }
    }

    private static Input opened(int shard, Shard replica, boolean created) {
        return new Input.ShardOpened(
                shard, replica.epoch(), replica.sequence(), replica.hash(), replica.owner(), created);
    }

    void submit(TestNode node, Batch batch) {
        submitted.add(batch);
        if (unknown || failAll != null) {
            fail(node, batch, failAll == null ? Failure.UNKNOWN : failAll);
            return;
        }
        Placement placement = cluster.placement(batch.shard());
        Shard own = replica(batch.shard(), node.incarnation);
        if (placement.owner() != node.incarnation) {
            fail(node, batch, Failure.NOT_OWNER);
        } else if (own == null) {
            fail(node, batch, Failure.MISSING);
        } else {
            switch (own.check(batch)) {
                case OK -> apply(node, own, batch, placement);
                case STALE_EPOCH -> fail(node, batch, Failure.STALE);
                case GAP, ALREADY_APPLIED -> fail(node, batch, Failure.GAP);
            }
        }
    }

    private void apply(TestNode node, Shard own, Batch batch, Placement placement) {
        Applied applied = own.apply(batch);
        cluster.later(node, new Input.BatchApplied(batch.shard(), applied));
        report(node, own, batch.owner(), false);
        if (skipBackups) {
            return;
        }
        for (long backup : placement.backups()) {
            TestNode holder = cluster.node(backup);
            if (!holder.alive) {
                continue;
            }
            Shard copy = of(batch.shard()).computeIfAbsent(backup, i -> new Shard(batch.shard(), limits));
            boolean next = copy.check(batch) == Shard.Verdict.OK;
            if (next) {
                copy.apply(batch);
            }
            report(holder, copy, batch.owner(), !next);
        }
    }

    private void report(TestNode holder, Shard replica, long owner, boolean gap) {
        if (holder.disk != null && !gap) {
            holder.disk.write(replica);
        }
        ReplicaReport report = new ReplicaReport(
                replica.number(), holder.incarnation, replica.epoch(), replica.sequence(), replica.hash(), gap);
        cluster.later(holder, new Input.ReplicaReported(report, owner));
    }

    private void fail(TestNode node, Batch batch, Failure failure) {
        cluster.later(node, new Input.BatchFailed(batch.shard(), batch.epoch(), batch.sequence(), failure));
    }

    void install(TestNode node, int shard) {
        for (long backup : cluster.placement(shard).backups()) {
            TestNode holder = cluster.node(backup);
            if (holder.alive) {
                copy(shard, node.incarnation, backup);
                Shard copy = replica(shard, backup);
                if (copy != null) {
                    report(holder, copy, node.incarnation, false);
                }
            }
        }
    }

    void store(TestNode node, Effect.StoreRecords store) {
        for (TableRecord record : store.records()) {
            Object key = key(record);
            TableRecord known = tables.get(key);
            if (known == null || known.version().compareTo(record.version()) < 0) {
                tables.put(key, record);
            }
        }
        cluster.later(node, new Input.RecordsStored(store.store(), true));
    }

    private static Object key(TableRecord record) {
        return switch (record) {
            case TableRecord.Route route -> route.key();
            case TableRecord.Retained retained -> retained.topic();
            case TableRecord.Holders holders -> holders.shard();
        };
    }

    void load(TestNode node) {
        cluster.later(node, new Input.TablesLoaded(true, List.copyOf(tables.values())));
    }

    void forgetDestination(long incarnation) {
        tables.values()
                .removeIf(record -> record instanceof TableRecord.Route route
                        && route.key().destination() instanceof NodeDestination node
                        && node.incarnation() == incarnation);
    }
}
