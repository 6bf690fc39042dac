package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.core.ReplicaBatch;
import io.lacewing.cluster.core.ReplicaReport;
import io.lacewing.cluster.core.ReplicaReport.Outcome;
import io.lacewing.cluster.core.ReplicaState;
import io.lacewing.cluster.core.ReplicaTable;
import io.lacewing.cluster.core.SubmitOutcome;
import io.lacewing.cluster.hazelcast.CountingReplica.Counted;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The least owner of one shard that keeps the promise: one batch in flight; acknowledged is only what every current
 * replica, and two members where there are two, have reported. Used on the core context.
 */
final class TestOwner {
    private static final long REPAIR_AFTER_MILLIS = 300;

    private final int shard;
    private final long self;
    private final ReplicatedShards shards;
    private final Consumer<Counted> acknowledge;
    private final Map<Long, ReplicaState> reported = new HashMap<>();

    private @Nullable ReplicaState state;
    private long epoch;
    private @Nullable Counted unproven;
    private boolean busy;
    private boolean dirty = true;
    private long wanted;
    private long unprovenSince;
    long batches;
    long repairs;

    TestOwner(int shard, long self, ReplicatedShards shards, Consumer<Counted> acknowledge) {
        this.shard = shard;
        this.self = self;
        this.shards = shards;
        this.acknowledge = acknowledge;
    }

    /** A client asks for everything up to this number. */
    void want(long number) {
        wanted = Math.max(wanted, number);
        dirty = true;
    }

    /** A replica of this shard somewhere says something. */
    void onReport(long from, ReplicaReport report) {
        if (from == self && report.applied() instanceof Counted counted) {
            unproven = counted;
        }
        if (report.outcome() == Outcome.APPLIED || report.outcome() == Outcome.DUPLICATE) {
            reported.put(from, report.state());
        }
        if (report.outcome() == Outcome.GAP) {
            reported.remove(from);
        }
    }

    /** Goes on: called often. */
    void turn(ReplicaTable table, int members, boolean majority, long now) {
        if (busy || !majority || table.ownerOf(shard) != self) {
            if (table.ownerOf(shard) != self) {
                forget();
            }
            return;
        }
        if (state == null) {
            open();
        } else if (unproven != null) {
            prove(table, members, now);
        } else if (dirty) {
            submit(now);
        }
    }

    private void open() {
        busy = true;
        shards.inspect(shard).onComplete(found -> {
            busy = false;
            if (found.succeeded() && found.result().isPresent()) {
                state = found.result().get();
                epoch = state.epoch() + 1;
                dirty = true;
            }
        });
    }

    private void submit(long now) {
        ReplicaState from = state;
        if (from == null) {
            return;
        }
        busy = true;
        dirty = false;
        reported.clear();
        unprovenSince = now;
        batches++;
        byte[] ops = CountingReplica.ops(Math.max(1, wanted - 63), wanted);
        ReplicaBatch batch = new ReplicaBatch(shard, epoch, from.sequence() + 1, from.hash(), now, self, ops);
        shards.submit(batch).onComplete(done -> {
            busy = false;
            if (done.failed() || done.result() != SubmitOutcome.APPLIED) {
                forget();
            } else {
                state = reported.get(self);
            }
        });
    }

    private void prove(ReplicaTable table, int members, long now) {
        long distinct = Arrays.stream(table.replicasOf(shard))
                .filter(each -> each != ReplicaTable.NOBODY)
                .distinct()
                .count();
        boolean all = Arrays.stream(table.replicasOf(shard))
                .filter(each -> each != ReplicaTable.NOBODY)
                .allMatch(each -> state != null && state.equals(reported.get(each)));
        Counted counted = unproven;
        if (all && distinct >= Math.min(2, members) && counted != null) {
            unproven = null;
            acknowledge.accept(counted);
        } else if (now - unprovenSince > REPAIR_AFTER_MILLIS) {
            // A replica came or went, or has a gap: first send it a copy, then see whether an empty batch proves it.
            unprovenSince = now;
            repair();
        }
    }

    private void repair() {
        busy = true;
        repairs++;
        shards.repair(shard).onComplete(done -> {
            busy = false;
            if (done.failed() || done.result() != SubmitOutcome.APPLIED) {
                forget();
            }
        });
    }

    private void forget() {
        state = null;
        unproven = null;
        reported.clear();
    }
}
