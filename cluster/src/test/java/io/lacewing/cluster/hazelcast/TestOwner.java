package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.hazelcast.CountingReplica.Counted;
import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.ReplicaTable;
import io.lacewing.cluster.replica.SubmitOutcome;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The least owner of one shard that keeps the promise: one batch in flight; acknowledged is only what every current
 * replica, and two members where there are two, have reported. Used on the core context.
 */
final class TestOwner {
    /** The numbers of one batch. */
    static final int BATCH = 64;

    private static final long NONE = -1;
    private static final long PROOF_AFTER_MILLIS = 300;

    /** What the owner sees of the cluster, and whom it tells. */
    interface Surroundings {
        ReplicaTable table();

        /** How many members there are; 0 if they are no majority. */
        int members();

        void acknowledge(int shard, Counted counted);
    }

    private final int shard;
    private final long self;
    private final ReplicatedShards shards;
    private final Surroundings around;
    private final Map<Long, ReplicaState> reported = new HashMap<>();

    private @Nullable ReplicaState state;
    private @Nullable Counted unproven;
    private long epoch;
    private boolean busy;
    private boolean dirty = true;
    private boolean gap;
    private long wanted;
    private long inFlight = NONE;
    private long unprovenSince;

    /** Whole copies sent because a replica did not have what it should. */
    long repairs;

    /** Submissions that ended without anyone knowing how. */
    long indeterminate;

    TestOwner(int shard, long self, ReplicatedShards shards, Surroundings around) {
        this.shard = shard;
        this.self = self;
        this.shards = shards;
        this.around = around;
    }

    /** A client asks for everything up to this number. */
    void want(long number) {
        wanted = Math.max(wanted, number);
        dirty = true;
        turn();
    }

    /** A replica of this shard somewhere says something. */
    void onReport(long from, ReplicaNotice report) {
        if (from == self
                && report.applied() instanceof Counted counted
                && report.state().sequence() == inFlight) {
            // From here on only reports count. Hazelcast's future may hang for the whole backup timeout when a backup
            // dies, or succeed without it.
            inFlight = NONE;
            busy = false;
            unproven = counted;
            unprovenSince = System.nanoTime();
        }
        switch (report.outcome()) {
            case APPLIED, DUPLICATE -> reported.put(from, report.state());
            case GAP, FAILED -> gap = true;
            case STALE_EPOCH -> forget();
        }
        turn();
    }

    /** Goes on, if it is this member's turn: called when something came in, and now and then. */
    void turn() {
        boolean owner = around.table().ownerOf(shard) == self;
        if (!owner) {
            forget();
        }
        if (busy || !owner || around.members() == 0) {
            return;
        }
        if (state == null) {
            open();
        } else if (unproven != null) {
            prove(unproven);
        } else if (dirty) {
            submit(state);
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
                turn();
            }
        });
    }

    private void submit(ReplicaState from) {
        busy = true;
        dirty = false;
        byte[] ops = wanted == 0 ? new byte[0] : CountingReplica.ops(Math.max(1, wanted - BATCH + 1), wanted);
        ReplicaBatch batch = new ReplicaBatch(shard, epoch, from.sequence() + 1, from.hash(), 0, self, ops);
        inFlight = batch.sequence();
        shards.submit(batch).onComplete(done -> {
            boolean here = done.succeeded() && done.result() == SubmitOutcome.APPLIED;
            if (done.failed()) {
                indeterminate++;
            }
            // Its own report is on its way if it was applied here; if it came already, what the backups did is no news.
            if (!here && inFlight == batch.sequence()) {
                inFlight = NONE;
                busy = false;
                forget();
                turn();
            }
        });
    }

    private void prove(Counted counted) {
        ReplicaState mine = reported.get(self);
        if (mine == null) {
            return;
        }
        state = mine;
        long[] replicas = Arrays.stream(around.table().replicasOf(shard))
                .filter(each -> each != ReplicaTable.NOBODY)
                .distinct()
                .toArray();
        boolean all = Arrays.stream(replicas).allMatch(each -> mine.equals(reported.get(each)));
        if (all && replicas.length >= Math.min(2, around.members())) {
            unproven = null;
            gap = false;
            around.acknowledge(shard, counted);
            turn();
        } else if (gap) {
            repair();
        } else if (System.nanoTime() - unprovenSince > PROOF_AFTER_MILLIS * 1_000_000 && replicas.length > 1) {
            // Another replica than at the time of the batch: an empty batch asks all of them how far they are.
            unproven = null;
            submit(mine);
        }
    }

    private void repair() {
        busy = true;
        gap = false;
        repairs++;
        shards.repair(shard).onComplete(done -> {
            busy = false;
            if (done.failed() || done.result() != SubmitOutcome.APPLIED) {
                forget();
            }
            turn();
        });
    }

    private void forget() {
        state = null;
        unproven = null;
        gap = false;
        reported.clear();
    }
}
