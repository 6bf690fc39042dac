package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.Input.Failure;
import io.lacewing.cluster.core.ReplicaReport;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardOp;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The replicated map of shards, with the vices that {@link Vice} names. Everything runs at the present owner; what a node
 * submits that is not the owner is refused there. Backups follow in order per pair of nodes, but are now and then left
 * out.
 */
final class FakeShardMap {
    private final World world;
    private final ShardLimits limits;
    private final Scheduler scheduler;
    private final Chaos chaos;
    private final FakeNetwork network;
    private final FakeGrid grid;
    private final ShardCopies copies;
    private boolean reliable;

    FakeShardMap(World world, ShardLimits limits) {
        this.world = world;
        this.limits = world.faults().has(Fault.BOUNDLESS_SHARDS) ? Scenario.AMPLE : limits;
        this.scheduler = world.scheduler();
        this.chaos = world.chaos();
        this.network = world.network();
        this.grid = world.grid();
        this.copies = world.copies();
    }

    /** From now on no backup is left out and nothing fails without saying. */
    void calm() {
        reliable = true;
    }

    /** Runs something at the owner, once the shard does not move and has an owner that lives. */
    private void atOwner(int shard, SimNode from, Runnable action) {
        Placement at = grid.placement(shard);
        SimNode owner = node(at.owner());
        if (!from.isAlive() || !grid.isMember(from.incarnation())) {
            return;
        }
        if (owner == null || !owner.isAlive() || grid.isMoving(shard)) {
            scheduler.after(20, () -> atOwner(shard, from, action));
            return;
        }
        action.run();
    }

    private @Nullable SimNode node(long incarnation) {
        for (SimNode node : grid.members()) {
            if (node.incarnation() == incarnation) {
                return node;
            }
        }
        return null;
    }

    private long delay() {
        return scheduler.between(0, chaos.mapDelay());
    }

    /** Finds the shard, or creates it: at the owner and its backups. */
    void open(SimNode from, int shard) {
        scheduler.after(
                delay(),
                () -> atOwner(shard, from, () -> {
                    Placement at = grid.placement(shard);
                    if (at.owner() != from.incarnation()) {
                        answer(from, new Input.BatchFailed(shard, 0, 0, Failure.NOT_OWNER));
                        return;
                    }
                    Replica found = copies.get(at.owner(), shard);
                    answer(from, found == null ? new Input.ShardMissing(shard) : opened(shard, found, false));
                }));
    }

    /** Makes a shard, unless there is one. */
    void create(SimNode from, int shard) {
        scheduler.after(
                delay(),
                () -> atOwner(shard, from, () -> {
                    Placement at = grid.placement(shard);
                    if (at.owner() != from.incarnation()) {
                        answer(from, new Input.BatchFailed(shard, 0, 0, Failure.NOT_OWNER));
                        return;
                    }
                    Replica found = copies.get(at.owner(), shard);
                    Replica replica = found == null ? Replica.create(shard, limits) : found;
                    if (found == null) {
                        copies.put(at.owner(), shard, replica);
                        copyToBackups(from, shard, at);
                    }
                    answer(from, opened(shard, replica, found == null));
                }));
    }

    private static Input opened(int shard, Replica replica, boolean created) {
        return new Input.ShardOpened(
                shard, replica.epoch(), replica.sequence(), replica.hash(), replica.owner(), created);
    }

    /** Applies a batch at the owner and its backups. */
    void submit(SimNode from, Batch batch) {
        boolean unknown = !reliable && scheduler.chance(chaos.unknown());
        if (unknown) {
            scheduler.note("map", "nobody will know of shard " + batch.shard() + " sequence " + batch.sequence());
            switch (scheduler.below(3)) {
                case 0 -> scheduler.after(delay(), () -> unknown(from, batch));
                case 1 ->
                    scheduler.after(
                            delay(),
                            () -> atOwner(batch.shard(), from, () -> {
                                apply(from, batch);
                                unknown(from, batch);
                            }));
                default -> {
                    scheduler.after(delay(), () -> unknown(from, batch));
                    scheduler.after(
                            delay() + scheduler.between(0, 500),
                            () -> atOwner(batch.shard(), from, () -> apply(from, batch)));
                }
            }
            return;
        }
        scheduler.after(delay(), () -> atOwner(batch.shard(), from, () -> apply(from, batch)));
    }

    private void unknown(SimNode from, Batch batch) {
        answer(from, new Input.BatchFailed(batch.shard(), batch.epoch(), batch.sequence(), Failure.UNKNOWN));
    }

    private void apply(SimNode from, Batch batch) {
        Placement at = grid.placement(batch.shard());
        if (at.owner() != from.incarnation()) {
            fail(from, batch, Failure.NOT_OWNER);
            return;
        }
        Replica replica = copies.get(at.owner(), batch.shard());
        if (replica == null) {
            fail(from, batch, Failure.MISSING);
            return;
        }
        switch (replica.apply(batch)) {
            case Replica.Outcome.Done(Applied applied) -> {
                scheduler.note("map", batch);
                attached(batch, applied);
                answer(from, new Input.BatchApplied(batch.shard(), applied));
                answer(from, new Input.ReplicaReported(report(from, batch.shard(), replica, false), batch.owner()));
                for (long backup : at.backups()) {
                    sendToBackup(from, backup, batch, replica);
                }
            }
            case Replica.Outcome.Refused(Failure why) -> fail(from, batch, why);
        }
    }

    /** Tells the clients which of their CONNECTs came to the shard. */
    private void attached(Batch batch, Applied applied) {
        Iterator<Applied.Answer> answers = applied.answers().iterator();
        for (Batch.NumberedOp numbered : batch.ops()) {
            boolean answered = numbered.origin().kind() != Origin.Kind.OWNER;
            if (answered
                    && answers.next() instanceof Applied.Answer.Result result
                    && result.result() instanceof OpResult.Attached attached
                    && numbered.op() instanceof ShardOp.Attach attach) {
                world.clients().stream()
                        .filter(client -> client.traits().id().equals(attach.clientId()))
                        .forEach(client -> client.attached(attach, attached.epoch()));
            }
        }
    }

    private void sendToBackup(SimNode owner, long backup, Batch batch, Replica master) {
        SimNode node = node(backup);
        if (world.faults().has(Fault.BACKUP_REPORTS_WITHOUT_APPLYING)) {
            if (node != null) {
                ReplicaReport lie = new ReplicaReport(
                        batch.shard(), backup, master.epoch(), master.sequence(), master.hash(), false);
                answer(node, new Input.ReplicaReported(lie, batch.owner()));
            }
            return;
        }
        if (!reliable && scheduler.chance(chaos.backupSkip())) {
            scheduler.note("map", "skips backup " + backup + " of shard " + batch.shard());
            return;
        }
        network.sendInOrder(owner.incarnation(), backup, () -> {
            if (node == null || !node.isAlive()) {
                return;
            }
            Replica replica = copies.get(backup, batch.shard());
            boolean gap = replica == null || replica.follow(batch);
            answer(node, new Input.ReplicaReported(report(node, batch.shard(), replica, gap), batch.owner()));
        });
    }

    /** Copies the owner's replica to its backups, whatever they hold. */
    void installCopies(SimNode from, int shard) {
        if (world.faults().has(Fault.NO_COPIES)) {
            return;
        }
        scheduler.after(
                delay(),
                () -> atOwner(shard, from, () -> {
                    Placement at = grid.placement(shard);
                    Replica replica = copies.get(at.owner(), shard);
                    if (at.owner() == from.incarnation() && replica != null) {
                        copyToBackups(from, shard, at);
                        answer(
                                from,
                                new Input.ReplicaReported(report(from, shard, replica, false), from.incarnation()));
                    }
                }));
    }

    private void copyToBackups(SimNode owner, int shard, Placement at) {
        byte[] copy = copies.snapshot(owner.incarnation(), shard);
        for (long backup : at.backups()) {
            if (!reliable && scheduler.chance(chaos.backupSkip())) {
                continue;
            }
            network.sendInOrder(owner.incarnation(), backup, () -> {
                SimNode node = node(backup);
                if (node == null
                        || !node.isAlive()
                        || !grid.placement(shard).backups().contains(backup)) {
                    return;
                }
                copies.install(backup, shard, copy);
                Replica replica = copies.get(backup, shard);
                answer(node, new Input.ReplicaReported(report(node, shard, replica, false), owner.incarnation()));
            });
        }
    }

    private static ReplicaReport report(SimNode node, int shard, @Nullable Replica replica, boolean gap) {
        return replica == null
                ? new ReplicaReport(shard, node.incarnation(), 0, 0, 0, gap)
                : new ReplicaReport(
                        shard, node.incarnation(), replica.epoch(), replica.sequence(), replica.hash(), gap);
    }

    private void fail(SimNode from, Batch batch, Failure why) {
        scheduler.note("map", why + " shard " + batch.shard() + " sequence " + batch.sequence());
        answer(from, new Input.BatchFailed(batch.shard(), batch.epoch(), batch.sequence(), why));
    }

    private void answer(SimNode node, Input input) {
        network.sendInOrder(node.incarnation(), node.incarnation(), () -> node.input(input));
    }
}
