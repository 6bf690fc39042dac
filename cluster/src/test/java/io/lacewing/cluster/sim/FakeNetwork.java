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
    private final Scheduler scheduler;
    private final Chaos chaos;
    private final Map<Direction, Long> cutUntil = new HashMap<>();
    private final Map<Direction, Long> lastArrival = new HashMap<>();
    private boolean lossless;

    FakeNetwork(Scheduler scheduler, Chaos chaos) {
        this.scheduler = scheduler;
        this.chaos = chaos;
    }

    private record Direction(long from, long to) {}

    /** Nothing passes from one node to the other for {@code millis}. */
    void cut(long from, long to, long millis) {
        cutUntil.put(new Direction(from, to), scheduler.now() + millis);
        scheduler.note("network", "cut " + from + " -> " + to + " for " + millis);
    }

    /** From now on nothing is lost or repeated, and all cuts are healed. */
    void calm() {
        lossless = true;
        cutUntil.clear();
    }

    private long cutEnd(Direction direction) {
        return cutUntil.getOrDefault(direction, 0L);
    }

    /** A frame sets out; {@code arrives} may get it once, twice or never. */
    void send(Frame frame, Consumer<Frame> arrives) {
        Direction direction = new Direction(frame.from(), frame.to());
        int copies = !lossless && scheduler.chance(chaos.frameRepeat()) ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (!lossless && scheduler.chance(chaos.frameDrop())) {
                scheduler.note("network", "drops a frame " + frame.from() + " -> " + frame.to());
                continue;
            }
            scheduler.after(scheduler.between(0, chaos.frameDelay()), () -> {
                if (cutEnd(direction) <= scheduler.now()) {
                    arrives.accept(frame);
                }
            });
        }
    }

    /** Something of the replicated map sets out: in order per direction, and never lost while both ends live. */
    void sendInOrder(long from, long to, Runnable arrives) {
        Direction direction = new Direction(from, to);
        long time = scheduler.now() + scheduler.between(0, chaos.mapDelay());
        time = Math.max(time, Math.max(cutEnd(direction), lastArrival.getOrDefault(direction, 0L)));
        lastArrival.put(direction, time);
        scheduler.at(time, arrives);
    }
}
