package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.NodeState;
import io.lacewing.cluster.core.Offer;
import io.lacewing.cluster.core.Recovered;
import io.lacewing.cluster.core.TableRecord;
import io.lacewing.cluster.sim.DiskCopy.Standing;
import io.lacewing.persistence.shard.Batch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's data directory. What is appended is written in order and after a while; then it survives the process. It
 * survives the machine once it is forced: at once, or within {@link #FORCE}. Nothing is written while the disk is full or
 * the process stands still.
 */
final class FakeDisk {
    /** How long what is written may be lost with the machine, in milliseconds. */
    static final long FORCE = 100;

    private final World world;
    private final Scheduler scheduler;
    private final String name;
    private final boolean durable;
    private final boolean forcesAlways;

    // What a process finds that starts now, once written is added.
    private NodeState state;
    private long aliveAt;
    private final Map<Integer, DiskCopy> copies = new TreeMap<>();
    private List<TableRecord> rows = new ArrayList<>();
    private final Set<Integer> doubtful = new TreeSet<>();

    // Of the process that runs.
    private final Map<Integer, Standing> appended = new HashMap<>();
    private final ArrayDeque<Written> written = new ArrayDeque<>();
    private Pipe pipe;
    private boolean full;
    private long marks;
    private int wanted = -1;

    private record Written(long time, Runnable effect) {}

    FakeDisk(World world, String name, long identity) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.name = "disk " + name;
        this.durable = world.scenario().durable();
        this.forcesAlways = scheduler.chance(0.3);
        this.state = NodeState.of(identity);
        this.pipe = new Pipe(scheduler, () -> false);
    }

    boolean isDurable() {
        return durable;
    }

    boolean forcesAlways() {
        return forcesAlways;
    }

    NodeState state() {
        return state;
    }

    /** True if a process that starts now would find something of this shard that a client may have been told of. */
    boolean has(int shard) {
        DiskCopy copy = copies.get(shard);
        return copy != null && copy.standing().sequence() > 0;
    }

    /** True if it has a copy of this epoch or a later one, and lost nothing of it. */
    boolean isSure(int shard, long epoch) {
        DiskCopy copy = copies.get(shard);
        return copy != null && copy.standing().epoch() >= epoch && !doubtful.contains(shard);
    }

    List<TableRecord> rows() {
        return List.copyOf(rows);
    }

    // ---- a process comes and goes ----

    /** A process starts: what it finds. */
    Recovered open(BooleanSupplier isAwake) {
        appended.clear();
        wanted = -1;
        pipe = new Pipe(scheduler, () -> !full && isAwake.getAsBoolean());
        List<Offer> offers = new ArrayList<>();
        boolean tells = !world.faults().has(Fault.DOUBTS_UNTOLD);
        copies.forEach((shard, copy) -> {
            appended.put(shard, copy.standing());
            boolean doubt = tells && doubtful.contains(shard);
            offers.add(new Offer(shard, copy.standing().epoch(), copy.standing().sequence(), doubt));
        });
        scheduler.note(name, "offers " + offers);
        return durable ? new Recovered(true, state, offers, List.copyOf(rows), aliveAt) : Recovered.nothing(state);
    }

    /** The process ends in order: what waits is written. */
    void close() {
        full = false;
        pipe.drain();
        settle(Long.MAX_VALUE);
    }

    /** The process is killed: what waits is lost, what is written stays. */
    void kill() {
        pipe.clear();
        settle(Long.MAX_VALUE);
    }

    /** The machine loses its power: what is not forced is lost, too. */
    void losePower() {
        pipe.clear();
        if (!forcesAlways) {
            settle(scheduler.now() - FORCE);
            scheduler.note(name, "loses " + written.size() + " writes");
            written.clear();
            doubtful.addAll(copies.keySet());
        }
        settle(Long.MAX_VALUE);
    }

    private void settle(long until) {
        Written head = written.peek();
        while (head != null && head.time <= until) {
            written.remove();
            head.effect.run();
            head = written.peek();
        }
    }

    // ---- what is appended ----

    private void write(Runnable effect, Runnable then) {
        if (!durable) {
            then.run();
            return;
        }
        boolean early = world.faults().has(Fault.ANSWERS_BEFORE_KEPT);
        if (early) {
            then.run();
        }
        long delay = scheduler.between(0, world.chaos().diskDelay()) + (early ? 500 : 0);
        pipe.add(delay, () -> {
            written.add(new Written(scheduler.now(), effect));
            settle(forcesAlways ? Long.MAX_VALUE : scheduler.now() - FORCE);
            if (!early) {
                then.run();
            }
        });
    }

    /** How far what is appended of a shard is; null if nothing is. */
    @Nullable
    Standing kept(int shard) {
        return durable ? appended.get(shard) : null;
    }

    /** What a replica applied: the batch, if the disk has what was before, else the whole copy. */
    void append(int shard, Standing before, Batch batch, Replica replica, Runnable then) {
        Standing after = Standing.of(replica);
        if (before.equals(appended.get(shard))) {
            appended.put(shard, after);
            write(
                    () -> {
                        doubtful.remove(shard);
                        Objects.requireNonNull(copies.get(shard)).add(batch, after);
                    },
                    then);
        } else {
            keep(shard, replica, then);
        }
    }

    /** The whole copy, unless the disk has it. */
    void keep(int shard, Replica replica, Runnable then) {
        Standing standing = Standing.of(replica);
        if (!durable || standing.equals(appended.get(shard))) {
            afterAll(then);
            return;
        }
        appended.put(shard, standing);
        byte[] copy = replica.snapshot();
        write(
                () -> {
                    doubtful.remove(shard);
                    copies.put(shard, new DiskCopy(copy, standing));
                },
                then);
    }

    /** Does something when all is written that was appended before. */
    void afterAll(Runnable then) {
        if (durable) {
            pipe.add(0, then);
        } else {
            then.run();
        }
    }

    void forget(int shard) {
        appended.remove(shard);
        write(() -> copies.remove(shard), () -> {});
    }

    /** The copy of a shard, if it has this standing and is written. */
    @Nullable
    DiskCopy copy(int shard, long epoch, long sequence) {
        DiskCopy copy = copies.get(shard);
        Standing latest = appended.get(shard);
        boolean same = copy != null
                && latest != null
                && copy.standing().equals(latest)
                && latest.epoch() == epoch
                && latest.sequence() == sequence;
        return same ? copy : null;
    }

    void save(NodeState next, Runnable then) {
        if (durable) {
            write(() -> state = next, then);
        } else {
            pipe.add(scheduler.between(0, world.chaos().diskDelay()), () -> {
                state = next;
                then.run();
            });
        }
    }

    void alive(long wall) {
        write(() -> aliveAt = wall, () -> {});
    }

    void keep(List<TableRecord> records, Runnable then) {
        List<TableRecord> kept = world.faults().stored(records);
        write(() -> rows.addAll(kept), then);
    }

    /** Wants all rows written anew, now and then. */
    void wantRecords(LongConsumer ask) {
        if (durable && wanted < 0 && rows.size() > 50) {
            afterAll(() -> {
                settle(Long.MAX_VALUE);
                wanted = rows.size();
                ask.accept(++marks);
            });
        }
    }

    /** All rows were written anew: the old ones are forgotten. */
    void recordsWritten(long mark) {
        if (mark == marks && wanted >= 0) {
            write(
                    () -> {
                        if (wanted >= 0 && mark == marks) {
                            rows = new ArrayList<>(rows.subList(wanted, rows.size()));
                            wanted = -1;
                        }
                    },
                    () -> {});
        }
    }

    /** Whether it takes anything. */
    void full(boolean isFull) {
        full = isFull;
    }
}
