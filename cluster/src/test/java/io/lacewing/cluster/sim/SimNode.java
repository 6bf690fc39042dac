package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Effect;
import io.lacewing.cluster.core.Frame;
import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.NodeCore;
import io.lacewing.cluster.core.NodeState;
import io.lacewing.cluster.core.Recovered;
import io.lacewing.cluster.core.View;
import io.lacewing.router.Destination.NodeDestination;
import java.util.ArrayList;
import java.util.List;

/**
 * One node: its core, run in turns, and its room full of connections. What the core wants done goes to the world; when the
 * node has stopped nothing of it is left.
 */
final class SimNode {
    private static final long TICK = 50;

    private final World world;
    private final View.Member member;
    private final NodeCore core;
    private final NodeRoom room;
    private final String name;
    private List<Input> inbox = new ArrayList<>();
    private boolean turnDue;
    private boolean alive = true;
    private boolean ready;

    SimNode(World world, long incarnation) {
        this.world = world;
        this.member = new View.Member(incarnation, "n" + incarnation);
        this.name = "node " + incarnation;
        this.core = new NodeCore(member, world.settings(), Recovered.nothing(NodeState.of(member.identity())));
        this.room = new NodeRoom(world, this);
        world.scheduler().after(world.scheduler().between(0, TICK), this::tick);
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

    /** The process ends, now. */
    void stop() {
        if (alive) {
            alive = false;
            world.scheduler().note(name, "stops");
            room.stop();
        }
    }

    private void tick() {
        if (alive) {
            input(new Input.Tick());
            world.scheduler().after(TICK + world.scheduler().between(0, 10), this::tick);
        }
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
        turnDue = false;
        if (!alive) {
            return;
        }
        List<Input> inputs = inbox;
        inbox = new ArrayList<>();
        long now = world.scheduler().now();
        for (Input input : inputs) {
            if (!(input instanceof Input.Tick)) {
                world.scheduler().note(name + " in", input);
            }
            core.handle(input, now, now);
        }
        core.flush(now, now);
        for (Effect effect : world.faults().disturb(core.effects())) {
            world.scheduler().note(name + " out", effect);
            carryOut(effect);
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Send(Frame frame) -> world.network().send(world.faults().disturb(frame), this::arrive);
            case Effect.OpenShard(int shard) -> world.shards().open(this, shard);
            case Effect.SubmitBatch submit -> world.shards().submit(this, submit.batch());
            case Effect.CreateShard create -> world.shards().create(this, create.shard());
            case Effect.SaveState save -> input(new Input.StateSaved(save.save()));
            case Effect.KeepRecords keep -> input(new Input.RecordsKept(keep.keep()));
            case Effect.ExpectCopy expect -> {}
            case Effect.SendCopy send -> {}
            case Effect.ForgetCopy forget -> {}
            case Effect.RecordsWritten written -> {}
            case Effect.Alive alive -> {}
            case Effect.Answered answered -> {}
            case Effect.Standing standing -> {}
            case Effect.Rejoin rejoin -> {}
            case Effect.Lease lease -> {}
            case Effect.InstallCopies install -> world.shards().installCopies(this, install.shard());
            case Effect.StoreRecords store ->
                world.tables().store(store.records(), ok -> input(new Input.RecordsStored(store.store(), ok)));
            case Effect.LoadTables() ->
                world.tables().load((ok, records) -> input(new Input.TablesLoaded(ok, records)));
            case Effect.ForgetDestination(long incarnation) -> world.tables().forget(new NodeDestination(incarnation));
            case Effect.Reply reply -> room.reply(reply.request(), reply.answer());
            case Effect.Deliver deliver -> room.deliver(deliver.delivery());
            case Effect.CloseConnection close -> room.takenOver(close);
            case Effect.DeliverLocal local -> room.deliverLocal(local.message(), local.plain(), local.groups());
            case Effect.PublishRoutes publish -> room.routes(publish.routes());
            case Effect.PublishRetained publish -> room.retained(publish.retained());
            case Effect.Ready(String missing) -> ready = missing == null;
            case Effect.Note note -> world.book().count(note.event());
        }
    }

    private void arrive(Frame frame) {
        SimNode to = world.node(frame.to());
        if (to != null) {
            to.input(new Input.FrameReceived(frame));
        }
    }
}
