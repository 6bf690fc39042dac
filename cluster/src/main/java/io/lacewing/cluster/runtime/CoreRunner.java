package io.lacewing.cluster.runtime;

import io.lacewing.cluster.Gate;
import io.lacewing.cluster.LocalSessions;
import io.lacewing.cluster.core.Effect;
import io.lacewing.cluster.core.Frame;
import io.lacewing.cluster.core.Input;
import io.lacewing.cluster.core.NodeCore;
import io.lacewing.cluster.core.NodeMessage;
import io.lacewing.cluster.core.TableRecord;
import io.lacewing.persistence.shard.Dropped;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns a node's core and runs it on one context: inputs come in batches from any thread, wake it once, and are handled
 * together; then the core's effects are carried out in their order. Everything not said otherwise happens on that context.
 */
public final class CoreRunner {
    private static final Logger log = LoggerFactory.getLogger(CoreRunner.class);
    private static final long TICK_MILLIS = 50;
    private static final int CONGESTED = 50_000;

    private final NodeCore core;
    private final long incarnation;
    private final VersionClock versions = new VersionClock(System::currentTimeMillis);
    private final ConcurrentLinkedQueue<List<Input>> inputs = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicInteger backlog = new AtomicInteger();
    private final List<LoopGate> gates = new ArrayList<>();
    private final List<List<Effect.ToLoop>> answers = new ArrayList<>();
    private final CoreObserver observer;
    private final OwnedStats stats;
    private volatile @Nullable Context context;
    private volatile RouteIndex routes = RouteIndex.empty();
    private volatile RetainedIndex retained = RetainedIndex.empty();
    private volatile RetainedIndex own = RetainedIndex.empty();
    /** Until when this node may acknowledge, as the core said last; milliseconds of {@link #steady}. */
    private volatile long leaseUntil = Long.MIN_VALUE;

    private final Orders orders = new Orders(this::offer);
    private @Nullable Ports ports;
    private long ticker = -1;

    /** What the core's effects are carried out by. */
    public record Ports(
            ShardPort shards, TablePort tables, StorePort store, Transport transport, LocalSessions sessions) {}

    /** A runner that only gathers inputs until {@link #start}. */
    public CoreRunner(NodeCore core, long incarnation, CoreObserver observer) {
        this.core = core;
        this.incarnation = incarnation;
        this.observer = observer;
        this.stats = new OwnedStats(incarnation);
    }

    /** The gate of an event loop's context; to be made before {@link #start}, by one thread. */
    public Gate gate(Context loop) {
        LoopGate gate = new LoopGate(gates.size(), loop, this);
        gates.add(gate);
        answers.add(new ArrayList<>());
        return gate;
    }

    /**
     * Begins: handles what has been offered, and ticks. Once, any thread.
     *
     * @param on the context that owns the core from now on
     */
    public void start(Context on, Ports with) {
        on.runOnContext(v -> {
            ports = with;
            ticker = on.owner().setPeriodic(TICK_MILLIS, id -> offer(List.of(new Input.Tick())));
            context = on;
            run();
        });
    }

    /**
     * Ends; what operators still wait for fails. Any thread.
     *
     * @return done when nothing is handled any more; at once if it never began
     */
    public Future<Void> stop() {
        orders.close();
        Context on = context;
        if (on == null) {
            return Future.succeededFuture();
        }
        Promise<Void> stopped = Promise.promise();
        on.runOnContext(v -> {
            ports = null;
            on.owner().cancelTimer(ticker);
            stopped.complete();
        });
        return stopped.future();
    }

    /** Runs {@code then} on the core's context, behind what that has to do; at once if the core has not begun. Any thread. */
    public void probe(Runnable then) {
        Context on = context;
        if (on == null) {
            then.run();
        } else {
            on.runOnContext(v -> then.run());
        }
    }

    /** Something happened. The list must not be changed afterwards. Any thread. */
    public void offer(List<Input> batch) {
        backlog.addAndGet(batch.size());
        inputs.add(batch);
        Context on = context;
        if (on != null && woken.compareAndSet(false, true)) {
            on.runOnContext(v -> run());
        }
    }

    /** Something happened. Any thread. */
    public void offer(Input input) {
        offer(List.of(input));
    }

    /** Nothing is handled any more, and the observer is told. Any thread. */
    public void fail(Throwable cause) {
        stop();
        observer.failed(cause);
    }

    /**
     * An operator's order. Any thread.
     *
     * @return lines for people; fails if the core stops before it has answered
     */
    public Future<List<String>> operate(Input.Order order) {
        return orders.give(order);
    }

    /**
     * True while this node has its lease: only then it may tell clients that something is done. What the core itself answers
     * is held back by the core. Any thread.
     */
    public boolean mayAcknowledge() {
        return steady() < leaseUntil;
    }

    long incarnation() {
        return incarnation;
    }

    /** The routes as they are now. Any thread. */
    public RouteIndex routes() {
        return routes;
    }

    /** The retained messages as they are now. Any thread. */
    public RetainedIndex retained() {
        return retained;
    }

    /** The broker's own rows as they are now ({@link Input.Order.Keep}). Any thread. */
    public RetainedIndex own() {
        return own;
    }

    /** The clock that gives retained messages their versions. Any thread. */
    VersionClock versions() {
        return versions;
    }

    /** True if more waits for the core than it should. Any thread. */
    boolean isCongested() {
        return backlog.get() > CONGESTED;
    }

    private static long steady() {
        return System.nanoTime() / 1_000_000;
    }

    private void run() {
        woken.set(false);
        Ports to = ports;
        if (to != null) {
            try {
                turn(to);
            } catch (RuntimeException | Error e) {
                // Inputs of this turn may be half handled, effects half carried out: to go on would be to acknowledge
                // what was not done.
                fail(e);
            }
        }
    }

    private void turn(Ports to) {
        long now = System.currentTimeMillis();
        long steady = steady();
        List<Input> batch;
        while ((batch = inputs.poll()) != null) {
            backlog.addAndGet(-batch.size());
            for (Input input : batch) {
                observe(input);
                core.handle(input, now, steady);
            }
        }
        core.flush(now, steady);
        for (Effect effect : core.effects()) {
            carryOut(effect, to);
        }
        observer.holding(stats.total());
        for (int i = 0; i < gates.size(); i++) {
            List<Effect.ToLoop> forGate = answers.get(i);
            if (!forGate.isEmpty()) {
                answers.set(i, new ArrayList<>());
                gates.get(i).answer(forGate);
            }
        }
    }

    /** What is to be counted, or raises the clock of versions. */
    private void observe(Input input) {
        if (input instanceof Input.FrameReceived(var frame)) {
            observer.forwarded(0, forwards(frame));
            for (NodeMessage message : frame.messages()) {
                if (message instanceof NodeMessage.Changes(long broadcast, List<TableRecord> records)) {
                    observe(records);
                } else if (message instanceof NodeMessage.Ranges ranges) {
                    observe(ranges.records());
                }
            }
        } else if (input instanceof Input.TablesLoaded loaded) {
            observe(loaded.records());
        } else if (input instanceof Input.BatchApplied applied) {
            for (Dropped dropped : applied.applied().dropped()) {
                observer.dropped(dropped.cause(), dropped.messages());
            }
            applied.applied().nearlyFull().forEach(observer::nearlyFull);
            stats.applied(applied.shard(), applied.applied().stats());
        } else if (input instanceof Input.ViewChanged(var view)) {
            stats.viewChanged(view);
        }
    }

    private static int forwards(Frame frame) {
        int forwards = 0;
        for (NodeMessage message : frame.messages()) {
            forwards += message instanceof NodeMessage.Forward ? 1 : 0;
        }
        return forwards;
    }

    private void observe(List<TableRecord> records) {
        for (TableRecord entry : records) {
            if (entry instanceof TableRecord.Retained) {
                versions.observe(entry.version().major());
            }
        }
    }

    private void carryOut(Effect effect, Ports to) {
        switch (effect) {
            case Effect.Send(var frame) -> {
                observer.forwarded(forwards(frame), 0);
                to.transport().send(frame);
            }
            case Effect.OpenShard(int shard) -> to.shards().open(shard);
            case Effect.CreateShard(int shard) -> to.shards().create(shard);
            case Effect.ExpectCopy(int shard, long epoch, long sequence) ->
                to.shards().expect(shard, epoch, sequence);
            case Effect.SendCopy(int shard, long epoch, long sequence) ->
                to.shards().send(shard, epoch, sequence);
            case Effect.ForgetCopy(int shard) -> to.shards().forget(shard);
            case Effect.SaveState(long save, var state) -> to.store().save(save, state);
            case Effect.KeepRecords(long keep, var records) -> to.store().keep(keep, records);
            case Effect.RecordsWritten(long mark) -> to.store().written(mark);
            case Effect.Alive(long wall) -> to.store().alive(wall);
            case Effect.Answered(long request, var lines) -> orders.answered(request, lines);
            case Effect.Standing(var standing) -> {
                if (standing.voters().clusterId() != 0) {
                    to.tables().clusterIs(standing.voters().clusterId());
                }
                observer.standing(standing);
            }
            case Effect.Rejoin(String why) -> observer.rejoin(why);
            case Effect.Lease(long until) -> leaseUntil = until;
            case Effect.SubmitBatch(var batch) -> to.shards().submit(batch);
            case Effect.InstallCopies(int shard, long epoch, long sequence) ->
                to.shards().install(shard, epoch, sequence);
            case Effect.StoreRecords(long store, var records) -> {
                observe(records);
                to.tables().store(store, records);
            }
            case Effect.LoadTables load -> to.tables().load();
            case Effect.ForgetDestination(long dead) -> to.tables().forget(dead);
            case Effect.Reply reply -> answer(reply.request(), reply);
            case Effect.Deliver deliver ->
                answer(deliver.delivery().connection().number(), deliver);
            case Effect.CloseConnection close -> answer(close.number(), close);
            case Effect.DeliverLocal(var message, boolean plain, var groups) ->
                to.sessions().deliver(message, plain, groups);
            case Effect.PublishRoutes(var index) -> routes = index;
            case Effect.PublishRetained(var index, var rows) -> {
                retained = index;
                own = rows;
            }
            case Effect.Ready(var missing) -> observer.ready(missing);
            case Effect.Note(var event, long count, String detail) -> observer.note(event, count, detail);
        }
    }

    private void answer(long number, Effect.ToLoop effect) {
        int gate = LoopGate.indexOf(number);
        if (gate < answers.size()) {
            answers.get(gate).add(effect);
        } else {
            log.error("{} is for an event loop that does not exist", effect);
        }
    }
}
