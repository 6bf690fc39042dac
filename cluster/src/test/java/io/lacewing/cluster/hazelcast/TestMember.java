package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.core.View;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.ReplicaTable;
import io.lacewing.cluster.replica.SubmitOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One member in this process; what it is told is kept and can be waited for. */
final class TestMember implements ClusterMember.Events {
    private static final long PATIENCE_SECONDS = 30;

    private final ClusterSettings settings;
    private final List<ReplicaNotice> reports = new ArrayList<>();
    private final List<Buffer> frames = new ArrayList<>();
    private final AtomicLong snapshots = new AtomicLong();
    private ReplicaTable table = new ReplicaTable(new long[0][]);
    private List<View.Member> nodes = List.of();
    private @Nullable ClusterMember member;

    private TestMember(ClusterSettings settings) {
        this.settings = settings;
    }

    static TestMember start(ClusterSettings settings) {
        TestMember started = new TestMember(settings);
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setEventBusOptions(
                        new EventBusOptions().setHost(settings.bind().host()));
        started.member = ClusterMember.join(
                settings,
                options,
                CountingReplica.factory(0, started.snapshots::incrementAndGet),
                new FakeJournal(),
                started,
                () -> false);
        return started;
    }

    long incarnation() {
        return settings.incarnation();
    }

    /** How often a replica here was serialized. */
    long snapshots() {
        return snapshots.get();
    }

    ClusterMember member() {
        return Objects.requireNonNull(member, "not started");
    }

    synchronized ReplicaTable table() {
        return table;
    }

    void create(int shard) {
        call(shards -> shards.create(shard));
    }

    /** As {@link ReplicatedShards#expect}; done when it returns. */
    void expect(int shard, long epoch, long sequence) {
        call(shards -> {
            shards.expect(shard, epoch, sequence);
            return Future.succeededFuture();
        });
    }

    SubmitOutcome submit(ReplicaBatch batch) {
        return call(shards -> shards.submit(batch));
    }

    Optional<ReplicaState> inspect(int shard) {
        return call(shards -> shards.inspect(shard));
    }

    <T> T call(Function<ReplicatedShards, Future<T>> what) {
        return onContext(() -> what.apply(member().shards()));
    }

    /** Does it on the core context and waits for its future. */
    <T> T onContext(Supplier<Future<T>> what) {
        Promise<T> promise = Promise.promise();
        member().context().runOnContext(nothing -> what.get().onComplete(promise));
        return promise.future().await();
    }

    /** The first report of this shard at this sequence; waits for it. */
    ReplicaNotice reportOf(int shard, long sequence) {
        await(() -> find(shard, sequence).isPresent(), "a report of shard " + shard + " at " + sequence);
        synchronized (this) {
            return find(shard, sequence).orElseThrow();
        }
    }

    void awaitReplicas(int copies) {
        await(() -> table.shards() > 0 && allHave(copies), "all shards with " + copies + " copies");
    }

    void awaitNodes(int count) {
        await(() -> nodes.size() == count, count + " nodes");
    }

    List<Buffer> awaitFrames(int count) {
        await(() -> frames.size() >= count, count + " frames");
        synchronized (this) {
            return List.copyOf(frames);
        }
    }

    void close() {
        member().leave();
    }

    @Override
    public synchronized void onReport(ReplicaNotice report) {
        reports.add(report);
        notifyAll();
    }

    @Override
    public synchronized void onFrame(Buffer frame) {
        frames.add(frame);
        notifyAll();
    }

    @Override
    public synchronized void onMembers(List<View.Member> present) {
        nodes = present;
        notifyAll();
    }

    @Override
    public synchronized void onReplicas(ReplicaTable changed) {
        table = changed;
        notifyAll();
    }

    private Optional<ReplicaNotice> find(int shard, long sequence) {
        return reports.stream()
                .filter(report -> report.shard() == shard && report.state().sequence() == sequence)
                .findFirst();
    }

    private boolean allHave(int copies) {
        for (int shard = 0; shard < table.shards(); shard++) {
            int found = 0;
            for (long replica : table.replicasOf(shard)) {
                found += replica == ReplicaTable.NOBODY ? 0 : 1;
            }
            if (found < copies) {
                return false;
            }
        }
        return true;
    }

    private synchronized void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s: " + what);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
