package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.ClusterStanding;
import io.lacewing.cluster.core.Effect;
import io.lacewing.cluster.core.Frame;
import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.NodeCore;
import io.lacewing.cluster.core.NodeState;
import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.core.View;
import io.lacewing.router.Destination.NodeDestination;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node: its core, run in turns, and its room full of connections. What the core wants done goes to the world; when the
 * node has stopped nothing of it is left.
 */
final class SimNode {
    private static final long TICK = 50;
    private static final long GRACE = 2_000;
    private static final long ASK_FOR_RECORDS = 3_000;

    private final World world;
    private final SimHost host;
    private final FakeDisk disk;
    private final View.Member member;
    private final NodeCore core;
    private final NodeRoom room;
    private final String name;
    private List<Input> inbox = new ArrayList<>();
    private boolean turnDue;
    private boolean alive = true;
    private boolean ready;
    private boolean cutOff;
    private long leasedUntil;
    private long viewDue;
    private @Nullable View seen;
    private @Nullable ClusterStanding standing;

    SimNode(World world, SimHost host, long incarnation) {
        this.world = world;
        this.host = host;
        this.disk = host.disk();
        this.member = host.member(incarnation);
        this.name = "node " + incarnation;
        this.core = new NodeCore(member, world.settings(), disk.open(() -> alive && host.isAwake()));
        this.room = new NodeRoom(world, this);
        Scheduler scheduler = world.scheduler();
        scheduler.note(name, "starts as " + member);
        scheduler.after(scheduler.between(0, TICK), this::tick);
        scheduler.after(scheduler.between(ASK_FOR_RECORDS, 10 * ASK_FOR_RECORDS), this::askForRecords);
    }

    SimHost host() {
        return host;
    }

    FakeDisk disk() {
        return disk;
    }

    View.Member member() {
        return member;
    }

    long incarnation() {
        return member.incarnation();
    }

    NodeRoom room() {
        return room;
    }

    boolean isAlive() {
        return alive;
    }

    /** True if it accepts clients. */
    boolean isReady() {
        return alive && ready;
    }

    /** What it knows of the cluster; null before it has joined. */
    @Nullable
    View seen() {
        return seen;
    }

    /** How it says that it stands; null if it has not said so. */
    @Nullable
    ClusterStanding standing() {
        return standing;
    }

    /** True if its event loops may acknowledge what they need not ask the core for. */
    boolean mayAcknowledge() {
        return host.steady() < leasedUntil;
    }

    /** Others go on without it, or it without others: its clients may miss what is published elsewhere. */
    void cutOff() {
        cutOff = true;
    }

    boolean wasCutOff() {
        return cutOff;
    }

    /** The process ends, now. */
    void stop() {
        if (alive) {
            alive = false;
            world.scheduler().note(name, "stops");
            room.stop();
        }
    }

    /** It has handed over all it had, and ends. */
    void left() {
        if (alive) {
            host.end();
        }
    }

    private void askForRecords() {
        if (alive) {
            disk.wantRecords(mark -> input(new Input.RecordsWanted(mark)));
            world.scheduler().after(ASK_FOR_RECORDS, this::askForRecords);
        }
    }

    private void tick() {
        if (alive) {
            if (host.isAwake()) {
                input(new Input.Tick());
            }
            world.scheduler().after(TICK + world.scheduler().between(0, 10), this::tick);
        }
    }

    /** It is told of a new view, in order, but in its own time. */
    void view(View view) {
        Scheduler scheduler = world.scheduler();
        viewDue = Math.max(
                viewDue, scheduler.now() + scheduler.between(0, world.chaos().viewDelay()));
        scheduler.at(viewDue, () -> {
            seen = view;
            input(new Input.ViewChanged(view));
        });
    }

    /** Something for the core, at its next turn. */
    void input(Input input) {
        if (!alive) {
            return;
        }
        inbox.add(input);
        if (!turnDue) {
            turnDue = true;
            world.scheduler().after(world.scheduler().between(0, 2), this::turn);
        }
    }

    private void turn() {
        if (alive && !host.isAwake()) {
            world.scheduler().after(10, this::turn);
            return;
        }
        turnDue = false;
        if (!alive) {
            return;
        }
        List<Input> inputs = inbox;
        inbox = new ArrayList<>();
        long wall = host.wall();
        long steady = host.steady();
        for (Input input : inputs) {
            if (!(input instanceof Input.Tick)) {
                world.scheduler().note(name + " in", input);
            }
            room.observe(input);
            core.handle(input, wall, steady);
        }
        core.flush(wall, steady);
        for (Effect effect : world.faults().disturb(core.effects())) {
            world.scheduler().note(name + " out", effect);
            carryOut(effect);
        }
    }

    private void carryOut(Effect effect) {
        FakeShardMap shards = world.shards();
        switch (effect) {
            case Effect.Send(Frame frame) -> world.network().send(world.faults().disturb(frame), this::arrive);
            case Effect.OpenShard(int shard) -> shards.open(this, shard);
            case Effect.CreateShard(int shard) -> shards.create(this, shard);
            case Effect.ExpectCopy(int shard, long epoch, long sequence) -> shards.expect(this, shard, epoch, sequence);
            case Effect.SendCopy(int shard, long epoch, long sequence) -> shards.sendCopy(this, shard, epoch, sequence);
            case Effect.ForgetCopy(int shard) -> shards.forgetCopy(this, shard);
            case Effect.SubmitBatch submit -> shards.submit(this, submit.batch());
            case Effect.InstallCopies install -> shards.installCopies(this, install.shard());
            case Effect.StoreRecords store ->
                world.tables().store(this, store.records(), ok -> input(new Input.RecordsStored(store.store(), ok)));
            case Effect.LoadTables() ->
                world.tables().load(this, (ok, records) -> input(new Input.TablesLoaded(ok, records)));
            case Effect.ForgetDestination(long incarnation) ->
                world.tables().forget(this, new NodeDestination(incarnation));
            case Effect.SaveState(long save, NodeState state) ->
                disk.save(state, () -> input(new Input.StateSaved(save)));
            case Effect.KeepRecords(long keep, List<TableRecord> records) ->
                disk.keep(records, () -> input(new Input.RecordsKept(keep)));
            case Effect.RecordsWritten(long mark) -> disk.recordsWritten(mark);
            case Effect.Alive(long wall) -> disk.alive(wall);
            case Effect.Answered answered -> {}
            case Effect.Standing now -> standing = now.standing();
            case Effect.Rejoin rejoin -> rejoin();
            case Effect.Lease(long until) -> leasedUntil = until;
            case Effect.Reply reply -> room.reply(reply.request(), reply.answer());
            case Effect.Deliver deliver -> room.deliver(deliver.delivery());
            case Effect.CloseConnection close -> room.takenOver(close);
            case Effect.DeliverLocal local -> room.deliverLocal(local.message(), local.plain(), local.groups());
            case Effect.PublishRoutes publish -> room.routes(publish.routes());
            case Effect.PublishRetained publish -> room.retained(publish.retained());
            case Effect.Ready(String missing) -> ready(missing == null);
            case Effect.Note note -> world.book().count(note.event());
        }
    }

    /** Its clients are sent away if it is not ready any more, and for a while. */
    private void ready(boolean now) {
        ready = now;
        if (!now) {
            world.scheduler().after(world.scheduler().between(0, GRACE), () -> {
                if (!ready && alive && host.isAwake()) {
                    room.closeAll();
                }
            });
        }
    }

    private void rejoin() {
        Scheduler scheduler = world.scheduler();
        scheduler.after(scheduler.between(0, 300), () -> {
            if (alive) {
                host.end();
                host.startAfter(scheduler.between(100, 2_000));
            }
        });
    }

    private void arrive(Frame frame) {
        SimNode to = world.node(frame.to());
        if (to != null) {
            to.input(new Input.FrameReceived(frame));
        }
    }
}
