package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.View;
import org.jspecify.annotations.Nullable;

/** A machine that runs a node most of the time: its disk, its clocks and the process of now. */
final class SimHost {
    private final World world;
    private final String nodeId;
    private final long wallSkew;
    private final long steadyOrigin;
    private FakeDisk disk;
    private @Nullable SimNode node;
    private long frozenUntil;
    /** True if somebody will start it again. */
    private boolean startDue;

    SimHost(World world, String nodeId) {
        this.world = world;
        this.nodeId = nodeId;
        Scheduler scheduler = world.scheduler();
        wallSkew = world.isSkewed() ? scheduler.between(-1_000, 1_000) : 0;
        steadyOrigin = scheduler.between(0, 1_000_000_000);
        disk = newDisk();
    }

    private FakeDisk newDisk() {
        return new FakeDisk(world, nodeId, world.newIdentity());
    }

    String nodeId() {
        return nodeId;
    }

    FakeDisk disk() {
        return disk;
    }

    /** What its clock on the wall shows. */
    long wall() {
        return world.wall() + wallSkew;
    }

    /** Its monotonic clock. */
    long steady() {
        return world.scheduler().now() - Scheduler.START + steadyOrigin;
    }

    /** The node that runs here; null if none does. */
    @Nullable
    SimNode node() {
        return node != null && node.isAlive() ? node : null;
    }

    boolean isUp() {
        return node() != null;
    }

    // ---- what happens to it ----

    /** A process starts, unless one runs. */
    void start() {
        startDue = false;
        if (!isUp()) {
            SimNode started = new SimNode(world, this, world.newIncarnation());
            node = started;
            world.started(started);
        }
    }

    /** Starts a process after a while. */
    void startAfter(long millis) {
        if (!startDue) {
            startDue = true;
            world.scheduler().after(millis, this::start);
        }
    }

    /** kill -9. */
    void kill() {
        SimNode running = node();
        if (running != null) {
            disk.kill();
            running.stop();
            world.grid().died(running);
        }
        frozenUntil = 0;
    }

    /** The machine is switched off; nobody is told by a closed connection. */
    void losePower() {
        SimNode running = node();
        if (running != null) {
            disk.losePower();
            running.stop();
            world.grid().vanished(running);
        }
        frozenUntil = 0;
    }

    /** The process ends as it should, at once. */
    void end() {
        SimNode running = node();
        if (running != null) {
            disk.close();
            running.stop();
            world.grid().died(running);
        }
    }

    /** The process ends, and its volume is gone: what starts next has the name and nothing else. */
    void loseVolume() {
        kill();
        disk = newDisk();
        world.scheduler().note(nodeId, "loses its volume");
    }

    /** The process stands still. */
    void freeze(long millis) {
        frozenUntil = Math.max(frozenUntil, world.scheduler().now() + millis);
        world.scheduler().note(nodeId, "stands still for " + millis);
    }

    void thaw() {
        frozenUntil = 0;
    }

    /** Its disk takes nothing, or takes writes again. */
    void full(boolean full) {
        disk.full(full);
        SimNode running = node();
        if (running != null && disk.isDurable()) {
            running.input(new Input.Disk(full ? "no space left" : null));
        }
    }

    boolean isAwake() {
        return frozenUntil <= world.scheduler().now();
    }

    View.Member member(long incarnation) {
        return new View.Member(incarnation, nodeId, disk.state().identity());
    }

    @Override
    public String toString() {
        return nodeId;
    }
}
