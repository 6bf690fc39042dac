package io.lacewing.cluster.sim;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/** Things that happen one after another, none before its time, and none while the pipe is closed. */
final class Pipe {
    private static final long LOOK = 10;

    private final Scheduler scheduler;
    private final BooleanSupplier open;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private boolean pumping;
    private long last;

    private record Item(long due, Runnable action) {}

    /**
     * An empty pipe.
     *
     * @param open asked before each thing: while false, all wait
     */
    Pipe(Scheduler scheduler, BooleanSupplier open) {
        this.scheduler = scheduler;
        this.open = open;
    }

    /** At {@code delay} from now at the earliest. */
    void add(long delay, Runnable action) {
        last = Math.max(last, scheduler.now() + delay);
        items.add(new Item(last, action));
        if (!pumping) {
            pumping = true;
            scheduler.at(last, this::pump);
        }
    }

    private void pump() {
        while (true) {
            Item head = items.peek();
            if (head == null) {
                pumping = false;
                return;
            }
            if (head.due > scheduler.now()) {
                scheduler.at(head.due, this::pump);
                return;
            }
            if (!open.getAsBoolean()) {
                scheduler.after(LOOK, this::pump);
                return;
            }
            items.remove();
            head.action.run();
        }
    }

    /** What waits will not happen. */
    void clear() {
        items.clear();
    }

    /** What waits happens now. */
    void drain() {
        Item head = items.poll();
        while (head != null) {
            head.action.run();
            head = items.poll();
        }
    }
}
