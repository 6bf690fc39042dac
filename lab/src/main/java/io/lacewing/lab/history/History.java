package io.lacewing.lab.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Everything that the clients of a run sent and got, and the faults that were made. Clients record into their own
 * {@link ClientLog}, each from any thread; judged when all is over ({@link Judge}). All times are nanoseconds of one monotonic
 * clock.
 *
 * <p>A publish takes 21 bytes and a delivery 25, and there is room for a bounded number of both: who publishes asks
 * {@link #full} first.
 */
public final class History {
    /** The time of what did not happen. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long USUAL_ROOM = 16_000_000;

    private final LongSupplier clock;
    private final long room;
    private final long began;
    private final AtomicLong entries = new AtomicLong();
    private final List<ClientLog> clients = new CopyOnWriteArrayList<>();
    private final List<FaultEvent> faults = new CopyOnWriteArrayList<>();
    private final List<Finding> complaints = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> topics = new ConcurrentHashMap<>();
    private final List<String> topicNames = new ArrayList<>();

    /**
     * Something that was done to the nodes or their network.
     *
     * @param harm true if clients may notice (kill, cut), false if it mends (heal, restart)
     */
    public record FaultEvent(long at, String what, boolean harm) {}

    public History(LongSupplier clock) {
        this(clock, USUAL_ROOM);
    }

    /** A history with room for so many publishes and deliveries together. */
    public History(LongSupplier clock, long room) {
        this.clock = clock;
        this.room = room;
        this.began = clock.getAsLong();
    }

    /** Now, in nanoseconds. */
    public long now() {
        return clock.getAsLong();
    }

    /** A time for people: seconds since the history began, as "12.345 s". */
    public String time(long at) {
        return String.format(Locale.ROOT, "%.3f s", (at - began) / 1e9);
    }

    /** A client that was not there before; its id is new, so it has no session yet. */
    public synchronized ClientLog client(String id, boolean persistent) {
        ClientLog log = new ClientLog(this, clients.size(), id, persistent);
        clients.add(log);
        return log;
    }

    /** All clients, in the order in which they came. */
    public List<ClientLog> clients() {
        return clients;
    }

    /** The number of a topic. */
    public int topic(String name) {
        Integer known = topics.get(name);
        return known != null ? known : add(name);
    }

    private synchronized int add(String name) {
        return topics.computeIfAbsent(name, unknown -> {
            topicNames.add(unknown);
            return topicNames.size() - 1;
        });
    }

    /** The names of all topics, by their numbers. */
    public synchronized List<String> topicNames() {
        return List.copyOf(topicNames);
    }

    /** A fault is being made. Record it before it is made, so that nothing that follows from it is older. */
    public void fault(String what) {
        faults.add(new FaultEvent(now(), what, true));
    }

    /** A fault is being mended. */
    public void mended(String what) {
        faults.add(new FaultEvent(now(), what, false));
    }

    /** All faults and repairs, in their order. */
    public List<FaultEvent> faults() {
        return faults;
    }

    /** Something is wrong that shows without the rest of the history, such as a malformed packet. */
    public void complain(Finding.Kind kind, String who, String what) {
        complaints.add(new Finding(kind, who, what));
    }

    List<Finding> complaints() {
        return complaints;
    }

    /** True if hardly any room is left: nothing more should be published. What is on its way still finds room. */
    public boolean full() {
        return entries.get() > room - room / 8;
    }

    void take() {
        if (entries.incrementAndGet() > room) {
            throw new IllegalStateException("the history has room for " + room + " publishes and deliveries only");
        }
    }
}
