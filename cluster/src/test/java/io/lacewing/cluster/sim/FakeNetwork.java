package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Frame;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The wires between nodes. A frame may be late, lost, repeated, or overtaken by the next. Directions can be cut for a
 * time: then frames are lost, and what goes over connections that repair themselves (the replicated map's) waits.
 */
final class FakeNetwork {
    private final World world;
    private final Scheduler scheduler;
    private final Chaos chaos;
    private final Map<Direction, Long> cutUntil = new HashMap<>();
    private final Map<Direction, Long> rejectUntil = new HashMap<>();
    private final Map<Direction, Pipe> pipes = new HashMap<>();
    private boolean lossless;

    FakeNetwork(World world) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.chaos = world.chaos();
    }

    private record Direction(long from, long to) {}

    /** Nothing passes from one node to the other for {@code millis}. */
    void cut(long from, long to, long millis) {
        cutUntil.merge(new Direction(from, to), scheduler.now() + millis, Math::max);
        scheduler.note("network", "cut " + from + " -> " + to + " for " + millis);
    }

    /** As {@link #cut}, but the sender is told at once: connections break. */
    void reject(long from, long to, long millis) {
        cut(from, to, millis);
        rejectUntil.merge(new Direction(from, to), scheduler.now() + millis, Math::max);
    }

    /** True if a connection between the two breaks at once. */
    boolean rejects(long one, long other) {
        return Math.max(
                        rejectUntil.getOrDefault(new Direction(one, other), 0L),
                        rejectUntil.getOrDefault(new Direction(other, one), 0L))
                > scheduler.now();
    }

    /** From now on nothing is lost or repeated, and all cuts are healed. */
    void calm() {
        lossless = true;
        cutUntil.clear();
    }

    /** True if what leaves one node now may reach the other. */
    boolean passes(long from, long to) {
        return cutUntil.getOrDefault(new Direction(from, to), 0L) <= scheduler.now();
    }

    /** True if anything is cut now. */
    boolean isCut() {
        return cutUntil.values().stream().anyMatch(until -> until > scheduler.now());
    }

    /** True if both directions pass. */
    boolean linked(long one, long other) {
        return passes(one, other) && passes(other, one);
    }

    /** A frame sets out; {@code arrives} may get it once, twice or never. */
    void send(Frame frame, Consumer<Frame> arrives) {
        int copies = !lossless && scheduler.chance(chaos.frameRepeat()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (!lossless && scheduler.chance(chaos.frameDrop())) {
                scheduler.note("network", "drops a frame " + frame.from() + " -> " + frame.to());
                continue;
            }
            scheduler.after(scheduler.between(0, chaos.frameDelay()), () -> {
                if (passes(frame.from(), frame.to())) {
                    arrives.accept(frame);
                }
            });
        }
    }

    /**
     * Something of the replicated map sets out: in order per direction, and never lost while both ends live. It is taken
     * when the receiver's process runs.
     */
    void sendInOrder(long from, long to, Runnable arrives) {
        pipes.computeIfAbsent(
                        new Direction(from, to),
                        direction -> new Pipe(scheduler, () -> passes(from, to) && world.isAwake(to)))
                .add(scheduler.between(0, chaos.mapDelay()), arrives);
    }
}
