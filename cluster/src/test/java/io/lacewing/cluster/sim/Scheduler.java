package io.lacewing.cluster.sim;

import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Virtual time and the one source of chance. What is due at the same time happens in the order it was asked for. */
final class Scheduler {
    /** Where virtual time begins, in milliseconds since the epoch; not 0, so that a forgotten time shows. */
    static final long START = 1_700_000_000_000L;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private final Trace trace;
    private long now = START;
    private long orders;
    private long steps;

    Scheduler(long seed, Trace trace) {
        this.random = new SplittableRandom(seed);
        this.trace = trace;
    }

    private record Event(long time, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    long now() {
        return now;
    }

    /** How many events have happened. */
    long steps() {
        return steps;
    }

    Trace trace() {
        return trace;
    }

    /** Notes what happens, for the trace of a failure. */
    void note(String who, Object what) {
        trace.add(now - START, who, what);
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(now, time), orders++, action));
    }

    /** Lets everything happen that is due up to {@code time}, which it then is. */
    void runUntil(long time) {
        while (true) {
            Event next = events.peek();
            if (next == null || next.time > time) {
                now = time;
                return;
            }
            events.remove();
            now = next.time;
            steps++;
            next.action.run();
        }
    }

    /** True with this probability. */
    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** A number from {@code low} to {@code high}, both included. */
    long between(long low, long high) {
        return low >= high ? low : random.nextLong(low, high + 1);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
