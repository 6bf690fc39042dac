package io.lacewing.cluster.sim;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One network connection between a client and a node: in order both ways, never longer on the way than {@link #LONGEST}.
 * When it breaks, what is on the way is lost and each end notices in its own time.
 */
final class Wire {
    /** The longest a packet takes, in milliseconds. */
    static final long LONGEST = 20;

    private final Scheduler scheduler;
    private final String name;
    private final Direction up;
    private final Direction down;
    private boolean broken;

    private static final class Direction {
        final Pipe pipe;
        Consumer<Packet> receiver = packet -> {};
        Runnable closed = () -> {};

        Direction(Pipe pipe) {
            this.pipe = pipe;
        }
    }

    /**
     * A connection.
     *
     * @param serverRuns whether the node's process runs: else it takes nothing, and notices nothing
     */
    Wire(Scheduler scheduler, BooleanSupplier serverRuns, String name) {
        this.scheduler = scheduler;
        this.name = name;
        up = new Direction(new Pipe(scheduler, serverRuns));
        down = new Direction(new Pipe(scheduler, () -> true));
    }

    void server(Consumer<Packet> receiver, Runnable closed) {
        up.receiver = receiver;
        up.closed = closed;
    }

    void client(Consumer<Packet> receiver, Runnable closed) {
        down.receiver = receiver;
        down.closed = closed;
    }

    boolean isBroken() {
        return broken;
    }

    /** From the client to the node. */
    void up(Packet packet) {
        send(up, packet);
    }

    /** From the node to the client. */
    void down(Packet packet) {
        send(down, packet);
    }

    private void send(Direction direction, Packet packet) {
        if (broken) {
            return;
        }
        direction.pipe.add(scheduler.between(0, LONGEST), () -> {
            if (!broken) {
                scheduler.note(direction == up ? name + " >" : name + " <", packet);
                direction.receiver.accept(packet);
            }
        });
    }

    /** Nothing passes any more; the node finds out within {@code serverNotices}, the client within {@code clientNotices}. */
    void cut(long serverNotices, long clientNotices) {
        if (!broken) {
            broken = true;
            scheduler.note(name, "breaks");
            up.pipe.add(scheduler.between(0, serverNotices), () -> up.closed.run());
            scheduler.after(scheduler.between(0, clientNotices), () -> down.closed.run());
        }
    }

    /** One end closes in order: what it sent before arrives first. */
    void closeAfterSending(boolean byClient) {
        Direction direction = byClient ? up : down;
        direction.pipe.add(0, () -> cut(0, 0));
    }
}
