package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.Input.Failure;
import io.lacewing.cluster.core.ReplicaReport;
import io.lacewing.cluster.core.View.Placement;
import io.lacewing.cluster.sim.DiskCopy.Standing;
import io.lacewing.persistence.shard.Applied;
import io.lacewing.persistence.shard.Batch;
import io.lacewing.persistence.shard.OpResult;
import io.lacewing.persistence.shard.Origin;
import io.lacewing.persistence.shard.ShardLimits;
import io.lacewing.persistence.shard.ShardOp;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The replicated map of shards, with the vices that {@link Vice} names. Everything runs at the present owner; what a node
 * submits that is not the owner is refused there. Backups follow in order per pair of nodes, but are now and then left
 * out. What a replica applied goes to its node's disk, and is reported when it is written.
 */
final class FakeShardMap {
    private final World world;
    private final ShardLimits limits;
    private final Scheduler scheduler;
    private final Chaos chaos;
    private final FakeNetwork network;
    private final FakeGrid grid;
    private final ShardCopies copies;
    private final Map<Place, Long> expected = new HashMap<>();
    private boolean reliable;

    private record Place(long incarnation, int shard, long epoch) {}

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

    /** What is done where the owner is. */
    private interface AtOwner {
        void run(GridPart part, Placement at);
    }

    /** Runs something at the owner, once the shard does not move and has an owner that lives and is heard. */
    private void atOwner(int shard, SimNode from, AtOwner action) {
        GridPart part = grid.partOf(from.incarnation());
        if (!from.isAlive() || part == null) {
            return;
        }
        Placement at = part.placement(shard);
        SimNode owner = world.node(at.owner());
        boolean reached = owner != null
                && part.isHome(at.owner())
                && owner.host().isAwake()
                && from.host().isAwake()
                && network.linked(from.incarnation(), at.owner());
        if (!reached || part.isMoving(shard)) {
            scheduler.after(20, () -> atOwner(shard, from, action));
            return;
        }
        action.run(part, at);
    }

    private long delay() {
        return scheduler.between(0, chaos.mapDelay());
    }

    /** Finds the shard. */
    void open(SimNode from, int shard) {
        scheduler.after(
                delay(),
                () -> atOwner(shard, from, (part, at) -> {
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
                () -> atOwner(shard, from, (part, at) -> {
                    if (at.owner() != from.incarnation()) {
                        answer(from, new Input.BatchFailed(shard, 0, 0, Failure.NOT_OWNER));
                        return;
                    }
                    Replica found = copies.get(at.owner(), shard);
                    Replica replica = found == null ? Replica.create(shard, limits) : found;
                    if (found == null) {
                        world.book().created(shard, from);
                        copies.put(at.owner(), shard, replica);
                        copyToBackups(from, part, shard);
                    }
                    answer(from, opened(shard, replica, found == null));
                }));
    }

    private Input opened(int shard, Replica replica, boolean created) {
        long owner = world.faults().has(Fault.FENCE_IGNORED) ? 0 : replica.owner();
        return new Input.ShardOpened(shard, replica.epoch(), replica.sequence(), replica.hash(), owner, created);
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
                            () -> atOwner(batch.shard(), from, (part, at) -> {
                                apply(from, part, at, batch);
                                unknown(from, batch);
                            }));
                default -> {
                    scheduler.after(delay(), () -> unknown(from, batch));
                    scheduler.after(
                            delay() + scheduler.between(0, 500),
                            () -> atOwner(batch.shard(), from, (part, at) -> apply(from, part, at, batch)));
                }
            }
            return;
        }
        scheduler.after(delay(), () -> atOwner(batch.shard(), from, (part, at) -> apply(from, part, at, batch)));
    }

    private void unknown(SimNode from, Batch batch) {
        answer(from, new Input.BatchFailed(batch.shard(), batch.epoch(), batch.sequence(), Failure.UNKNOWN));
    }

    private void apply(SimNode from, GridPart part, Placement at, Batch batch) {
        if (at.owner() != from.incarnation()) {
            fail(from, batch, Failure.NOT_OWNER);
            return;
        }
        Replica replica = copies.get(at.owner(), batch.shard());
        if (replica == null) {
            fail(from, batch, Failure.MISSING);
            return;
        }
        Standing before = Standing.of(replica);
        switch (replica.apply(batch)) {
            case Replica.Outcome.Done(Applied applied) -> {
                scheduler.note("map", batch);
                attached(batch, applied);
                Input report = report(from, batch.shard(), replica, batch.owner());
                if (isKept(from, batch.shard(), replica, batch.owner())) {
                    from.disk().append(batch.shard(), before, batch, replica, () -> {
                        answer(from, new Input.BatchApplied(batch.shard(), applied));
                        answer(from, report);
                    });
                }
                for (long backup : at.backups()) {
                    sendToBackup(from, part, backup, batch, replica);
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

    private void sendToBackup(SimNode owner, GridPart part, long backup, Batch batch, Replica master) {
        if (world.faults().has(Fault.BACKUP_REPORTS_WITHOUT_APPLYING)) {
            SimNode node = world.node(backup);
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
            SimNode node = world.node(backup);
            if (node != null && areTogether(part, owner, node)) {
                follow(node, batch);
            }
        });
    }

    /** True if both still live by this list: then the one takes what the other sent. */
    private boolean areTogether(GridPart part, SimNode one, SimNode other) {
        return grid.partOf(other.incarnation()) == part && part.isHome(one.incarnation());
    }

    private void follow(SimNode node, Batch batch) {
        Replica replica = copies.get(node.incarnation(), batch.shard());
        Standing before = replica == null ? new Standing(-1, -1, 0) : Standing.of(replica);
        boolean gap = replica == null || replica.follow(batch);
        if (gap || replica == null) {
            ReplicaReport report = new ReplicaReport(
                    batch.shard(), node.incarnation(), before.epoch(), before.sequence(), before.hash(), true);
            node.disk().afterAll(() -> answer(node, new Input.ReplicaReported(report, batch.owner())));
            return;
        }
        if (!isKept(node, batch.shard(), replica, batch.owner())) {
            return;
        }
        Input report = report(node, batch.shard(), replica, batch.owner());
        if (before.equals(Standing.of(replica))) {
            node.disk().keep(batch.shard(), replica, () -> answer(node, report));
        } else {
            node.disk().append(batch.shard(), before, batch, replica, () -> answer(node, report));
        }
    }

    /** Copies the owner's replica to its backups, whatever they hold. */
    void installCopies(SimNode from, int shard) {
        if (world.faults().has(Fault.NO_COPIES)) {
            return;
        }
        scheduler.after(
                delay(),
                () -> atOwner(shard, from, (part, at) -> {
                    Replica replica = copies.get(at.owner(), shard);
                    if (at.owner() == from.incarnation() && replica != null) {
                        copyToBackups(from, part, shard);
                        if (!isKept(from, shard, replica, from.incarnation())) {
                            return;
                        }
                        Input report = report(from, shard, replica, from.incarnation());
                        from.disk().keep(shard, replica, () -> answer(from, report));
                    }
                }));
    }

    private void copyToBackups(SimNode owner, GridPart part, int shard) {
        byte[] copy = copies.snapshot(owner.incarnation(), shard);
        for (long backup : part.placement(shard).backups()) {
            if (!reliable && scheduler.chance(chaos.backupSkip())) {
                continue;
            }
            network.sendInOrder(owner.incarnation(), backup, () -> {
                SimNode node = world.node(backup);
                if (node != null
                        && areTogether(part, owner, node)
                        && part.placement(shard).backups().contains(backup)) {
                    install(node, shard, copy, owner.incarnation());
                }
            });
        }
    }

    private void install(SimNode node, int shard, byte[] copy, long owner) {
        copies.install(node.incarnation(), shard, copy);
        Replica replica = copies.get(node.incarnation(), shard);
        if (replica != null && isKept(node, shard, replica, owner)) {
            Input report = report(node, shard, replica, owner);
            node.disk().keep(shard, replica, () -> answer(node, report));
        }
    }

    /** True if a disk may take the replica: it has nothing later. If it has, the owner is told. */
    private boolean isKept(SimNode node, int shard, Replica replica, long owner) {
        Standing kept = node.disk().kept(shard);
        if (kept == null || !kept.isAhead(Standing.of(replica))) {
            return true;
        }
        boolean superseded = kept.epoch() > replica.epoch();
        Standing said = superseded ? kept : Standing.of(replica);
        ReplicaReport report =
                new ReplicaReport(shard, node.incarnation(), said.epoch(), said.sequence(), said.hash(), !superseded);
        node.disk().afterAll(() -> answer(node, new Input.ReplicaReported(report, owner)));
        return false;
    }

    // ---- copies from disks ----

    /** The owner takes a copy of this standing from a disk. */
    void expect(SimNode owner, int shard, long epoch, long sequence) {
        expected.keySet().removeIf(place -> place.incarnation() == owner.incarnation() && place.shard() == shard);
        expected.put(new Place(owner.incarnation(), shard, epoch), sequence);
    }

    /** A node's copy on disk sets out for the owner. */
    void sendCopy(SimNode from, int shard, long epoch, long sequence) {
        scheduler.after(
                delay(),
                () -> atOwner(shard, from, (part, at) -> {
                    DiskCopy copy = from.disk().copy(shard, epoch, sequence);
                    if (copy == null) {
                        return;
                    }
                    network.sendInOrder(from.incarnation(), at.owner(), () -> {
                        SimNode owner = world.node(at.owner());
                        if (owner != null && areTogether(part, from, owner)) {
                            take(owner, part, shard, epoch, copy);
                        }
                    });
                }));
    }

    private void take(SimNode owner, GridPart part, int shard, long epoch, DiskCopy copy) {
        Replica present = copies.get(owner.incarnation(), shard);
        Long sequence = expected.get(new Place(owner.incarnation(), shard, epoch));
        boolean wanted = sequence != null && sequence == copy.standing().sequence();
        if (wanted
                && part.placement(shard).owner() == owner.incarnation()
                && !part.isMoving(shard)
                && (present == null || copy.standing().isAhead(Standing.of(present)))) {
            expected.remove(new Place(owner.incarnation(), shard, epoch));
            copies.put(owner.incarnation(), shard, copy.read());
            scheduler.note("map", "shard " + shard + " is back from a disk at " + copy.standing());
            copyToBackups(owner, part, shard);
        }
    }

    /** The copy on a node's disk is not needed, unless the node holds the shard. */
    void forgetCopy(SimNode from, int shard) {
        GridPart part = grid.partOf(from.incarnation());
        boolean holds = part == null
                || part.placement(shard).owner() == from.incarnation()
                || part.placement(shard).backups().contains(from.incarnation());
        if (!holds) {
            from.disk().forget(shard);
        }
    }

    private static Input report(SimNode node, int shard, Replica replica, long owner) {
        return new Input.ReplicaReported(
                new ReplicaReport(
                        shard, node.incarnation(), replica.epoch(), replica.sequence(), replica.hash(), false),
                owner);
    }

    private void fail(SimNode from, Batch batch, Failure why) {
        scheduler.note("map", why + " shard " + batch.shard() + " sequence " + batch.sequence());
        answer(from, new Input.BatchFailed(batch.shard(), batch.epoch(), batch.sequence(), why));
    }

    private void answer(SimNode node, Input input) {
        network.sendInOrder(node.incarnation(), node.incarnation(), () -> node.input(input));
    }
}
